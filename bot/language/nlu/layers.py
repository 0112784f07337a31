"""The encoder's layers, and an adapter (LoRA) that bends the upper ones to the hotline's messages.

The lower layers are read once; above `SHARED` every message goes through the layers as they came and through the tuned
ones. ``python -m tools.tuning`` makes the file of the adapter.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

ADAPTER = Path(__file__).with_name("adapter.safetensors")
SHARED = 6
"""Layers from below that are not tuned."""
RANK = 32


class Low(nn.Module):
    """A linear layer and, beside it, the product of two thin matrices that is learned."""

    def __init__(self, linear: Any) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(RANK, linear.in_features) * linear.in_features**-0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, states: Any) -> Any:
        return self.linear(states) + states @ self.down.T @ self.up.T


def _linear(layers: Any) -> Iterator[tuple[str, Any, str]]:
    """Of each linear part of some layers: its name, what holds it, and what it is called there."""
    for number, layer in enumerate(layers):
        for name, part in layer.named_modules():
            if isinstance(part, nn.Linear):
                inside, _, own = name.rpartition(".")
                yield f"{number}.{name}", layer.get_submodule(inside), own


def adapt(model: Any) -> dict[str, Low]:
    """Puts an untrained adapter into a model; gives its parts by name."""
    parts = {}
    for name, holder, own in list(_linear(model.encoder.layer[SHARED:])):
        parts[name] = Low(getattr(holder, own))
        setattr(holder, own, parts[name])
    return parts


def write(path: Path, parts: dict[str, Low]) -> None:
    """Keeps what was learned, in half precision."""
    arrays = {
        f"{name}.{half}": getattr(part, half).detach().half().contiguous()
        for name, part in parts.items()
        for half in ("down", "up")
    }
    save_file(arrays, path)


def tuned_layers(model: Any, path: Path) -> Any:
    """The layers above `SHARED` with the adapter's products added to their weights."""
    arrays = load_file(path)
    tuned = copy.deepcopy(model.encoder.layer[SHARED:])
    with torch.no_grad():
        for name, holder, own in _linear(tuned):
            getattr(holder, own).weight += arrays[f"{name}.up"].float() @ arrays[f"{name}.down"].float()
    return tuned


def digest(path: Path) -> str:
    """Names an adapter."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


class Plain(nn.Module):
    """Token ids and mask to the last layer's states."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Any, mask: Any) -> Any:
        return self.model(input_ids=ids, attention_mask=mask, return_dict=False)[0].float()


class Beside(nn.Module):
    """Token ids and mask to the last layer's states as they came and, beside them, as tuned: twice as wide."""

    def __init__(self, model: Any, tuned: Any) -> None:
        super().__init__()
        self.model, self.tuned = model, tuned

    def forward(self, ids: Any, mask: Any) -> Any:
        shared = self.model.embeddings(input_ids=ids)
        seen = seen_of(mask, shared.dtype)
        shared = through(self.model.encoder.layer[:SHARED], shared, seen)
        states = [through(layers, shared, seen) for layers in (self.model.encoder.layer[SHARED:], self.tuned)]
        return torch.cat(states, 2).float()


def seen_of(mask: Any, numbers: torch.dtype) -> Any:
    """What is added to the attention: nothing where there is a token, as little as can be where there is none."""
    return (1 - mask[:, None, None, :].to(numbers)) * torch.finfo(numbers).min


def through(layers: Any, states: Any, seen: Any) -> Any:
    """States after some layers."""
    for layer in layers:
        states = layer(states, seen)
        states = states[0] if isinstance(states, tuple) else states
    return states
