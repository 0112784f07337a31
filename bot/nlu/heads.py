"""Classifier heads: one small linear model a label, on the sentence vector and character n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

Vectors = npt.NDArray[np.float32]

DENSE_WEIGHT = 6.0
"""Scale of the sentence vector beside the n-grams; both have unit length before. Chosen on held-out data."""


class Features:
    """Sentence vectors beside character n-grams (1 to 3) of the text."""

    def __init__(self) -> None:
        self._ngrams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2, max_features=60_000)
        self._centre: Any = None

    def fit(self, texts: Sequence[str], vectors: Vectors) -> Features:
        """Learns the n-grams, and the mean vector (the vectors of e5 all point one way; what differs is what counts)."""
        self._ngrams.fit(texts)
        self._centre = vectors.mean(axis=0, keepdims=True)
        return self

    def __call__(self, texts: Sequence[str], vectors: Vectors) -> csr_matrix:
        dense = vectors - self._centre
        dense = dense / np.linalg.norm(dense, axis=1, keepdims=True)
        return hstack([csr_matrix(dense * DENSE_WEIGHT), self._ngrams.transform(texts)], format="csr")


@dataclass
class Head:
    """One label: its classes and a calibrated linear model."""

    model: Any
    classes: list[str]

    @classmethod
    def train(cls, features: csr_matrix, labels: Sequence[str], strength: float = 3.0) -> Head:
        """Fits the head; ``strength`` is the inverse of the regularisation."""
        model = LogisticRegression(C=strength, max_iter=400, class_weight="balanced", solver="lbfgs")
        model.fit(features, labels)
        return cls(model, [str(name) for name in model.classes_])

    def probabilities(self, features: csr_matrix) -> npt.NDArray[np.float64]:
        """Shape (messages, classes)."""
        result: npt.NDArray[np.float64] = self.model.predict_proba(features)
        return result

    def ranking(self, features: csr_matrix) -> list[tuple[str, float]]:
        """Classes of one message with their probability, the most likely first."""
        scores = self.probabilities(features)[0]
        return [(self.classes[i], float(scores[i])) for i in np.argsort(-scores)]
