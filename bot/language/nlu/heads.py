"""Classifier heads: one small linear model a label, on the sentence vector and character n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import softmax
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from bot.language.extract.facts import without_case_numbers

Vectors = npt.NDArray[np.float32]

DENSE_WEIGHT = 1.5
"""Weight of the sentence vector beside the n-grams (unit length both)."""
SCALE = 6.0
"""Length of the joined vector; with the regularisation below it fixes how sure the heads are."""
NGRAM_DIMENSIONS = 300
"""The n-grams are reduced to these dimensions: a head then trains in seconds, and more accurately (docs/decisions)."""
_COUNTED = {"analyzer": "char", "ngram_range": (1, 3), "dtype": np.float32}


@dataclass
class Features:
    """Sentence vectors beside character n-grams (1 to 3) of the text, dense; all numbers of work orders are as one.

    ``idf``: the weight of each n-gram (tf-idf). ``reduced``: its dimensions, one row each. ``centre``: the mean vector.
    ``halves``: how many vectors, each as long as the others, one sentence vector is made of."""

    ngrams: list[str] = field(default_factory=list)
    idf: Any = None
    reduced: Any = None
    centre: Any = None
    halves: int = 1

    def fit(self, texts: Sequence[str], vectors: Vectors, halves: int = 1) -> Features:
        """Learns the n-grams, and the mean vector (the vectors of e5 all point one way; what differs is what counts)."""
        counter = CountVectorizer(min_df=2, max_features=30_000, **_COUNTED)
        counts = counter.fit_transform(_read(texts))
        self.ngrams = counter.get_feature_names_out().tolist()
        self.idf = TfidfTransformer().fit(counts).idf_
        reduce = TruncatedSVD(NGRAM_DIMENSIONS, n_iter=2, random_state=0).fit(self._weighted(counts))
        # One row an n-gram and contiguous: `TruncatedSVD.transform` copies the whole matrix for every message.
        self.reduced = np.ascontiguousarray(reduce.components_.T)
        self.centre, self.halves = vectors.mean(axis=0, keepdims=True), halves
        return self

    def __call__(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """Shape (messages, dimensions)."""
        words = self._weighted(self._counter.transform(_read(texts))) @ self.reduced
        dense = [_unit(half) * DENSE_WEIGHT for half in np.split(vectors - self.centre, self.halves, axis=1)]
        joined = np.hstack([*dense, _unit(words)]) * SCALE
        return joined.astype(np.float32)

    @cached_property
    def _counter(self) -> CountVectorizer:
        return CountVectorizer(vocabulary=self.ngrams, **_COUNTED)

    def _weighted(self, counts: Any) -> Any:
        """Tf-idf of counts, with the logarithm of the frequency; `TfidfTransformer` cannot be made of a kept `idf`."""
        logarithms = counts.copy()
        logarithms.data = np.log(counts.data) + 1
        return normalize(logarithms @ sparse.diags(self.idf, format="csr"), copy=False)


def _read(texts: Sequence[str]) -> list[str]:
    return [without_case_numbers(text) for text in texts]


def _unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@dataclass
class Head:
    """One label: its classes, and a linear model: weights (dimensions, classes) and bias (classes,)."""

    classes: list[str]
    weights: Vectors
    bias: Vectors

    @classmethod
    def train(cls, features: Vectors, labels: Sequence[str], freedom: float = 1.0) -> Head:
        """Fits a multinomial logistic regression; ``freedom`` is the inverse of the regularisation. A rare class counts as much
        as a frequent one. With torch: for 150 classes scikit-learn takes six times as long (docs/decisions/0008-understanding.md)."""
        import torch
        from torch.nn.functional import cross_entropy

        classes, wanted, counts = np.unique(labels, return_inverse=True, return_counts=True)
        target, inputs = torch.from_numpy(wanted), torch.from_numpy(features)
        balance = torch.from_numpy((len(wanted) / len(classes) / counts).astype(np.float32))
        weights = torch.zeros(features.shape[1], len(classes), requires_grad=True)
        bias = torch.zeros(len(classes), requires_grad=True)
        optimiser = torch.optim.LBFGS([weights, bias], max_iter=300, tolerance_grad=1e-5, line_search_fn="strong_wolfe")

        def loss() -> torch.Tensor:
            optimiser.zero_grad()
            each = cross_entropy(torch.addmm(bias, inputs, weights), target, reduction="none")
            total = (balance[target] * each).mean() + weights.square().sum() / (2 * freedom * len(wanted))
            total.backward()
            return total

        optimiser.step(loss)
        return cls(classes.tolist(), weights.detach().numpy(), bias.detach().numpy())

    def probabilities(self, features: Vectors) -> npt.NDArray[np.float64]:
        """Shape (messages, classes)."""
        result: npt.NDArray[np.float64] = softmax(features @ self.weights + self.bias, axis=1)
        return result


def ranking(classes: Sequence[str], scores: npt.NDArray[np.float64]) -> list[tuple[str, float]]:
    """Classes of one message with their probability, the most likely first."""
    return [(classes[i], float(scores[i])) for i in np.argsort(-scores)]
