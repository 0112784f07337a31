"""Words: what a question shares with documents, by single characters and pairs of them (字面)."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from scipy.sparse import coo_matrix

Scores = npt.NDArray[np.float32]

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+")
_SYNONYMS = Path(__file__).parent / "synonyms.yml"


@lru_cache(maxsize=1)
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern that finds every word of the table, the longest first, and the word it is compared by."""
    table: dict[str, list[str]] = yaml.safe_load(_SYNONYMS.read_text(encoding="utf-8"))
    words = {said: word for word, others in table.items() for said in (word, *others)}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))), words


def common(text: str) -> str:
    """The text in small letters, each word of the table of synonyms as the word it is compared by."""
    pattern, words = _synonyms()
    return pattern.sub(lambda found: words[found[0]], text.lower())


def tokens(text: str) -> list[str]:
    """Single characters and pairs of Chinese runs, words of Latin ones."""
    found: list[str] = []
    for run in _RUN.findall(common(text)):
        if run[0].isascii():
            found.append(run)
        else:
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


class Lexical:
    """BM25 over texts, comparable between questions.

    It is divided by the root of what the question could reach. Divided by all of it, no text would be like a long
    story; not divided, every text would.
    """

    K1, B = 1.5, 0.6
    SHORT = 45.0
    """What a short question can reach in a few hundred articles: its scores are shares of that."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._size = len(texts)
        self._number: dict[str, int] = {}
        # Arrays, not lists: of 100,000 articles there are tens of millions of each.
        rows, columns, counts = array("i"), array("i"), array("f")
        lengths = np.zeros(max(self._size, 1), np.float32)
        for row, text in enumerate(texts):
            grams = Counter(tokens(text))
            lengths[row] = grams.total()
            rows.extend(repeat(row, len(grams)))
            columns.extend(self._number.setdefault(gram, len(self._number)) for gram in grams)
            counts.extend(grams.values())
        at, of, often = np.array(rows, np.int32), np.array(columns, np.int32), np.array(counts, np.float32)
        found = np.bincount(of, minlength=len(self._number)).astype(np.float32)
        self._idf = np.log1p((self._size - found + 0.5) / (found + 0.5))
        self._unknown = float(np.log1p((self._size + 0.5) / 0.5))
        length = self.K1 * (1 - self.B + self.B * lengths / max(float(lengths.mean()), 1.0))
        weights = self._idf[of] * often * (self.K1 + 1) / (often + length[at]) if len(often) else often
        self._postings = coo_matrix((weights, (at, of)), (self._size, len(self._number))).tocsc()

    def scores(self, query: str) -> Scores:
        """For every text, from 0: about 1 where it has each word of a short question once."""
        grams = set(tokens(query))
        known = [self._number[gram] for gram in grams if gram in self._number]
        reach = float(self._idf[known].sum()) + self._unknown * (len(grams) - len(known))
        found = self._postings[:, known] @ np.ones(len(known), np.float32)
        return np.asarray(found / max(np.sqrt(reach * self.SHORT), 1e-6), np.float32)
