"""Heads with a hidden layer in common, for what a message wants and whether it is dangerous.

Beside the linear heads, which carry over better to long letters (docs/decisions/0008-understanding.md). Several such
networks are trained side by side and averaged: what one of them makes of a rare message is half chance. Trained with
torch; what is kept are plain arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import erf, softmax
from tqdm import tqdm

from bot.language.nlu.heads import Vectors

MEMBERS = 2
"""Networks that are averaged."""
HIDDEN = 512
ROUNDS = 10
"""Passes over the examples."""
BATCH = 64
RATE = 2e-3
"""The highest learning rate; it rises to it and falls to nothing (one cycle)."""
DECAY = 0.05
DROP_INPUT, DROP_HIDDEN = 0.1, 0.3
_UNKNOWN = -100
"""Class of an example that does not carry the label."""

Matrix = npt.NDArray[np.float32]


@dataclass
class Network:
    """``classes`` by label. ``inner``: weights (members, features, hidden) and bias (members, 1, hidden). ``outer`` maps the
    hidden layer and the features together to the classes of each label, in the same shapes."""

    classes: dict[str, list[str]]
    inner: Sequence[Matrix]
    outer: dict[str, Sequence[Matrix]]

    @classmethod
    def train(
        cls, features: Vectors, labels: Mapping[str, Sequence[str | None]], blind: Sequence[slice] = ()
    ) -> Network:
        """Fits all heads at once. ``labels``: for each label one class an example, None where it does not apply. ``blind``:
        for each member, columns that it does not see, so that members differ in what they go by."""
        import torch
        from torch import nn

        def layer(size: int, outputs: int) -> nn.ParameterList:
            bound = size**-0.5
            shapes = (MEMBERS, size, outputs), (MEMBERS, 1, outputs)
            return nn.ParameterList(nn.Parameter(torch.empty(shape).uniform_(-bound, bound)) for shape in shapes)

        torch.manual_seed(0)
        names = {label: sorted({name for name in column if name is not None}) for label, column in labels.items()}
        wanted = {
            label: torch.tensor([_UNKNOWN if name is None else names[label].index(name) for name in column])
            for label, column in labels.items()
        }
        inputs = torch.from_numpy(features)
        size = inputs.shape[1]
        seen = torch.ones(MEMBERS, 1, size)
        for member, columns in enumerate(blind):
            seen[member, :, columns] = 0
        inner = layer(size, HIDDEN)
        outer = nn.ModuleDict({label: layer(HIDDEN + size, len(found)) for label, found in names.items()})
        drop_input, drop_hidden, bend = nn.Dropout(DROP_INPUT), nn.Dropout(DROP_HIDDEN), nn.GELU()
        loss_of = nn.CrossEntropyLoss()
        weights = [*inner.parameters(), *outer.parameters()]
        steps = ROUNDS * -(-len(inputs) // BATCH)
        optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY, fused=True)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1)
        with tqdm(total=steps, desc="training the network", unit="step") as bar:
            for _ in range(ROUNDS):
                for rows in torch.randperm(len(inputs)).split(BATCH):
                    given = drop_input(inputs[rows] * seen)
                    joined = torch.cat([drop_hidden(bend(torch.baddbmm(inner[1], given, inner[0]))), given], 2)
                    losses = [
                        loss_of(torch.baddbmm(bias, joined, weight).flatten(0, 1), column[rows].repeat(MEMBERS))
                        for (weight, bias), column in ((outer[label], column) for label, column in wanted.items())
                        if bool((column[rows] != _UNKNOWN).any())
                    ]
                    optimiser.zero_grad()
                    (torch.stack(losses).sum() * MEMBERS).backward()
                    optimiser.step()
                    schedule.step()
                    bar.update()
        for weight in (inner[0], *(layer[0][:, HIDDEN:] for layer in outer.values())):
            weight.data.mul_(seen.transpose(1, 2))
        return cls(names, _arrays(inner), {label: _arrays(layer) for label, layer in outer.items()})

    def probabilities(self, features: Vectors) -> dict[str, npt.NDArray[np.float64]]:
        """By label, shape (messages, classes)."""
        weight, bias = self.inner
        hidden = features @ weight + bias
        hidden = 0.5 * hidden * (1 + erf(hidden / np.sqrt(2)))
        joined = np.concatenate([hidden, np.broadcast_to(features, (len(hidden), *features.shape))], 2)
        return {label: softmax(joined @ weight + bias, axis=2).mean(0) for label, (weight, bias) in self.outer.items()}


def _arrays(layer: Any) -> tuple[Matrix, Matrix]:
    weight, bias = (part.detach().numpy() for part in layer)
    return weight, bias
