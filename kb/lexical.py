"""Words: what a question shares with documents, by single characters and pairs of them (字面)."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from scipy.sparse import coo_matrix

Scores = npt.NDArray[np.float32]

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+")
SYNONYMS = Path(__file__).parent / "synonyms.yml"
"""Words that mean the same."""


@lru_cache(maxsize=1)
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern that finds every word of the table, the longest first, and the word it is compared by."""
    table: dict[str, list[str]] = yaml.safe_load(SYNONYMS.read_text(encoding="utf-8"))
    words = {said: word for word, others in table.items() for said in (word, *others)}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))), words


def common(text: str) -> str:
    """The text in small letters, each word of the table of synonyms as the word it is compared by."""
    pattern, words = _synonyms()
    return pattern.sub(lambda found: words[found[0]], text.lower())


def runs(text: str) -> list[str]:
    """The text in runs of Chinese signs and of Latin letters and digits, each word of the table by the one it is
    compared by."""
    return _RUN.findall(common(text))


def grams(runs: Iterable[str]) -> list[str]:
    """Single characters and pairs of Chinese runs, Latin ones whole."""
    found: list[str] = []
    for run in runs:
        if run[0].isascii():
            found.append(run)
        else:
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def tokens(text: str) -> list[str]:
    """What of a text is compared."""
    return grams(runs(text))


@dataclass(frozen=True)
class Measure:
    """BM25 among so many texts of this mean length, comparable between questions.

    It is divided by the root of what the question could reach. Divided by all of it, no text would be like a long
    story; not divided, every text would.
    """

    K1, B = 1.5, 0.6
    SHORT = 45.0
    """What a short question can reach in a few hundred articles: its scores are shares of that."""

    size: int
    mean: float

    def rarity(self, found: Scores) -> Scores:
        """What grams count that so many texts have."""
        return np.asarray(np.log1p((self.size - found + 0.5) / (found + 0.5)), np.float32)

    def weights(self, rarity: Scores, often: Scores, lengths: Scores) -> Scores:
        """What grams of this rarity bring to texts of these lengths that have them so often."""
        length = self.K1 * (1 - self.B + self.B * lengths / max(self.mean, 1.0))
        return np.asarray(rarity * often * (self.K1 + 1) / (often + length), np.float32)

    def shares(self, found: Scores, reach: float) -> Scores:
        """About 1 for a text that has each word of a short question once; ``reach`` sums what all of its grams count."""
        return np.asarray(found / max(np.sqrt(reach * self.SHORT), 1e-6), np.float32)


class Lexical:
    """BM25 over texts that are held in memory."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._number: dict[str, int] = {}
        # Arrays, not lists: of 100,000 articles there are tens of millions of each.
        rows, columns, counts = array("i"), array("i"), array("f")
        lengths = np.zeros(max(len(texts), 1), np.float32)
        for row, text in enumerate(texts):
            found = Counter(tokens(text))
            lengths[row] = found.total()
            rows.extend(repeat(row, len(found)))
            columns.extend(self._number.setdefault(gram, len(self._number)) for gram in found)
            counts.extend(found.values())
        at, of, often = np.array(rows, np.int32), np.array(columns, np.int32), np.array(counts, np.float32)
        self._measure = Measure(len(texts), float(lengths.mean()))
        self._rarity = self._measure.rarity(np.bincount(of, minlength=len(self._number)).astype(np.float32))
        weights = self._measure.weights(self._rarity[of], often, lengths[at])
        self._postings = coo_matrix((weights, (at, of)), (len(texts), len(self._number))).tocsc()

    def scores(self, query: str) -> Scores:
        """For every text, from 0."""
        asked = set(tokens(query))
        known = [self._number[gram] for gram in asked if gram in self._number]
        unknown = float(self._measure.rarity(np.zeros(1, np.float32))[0])
        reach = float(self._rarity[known].sum()) + unknown * (len(asked) - len(known))
        return self._measure.shares(self._postings[:, known] @ np.ones(len(known), np.float32), reach)
