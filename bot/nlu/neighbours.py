"""The nearest training examples as a second opinion: is a message one to refuse (Article 15 (4)), and which line helps.

The network alone refuses too much that only sounds alike (who reports a forger of papers). Many examples to refuse have a twin, an ordinary
matter of the same words, and which of them lies nearer says much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.preprocessing import normalize

from bot.nlu.heads import Vectors

NEAREST = 5
"""Examples of each side that are compared."""
NETWORK, NEARNESS, BASE = 0.65, 20.0, 0.6
"""What the log-odds of a refusal are made of: the network's, by how much examples to refuse lie nearer (cosine), and a
constant. Learned by cross-validation on the examples, twins left out together (docs/decisions/0008-understanding.md)."""
LINE = 6.0
"""What being nearer to the examples of an emergency line (cosine) adds to its probability; chosen in the same way."""
POSSIBLE = 0.01
"""What the network refuses with less probability is not compared: it was never one to refuse, and most messages are such."""

Scores = npt.NDArray[np.float64]


@dataclass
class Neighbours:
    """Features of the examples, of unit length and half precision, by side: ``decline``, ``other``, and every line."""

    examples: dict[str, npt.NDArray[np.float16]]

    @classmethod
    def keep(cls, features: Vectors, routes: Sequence[str], lines: Sequence[str | None]) -> Neighbours:
        """``routes`` and ``lines``: the class of each example; no line where it is no emergency."""
        units, refused, line = normalize(features).astype(np.float16), is_refusal(routes), np.array(lines)
        named = {name: units[line == name] for name in sorted({name for name in lines if name})}
        return cls({"decline": units[refused], "other": units[~refused], **named})

    @cached_property
    def _sides(self) -> dict[str, Vectors]:
        return {name: units.T.astype(np.float32) for name, units in self.examples.items()}

    def nearness(self, features: Vectors, side: str) -> Scores:
        """Mean cosine to the nearest examples of a side, shape (messages,)."""
        likeness = normalize(features) @ self._sides[side]
        nearest = min(NEAREST, likeness.shape[1])
        return np.asarray(np.partition(likeness, -nearest, axis=1)[:, -nearest:].mean(axis=1), np.float64)

    def routes(self, features: Vectors, classes: Sequence[str], scores: Scores) -> Scores:
        """The probabilities of the routes, shape (messages, classes), after the examples had their say on refusals."""
        refused = is_refusal(classes)
        share = scores[:, refused].sum(axis=1)
        rows = np.flatnonzero(share >= POSSIBLE)
        if not rows.size:
            return scores
        was, nearer = np.clip(share[rows], POSSIBLE, 1 - 1e-6), features[rows]
        nearer = self.nearness(nearer, "decline") - self.nearness(nearer, "other")
        sure = expit(NETWORK * logit(was) + NEARNESS * nearer + BASE)
        revised = scores.copy()
        revised[rows] *= np.where(refused, (sure / was)[:, None], ((1 - sure) / (1 - was))[:, None])
        return revised

    def lines(self, features: Vectors, classes: Sequence[str], scores: Scores) -> Scores:
        """The scores of the lines, shape (messages, classes), likewise. Each message's add up to 1, one may lie outside 0 to 1."""
        near = np.stack([self.nearness(features, name) for name in classes], axis=1)
        return scores + LINE * (near - near.mean(axis=1, keepdims=True))


def is_refusal(classes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which classes of the route are refusals."""
    return np.array([name.partition("/")[0] == "decline" for name in classes])
