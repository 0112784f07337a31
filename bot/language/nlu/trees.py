"""Boosted decision trees of two classes, as plain arrays.

scikit-learn trains them, and can keep what it trained as a pickle only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier

Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass
class Trees:
    """Arrays of shape (trees, nodes). From a node one goes on to `left` where its feature is at most its threshold, else to
    `right`; a leaf goes on to itself. The values of the leaves add up to the logarithm of the odds."""

    baseline: float
    feature: Places
    threshold: Numbers
    left: Places
    right: Places
    value: Numbers

    @classmethod
    def of(cls, model: HistGradientBoostingClassifier) -> Trees:
        """What a model has learned, of two classes, from numbers without gaps."""
        found = [predictor.nodes for [predictor] in model._predictors]
        # Shorter trees are filled up with nodes that no other leads to.
        nodes = np.zeros((len(found), max(map(len, found))), found[0].dtype)
        for tree, own in enumerate(found):
            nodes[tree, : len(own)] = own
        leaf, here = nodes["is_leaf"] == 1, np.arange(nodes.shape[1])
        left, right = (np.where(leaf, here, nodes[side]).astype(np.int64) for side in ("left", "right"))
        feature, threshold = nodes["feature_idx"].astype(np.int64), nodes["num_threshold"]
        return cls(float(model._baseline_prediction.item()), feature, threshold, left, right, nodes["value"])

    def probabilities(self, rows: Numbers) -> Numbers:
        """Of the second class, for each row of features."""
        tree, row = np.arange(len(self.feature)), np.arange(len(rows))[:, None]
        at: Any = np.zeros((len(rows), len(tree)), np.int64)
        while True:
            low = rows[row, self.feature[tree, at]] <= self.threshold[tree, at]
            following = np.where(low, self.left[tree, at], self.right[tree, at])
            if np.array_equal(following, at):
                break
            at = following
        # Added up one after the other, as scikit-learn does: the figures are the same to the last digit.
        parts = np.hstack([np.full((len(rows), 1), self.baseline), self.value[tree, at]])
        result: Numbers = expit(np.cumsum(parts, axis=1)[:, -1])
        return result
