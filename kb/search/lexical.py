"""Words: what a question shares with documents, by single characters and pairs of them (字面)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError, parse_obj_as
from scipy.sparse import coo_matrix

from bot.cities import city, fault, read_yaml, told

Scores = npt.NDArray[np.float32]

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+")
SYNONYMS = Path(__file__).parents[1] / "synonyms.yml"
"""Words that mean the same; those of the city's own speech stand in its `synonyms.yml`."""


def synonyms() -> dict[str, str]:
    """What people say → the word it is compared by: of the table and of the city's own; raises `CityError`."""
    words: dict[str, str] = {}
    for file in (SYNONYMS, city().folder / "synonyms.yml"):
        try:
            table = parse_obj_as(dict[str, list[str]], read_yaml(file) or {})
        except ValidationError as error:
            raise fault(file, told(error)) from error
        words |= {said: word for word, others in table.items() for said in (word, *others)}
    return words


@lru_cache(maxsize=1)
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern that finds every word of the table, the longest first, and the word it is compared by."""
    words = synonyms()
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


def _code(gram: str) -> int:
    """A number for a gram: Chinese signs by their own, words of letters by a digest."""
    if gram[0].isascii():
        return 1 << 60 | int.from_bytes(blake2b(gram.encode(), digest_size=7).digest())
    return ord(gram) if len(gram) == 1 else ord(gram[0]) << 16 | ord(gram[1])


@lru_cache(maxsize=1024)
def _counted(text: str) -> tuple[npt.NDArray[np.int64], Scores]:
    """The grams of a text and how often it has each; remembered, since a publication changes one text of many."""
    found = Counter(map(_code, tokens(text)))
    return np.array([*found], np.int64), np.array([*found.values()], np.float32)


class Lexical:
    """BM25 over texts that are held in memory."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [_counted(text) for text in texts] or [_counted("")]
        lengths = np.array([often.sum() for _, often in counted], np.float32)
        at = np.repeat(np.arange(len(counted), dtype=np.int32), [len(often) for _, often in counted])
        often = np.concatenate([often for _, often in counted])
        self._grams, of = np.unique(np.concatenate([grams for grams, _ in counted]), return_inverse=True)
        self._measure = Measure(len(texts), float(lengths.mean()))
        self._rarity = self._measure.rarity(np.bincount(of, minlength=len(self._grams)).astype(np.float32))
        weights = self._measure.weights(self._rarity[of], often, lengths[at])
        self._postings = coo_matrix((weights, (at, of)), (len(texts), len(self._grams))).tocsc()

    def scores(self, query: str) -> Scores:
        """For every text, from 0."""
        asked = np.array([_code(gram) for gram in set(tokens(query))], np.int64)
        places = np.searchsorted(self._grams, asked)
        here = places < len(self._grams)
        known = places[here][self._grams[places[here]] == asked[here]]
        unknown = float(self._measure.rarity(np.zeros(1, np.float32))[0])
        reach = float(self._rarity[known].sum()) + unknown * (len(asked) - len(known))
        return self._measure.shares(self._postings[:, known] @ np.ones(len(known), np.float32), reach)
