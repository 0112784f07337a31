"""The nearest training examples as a second opinion on what the heads say.

A head draws its borders from all examples together and overlooks the one that says nearly the same. Many examples have a twin, the
same words and another meaning (to refuse, and an ordinary matter); which of them lies nearer says much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from sklearn.preprocessing import normalize

from bot.language.nlu.heads import Vectors

if TYPE_CHECKING:
    import torch

WEIGHTS = {"intent": 10.0, "route": 20.0, "danger": 5.0, "hotline": 20.0, "kind": 10.0, "category": 5.0}
"""What an example that is nearer by a cosine of 1 adds to the logarithm of its class's probability. Little for the category: real
letters lie far from all examples (docs/decisions/0008-understanding.md)."""

Scores = npt.NDArray[np.float64]
Found = dict[str, tuple[list[str], Scores]]
"""By label its classes, and their probabilities, shape (messages, classes)."""


@dataclass
class Neighbours:
    """``examples``: their features, of unit length and half precision, shape (examples, dimensions). ``rows``: by label which
    of them carry it, class after class in the order of the names, and where each class begins."""

    examples: npt.NDArray[np.float16]
    rows: dict[str, Sequence[npt.NDArray[np.intp]]]

    @classmethod
    def keep(cls, features: Vectors, labels: Mapping[str, Sequence[str | None]]) -> Neighbours:
        """``labels``: for each label one class an example, None where it does not apply."""
        rows: dict[str, Sequence[npt.NDArray[np.intp]]] = {}
        for label, column in labels.items():
            carrying = sorted((name, row) for row, name in enumerate(column) if name is not None)
            if carrying:
                starts = np.unique([name for name, _ in carrying], return_index=True)[1]
                rows[label] = np.array([row for _, row in carrying], np.intp), starts
        return cls(normalize(features).astype(np.float16), rows)

    @cached_property
    def _columns(self) -> torch.Tensor:
        import torch

        return torch.from_numpy(np.ascontiguousarray(self.examples.T, np.float32))

    def revise(self, features: Vectors, found: Found) -> Found:
        """The probabilities after the nearest example of each class had its say. Classes are in the order of their names."""
        import torch

        # With torch, since the encoder's threads are torch's, too: two pools of threads wait for each other.
        likeness = (torch.from_numpy(normalize(features)) @ self._columns).numpy()
        revised = dict(found)
        for label in self.rows.keys() & found.keys():
            (rows, starts), (classes, scores) = self.rows[label], found[label]
            nearest = np.maximum.reduceat(likeness[:, rows], starts, axis=1)
            # A probability of nothing has no logarithm.
            revised[label] = classes, softmax(np.log(np.maximum(scores, 1e-9)) + WEIGHTS[label] * nearest, axis=1)
        return revised
