"""Texts that are equal or nearly equal: repeats and contradictions within the training data, leaks of held-out texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from tqdm import tqdm

from tools.data_check.examples import Example
from tools.data_check.labels import differing

LIKE = 0.8
"""Cosine from which two texts are nearly equal: a common word exchanged in a sentence, or a particle more or less."""
RUN = 20
"""Units (characters or foreign words) that two texts share by copying only."""
SHORT = 6
"""Units below which anybody says the same: 你好, 好的, 转人工. Such texts are counted, not held against anybody."""

_CHUNK = 1000
"""Rows multiplied at once: bounds memory at a few hundred megabytes."""


@dataclass(frozen=True)
class Repeat:
    """Training examples with the same text, and the labels of which they have different values."""

    examples: list[Example]
    differing: dict[str, list[str]]


@dataclass(frozen=True)
class Pair:
    """Two training examples that are nearly equal (cosine ``score``), and the labels that differ.

    ``short``: one of them is too short for likeness to say much.
    """

    score: float
    examples: list[Example]
    differing: dict[str, list[str]]
    short: bool


@dataclass(frozen=True)
class Leak:
    """A held-out text (first of ``examples``) that was trained on (second), and their cosine ``score``.

    ``how`` is equal, run (a stretch copied word for word) or near; ``short``: so short that it is no leak.
    """

    how: str
    score: float
    examples: list[Example]
    short: bool


class Vectors:
    """Unit vectors of texts: TF-IDF of single characters and pairs of them, weighted as the training examples use them.

    Hashed, so that a pair that no training example has counts against likeness instead of being left out.
    """

    def __init__(self, examples: Iterable[Example]) -> None:
        self._hash = HashingVectorizer(
            analyzer="char", ngram_range=(1, 2), lowercase=False, norm=None, alternate_sign=False, dtype=np.float32
        )
        self._weigh = TfidfTransformer(sublinear_tf=True).fit(self._counted(examples))

    def __call__(self, examples: Iterable[Example]) -> Any:
        """A sparse matrix, one row an example."""
        return self._weigh.transform(self._counted(examples)).astype(np.float32)

    def _counted(self, examples: Iterable[Example]) -> Any:
        return self._hash.transform([example.key for example in examples])


def unique(examples: Iterable[Example]) -> list[Example]:
    """The first of the examples with the same text."""
    found: dict[str, Example] = {}
    for example in examples:
        found.setdefault(example.key, example)
    return list(found.values())


def repeats(examples: Iterable[Example]) -> list[Repeat]:
    """The texts that stand more than once."""
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(example.key, []).append(example)
    return [Repeat(group, differing(group)) for group in groups.values() if len(group) > 1]


def near_pairs(examples: Sequence[Example], vectors: Vectors) -> list[Pair]:
    """The pairs of nearly equal examples, the most alike first; give each text once."""
    matrix = vectors(examples)
    found = []
    for score, row, column in _alike(matrix, matrix, "comparing examples"):
        if row < column:
            pair = [examples[row], examples[column]]
            found.append(Pair(score, pair, differing(pair), _short(pair)))
    return sorted(found, key=lambda pair: (-pair.score, -len(pair.examples[0].key)))


def leaks(heldout: Sequence[Example], trained: Sequence[Example], vectors: Vectors, progress: str) -> list[Leak]:
    """The held-out texts that were trained on, each with the text that gives it away, the plainest first."""
    if not heldout or not trained:
        return []
    equal = {example.key: example for example in trained}
    runs = {run: example for example in trained for run in _runs(example)}
    near: dict[int, tuple[float, int]] = {}
    for score, row, column in _alike(vectors(heldout), vectors(trained), progress):
        near[row] = max(near.get(row, (0.0, 0)), (score, column))
    found = []
    for row, example in enumerate(heldout):
        score, column = near.get(row, (0.0, 0))
        if source := equal.get(example.key):
            found.append(Leak("equal", 1.0, [example, source], _short([example])))
        elif source := next((runs[run] for run in _runs(example) if run in runs), None):
            found.append(Leak("run", score, [example, source], False))
        elif score:
            pair = [example, trained[column]]
            found.append(Leak("near", score, pair, _short(pair)))
    return sorted(found, key=lambda leak: (("equal", "run", "near").index(leak.how), -leak.score))


def _alike(left: Any, right: Any, progress: str) -> Iterator[tuple[float, int, int]]:
    """Score, row and column of every pair of rows from `LIKE` on."""
    columns = right.T.tocsr()
    for start in tqdm(range(0, left.shape[0], _CHUNK), desc=progress, unit="k", leave=False):
        product = (left[start : start + _CHUNK] @ columns).tocoo()
        wanted = product.data >= LIKE
        for score, row, column in zip(product.data[wanted], product.row[wanted], product.col[wanted], strict=True):
            yield round(min(float(score), 1.0), 3), start + int(row), int(column)


def _runs(example: Example) -> Iterator[str]:
    units = example.units
    return (" ".join(units[start : start + RUN]) for start in range(len(units) - RUN + 1))


def _short(examples: Iterable[Example]) -> bool:
    return min(len(example.units) for example in examples) < SHORT
