"""Directions: the vectors of lines seen from their middle, by document, and the themes of documents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]
"""Places of documents in the index."""


def around(vectors: Vectors, middle: Vectors) -> Vectors:
    """The directions of the vectors seen from the middle. Vectors of e5 all point one way: what they share says nothing."""
    return unit(vectors - middle)


def unit(vectors: Vectors) -> Vectors:
    """Of length 1; what has no direction stays 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)


class Groups:
    """Unit vectors of documents, those of one beside one another."""

    def __init__(self, vectors: Vectors, sizes: Sequence[int]) -> None:
        self.vectors = vectors
        self._sizes = np.array(sizes, int)
        self._ends = np.cumsum(self._sizes)

    def nearest(self, vector: Vectors, among: Numbers) -> Vectors:
        """The cosine of the nearest vector of these documents; 0 where one has none."""
        sizes = self._sizes[among]
        starts = np.cumsum(sizes) - sizes
        # Of each document all vectors: counted on from the place of its first.
        rows = np.arange(sizes.sum()) + np.repeat(self._ends[among] - sizes - starts, sizes)
        return _largest(self.vectors[rows] @ vector, sizes)

    def largest(self, values: Vectors) -> Vectors:
        """The largest value of each document, of one value a vector; 0 where it has none."""
        return _largest(values, self._sizes)

    def means(self) -> Vectors:
        """The direction of each document's mean."""
        return means(self.vectors, self._sizes)


def means(vectors: Vectors, sizes: Numbers) -> Vectors:
    """The direction of the mean of each group; 0 where it is empty."""
    sums = np.zeros((len(sizes), vectors.shape[1]), np.float32)
    filled = np.flatnonzero(sizes)
    if len(filled):
        sums[filled] = np.add.reduceat(vectors, (np.cumsum(sizes) - sizes)[filled])
    return unit(sums)


def _largest(values: Vectors, sizes: Numbers) -> Vectors:
    found = np.zeros(len(sizes), np.float32)
    filled = np.flatnonzero(sizes)
    if len(filled):
        found[filled] = np.maximum.reduceat(values, (np.cumsum(sizes) - sizes)[filled])
    return found


class Themes:
    """The mean directions of many documents. All can be compared roughly, by the axes in which they differ most."""

    AXES = 64
    FEW = 5_000
    """So many documents are compared as fast without a rough look."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors, self._turn = vectors, None
        self._rough = vectors
        if len(vectors) > self.FEW:
            self._turn = np.ascontiguousarray(np.linalg.eigh(vectors.T @ vectors)[1][:, : -self.AXES - 1 : -1])
            self._rough = vectors @ self._turn

    def roughly(self, vector: Vectors) -> Vectors:
        """About the cosine to every theme."""
        return self._rough @ (vector if self._turn is None else vector @ self._turn)

    def exactly(self, vector: Vectors, among: Numbers) -> Vectors:
        """The cosine to these themes."""
        near: Vectors = self._vectors[among] @ vector
        return near
