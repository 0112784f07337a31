"""Heads with a hidden layer in common, for what a message wants and whether it is dangerous.

Beside the linear heads, which carry over better to long letters (docs/decisions/0008-understanding.md). Trained with
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

from bot.nlu.heads import Vectors

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
    """``classes`` by label. ``outer`` maps the hidden layer and the features together to the classes of each label."""

    classes: dict[str, list[str]]
    inner: tuple[Matrix, Matrix]
    outer: dict[str, tuple[Matrix, Matrix]]

    @classmethod
    def train(cls, features: Vectors, labels: Mapping[str, Sequence[str | None]]) -> Network:
        """Fits all heads at once. ``labels``: for each label one class an example, None where it does not apply."""
        import torch
        from torch import nn

        torch.manual_seed(0)
        names = {label: sorted({name for name in column if name is not None}) for label, column in labels.items()}
        wanted = {
            label: torch.tensor([_UNKNOWN if name is None else names[label].index(name) for name in column])
            for label, column in labels.items()
        }
        inputs = torch.from_numpy(features)
        size = inputs.shape[1]
        inner = nn.Linear(size, HIDDEN)
        outer = nn.ModuleDict({label: nn.Linear(HIDDEN + size, len(found)) for label, found in names.items()})
        drop_input, drop_hidden, bend = nn.Dropout(DROP_INPUT), nn.Dropout(DROP_HIDDEN), nn.GELU()
        loss_of = nn.CrossEntropyLoss()
        weights = [*inner.parameters(), *outer.parameters()]
        steps = ROUNDS * -(-len(inputs) // BATCH)
        optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1)
        with tqdm(total=steps, desc="training the network", unit="step") as bar:
            for _ in range(ROUNDS):
                for rows in torch.randperm(len(inputs)).split(BATCH):
                    given = drop_input(inputs[rows])
                    joined = torch.cat([drop_hidden(bend(inner(given))), given], 1)
                    losses = [
                        loss_of(outer[label](joined), column[rows])
                        for label, column in wanted.items()
                        if bool((column[rows] != _UNKNOWN).any())
                    ]
                    optimiser.zero_grad()
                    torch.stack(losses).sum().backward()
                    optimiser.step()
                    schedule.step()
                    bar.update()
        return cls(names, _arrays(inner), {label: _arrays(layer) for label, layer in outer.items()})

    def probabilities(self, features: Vectors) -> dict[str, npt.NDArray[np.float64]]:
        """By label, shape (messages, classes)."""
        weight, bias = self.inner
        hidden = features @ weight.T + bias
        hidden = 0.5 * hidden * (1 + erf(hidden / np.sqrt(2)))
        joined = np.hstack([hidden, features])
        return {label: softmax(joined @ weight.T + bias, axis=1) for label, (weight, bias) in self.outer.items()}


def _arrays(layer: Any) -> tuple[Matrix, Matrix]:
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()
