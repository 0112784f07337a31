"""The nearest training examples as a second opinion on whether a message is one to refuse (Article 15 (4)).

The network alone refuses too much that only sounds alike (举报楼下赌场). The examples nearest to such a message say so: they
lie in pairs, one to refuse and one of the same words that is an ordinary matter (docs/decisions/0008-understanding.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from bot.nlu.heads import Vectors

NEAREST = 5
"""Examples of each side that are compared."""
NETWORK, NEARNESS, BASE = 0.6, 20.0, 0.55
"""What a refusal's log-odds are made of: the network's, by how much examples to refuse lie nearer (cosine), and a constant.
Learned by cross-validation on the examples (benchmarks/nlu_refusals.py)."""
POSSIBLE = 0.01
"""A message that the network refuses with less is not compared: it never was one to refuse, and most messages are such."""

Scores = npt.NDArray[np.float64]


@dataclass
class Neighbours:
    """Unit features of the examples, half precision: those to refuse, and all others."""

    refused: npt.NDArray[np.float16]
    others: npt.NDArray[np.float16]

    @classmethod
    def keep(cls, features: Vectors, routes: Sequence[str]) -> Neighbours:
        """``routes``: the class of the route of each example."""
        refused, units = is_refusal(routes), _unit(features).astype(np.float16)
        return cls(units[refused], units[~refused])

    def nearness(self, features: Vectors) -> Scores:
        """By how much the nearest examples to refuse lie nearer than the nearest others; shape (messages,)."""
        units = _unit(features)
        near, far = (
            np.partition(units @ kept.T.astype(np.float32), -NEAREST, axis=1)[:, -NEAREST:].mean(axis=1)
            for kept in (self.refused, self.others)
        )
        return np.asarray(near - far, np.float64)

    def revised(self, features: Vectors, classes: Sequence[str], scores: Scores) -> Scores:
        """The probabilities of the routes, shape (messages, classes), where these examples have their say on refusals."""
        refused = is_refusal(classes)
        share = scores[:, refused].sum(axis=1)
        rows = np.flatnonzero(share >= POSSIBLE)
        if not rows.size:
            return scores
        was = np.clip(share[rows], POSSIBLE, 1 - 1e-6)
        sure = expit(NETWORK * logit(was) + NEARNESS * self.nearness(features[rows]) + BASE)
        changed = scores.copy()
        changed[rows] *= np.where(refused, (sure / was)[:, None], ((1 - sure) / (1 - was))[:, None])
        return changed


def is_refusal(classes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which classes of the route are refusals."""
    return np.array([name.partition("/")[0] == "decline" for name in classes])


def _unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
