"""Hybrid index: how like a question each document is, by words and by meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bot.nlu.encoder import Kind
from kb.lexical import Lexical, Scores
from kb.model import centre

PASSAGE = 200
"""Characters of a passage: longer texts are cut at sentence ends, so that a vector means one thing."""
CLOSE = 100
"""Documents that are compared line by line: those whose words and theme are nearest to the question."""
PASSAGES_MOST = 24
"""Passages of one document that are encoded; what comes later is found by its words."""

Numbers = npt.NDArray[np.intp]
"""Places of documents in the index."""

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]?")


class Encodes(Protocol):
    """Turns texts into unit vectors: the encoder itself, or one that keeps what it encoded."""

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Scores: ...


@dataclass(frozen=True)
class Document:
    """Something to find: its title, ways to ask for it, and its text."""

    id: str
    title: str
    text: str
    questions: tuple[str, ...] = field(default=())


WORDS, THEME, ASK, TEXT = 0.73, 0.47, 0.5, 0.3
"""What each likeness counts. Divided by how much it usually varies between documents: words and theme equal shares, ask
the same, text half."""


class Likeness(NamedTuple):
    """How like a question documents are: an array each."""

    numbers: Numbers
    """The documents that were compared."""
    words: Scores
    """BM25 over title, questions and text."""
    theme: Scores
    """Cosine to the mean of title and questions."""
    ask: Scores
    """Cosine to the nearest of title and questions."""
    text: Scores
    """Cosine to the nearest passage of the text."""

    def fused(self) -> Scores:
        """All of it in one score."""
        return np.asarray(WORDS * self.words + THEME * self.theme + ASK * self.ask + TEXT * self.text, np.float32)


def passages(text: str) -> list[str]:
    """The text in pieces of about `PASSAGE` characters, cut at sentence ends."""
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if pieces and len(pieces[-1]) + len(sentence) <= PASSAGE:
            pieces[-1] += sentence
        else:
            pieces += [sentence[i : i + PASSAGE] for i in range(0, len(sentence), PASSAGE)]
    return pieces[:PASSAGES_MOST]


class HybridIndex:
    """Compares a question with every document, by words and by meaning."""

    def __init__(
        self, documents: Sequence[Document], encoder: Encodes, kept: Encodes | None = None, progress: str | None = None
    ) -> None:
        """``kept`` encodes the documents, where their vectors are kept between starts; queries never are."""
        kept = kept or encoder
        self.documents = list(documents)
        self._encoder = encoder
        self._words = Lexical([" ".join((doc.title, *doc.questions, doc.text)) for doc in self.documents])
        asks = [list(dict.fromkeys((doc.title, *doc.questions))) for doc in self.documents]
        texts = [[f"{doc.title} {part}" for part in passages(doc.text)] for doc in self.documents]
        ask = kept.encode([each for some in asks for each in some], "query", progress and f"{progress}: questions")
        text = kept.encode([each for some in texts for each in some], "passage", progress and f"{progress}: texts")
        self._centre = centre(encoder, "query", ask)
        self._asks = _Groups(_around(ask, self._centre), [len(some) for some in asks])
        self._texts = _Groups(_around(text, centre(encoder, "passage", text)), [len(some) for some in texts])
        self._parts = [each for some in texts for each in some]
        self._themes = self._asks.means()

    def likeness(self, query: str, among: Numbers | None = None) -> Likeness:
        """How like the question the documents near to it are; ``among`` are those that count, all unless given."""
        vector = _around(self._encoder.encode([query], "query"), self._centre)[0]
        words, theme = self._words.scores(query), self._themes @ vector
        among = np.arange(len(self.documents)) if among is None else among
        if len(among) > CLOSE:
            near = WORDS * words[among] + THEME * theme[among]
            among = np.sort(among[np.argpartition(-near, CLOSE)[:CLOSE]])
        return Likeness(
            among, words[among], theme[among], self._asks.nearest(vector, among), self._texts.nearest(vector, among)
        )

    def likeness_of_texts(self, query: str) -> tuple[Scores, Scores, Scores]:
        """How like the question every document is that has no questions: BM25 of the whole and of its best passage, and
        the cosine to its nearest passage."""
        vector = _around(self._encoder.encode([query], "query"), self._centre)[0]
        parts = self._texts.largest(self._part_words.scores(query))
        return self._words.scores(query), parts, self._texts.largest(self._texts.vectors @ vector)

    @cached_property
    def _part_words(self) -> Lexical:
        return Lexical(self._parts)


class _Groups:
    """Unit vectors of documents, those of one beside one another."""

    def __init__(self, vectors: Scores, sizes: Sequence[int]) -> None:
        self.vectors = vectors
        self._sizes = np.array(sizes, int)
        self._filled = np.flatnonzero(self._sizes)
        self._ends = np.cumsum(self._sizes)
        self._starts = (self._ends - self._sizes)[self._filled]

    def nearest(self, vector: Scores, among: Numbers) -> Scores:
        """The cosine of the nearest vector of these documents; 0 where one has none."""
        found = np.zeros(len(among), np.float32)
        for place, number in enumerate(among):
            end, size = self._ends[number], self._sizes[number]
            if size:
                found[place] = (self.vectors[end - size : end] @ vector).max()
        return found

    def largest(self, values: Scores) -> Scores:
        """The largest value of each document, of one value a vector; 0 where it has none."""
        found = np.zeros(len(self._sizes), np.float32)
        if len(self._starts):
            found[self._filled] = np.maximum.reduceat(values, self._starts)
        return found

    def means(self) -> Scores:
        """The direction of each document's mean."""
        sums = np.zeros((len(self._sizes), self.vectors.shape[1]), np.float32)
        if len(self._starts):
            sums[self._filled] = np.add.reduceat(self.vectors, self._starts)
        return _unit(sums)


def _around(vectors: Scores, middle: npt.NDArray[np.float32]) -> Scores:
    """The directions of the vectors seen from the middle. Vectors of e5 all point one way: what they share says nothing."""
    return _unit(vectors - middle)


def _unit(vectors: Scores) -> Scores:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)
