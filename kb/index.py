"""Hybrid index: character bigrams and words (BM25) beside dense vectors, over any documents."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import bm25s
import jieba
import numpy as np
import numpy.typing as npt

from bot.nlu.encoder import Kind

jieba.setLogLevel(logging.WARNING)

PASSAGE = 200
"""Characters of a passage: longer texts are cut at sentence ends, so that a vector means one thing."""
PASSAGES_MOST = 24
"""Passages of one document that are encoded; what comes later is found by its words."""

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]?")
_WORDLIKE = re.compile(r"[一-鿿]+|[A-Za-z0-9]+")

Scores = npt.NDArray[np.float32]


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


def tokens(text: str) -> list[str]:
    """Character bigrams of Chinese runs, words of Latin ones, and jieba's words of two or more characters."""
    found: list[str] = []
    for run in _WORDLIKE.findall(text.lower()):
        if run[0].isascii():
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return found + [f"w:{word}" for word in jieba.cut(text) if len(word) > 1 and _WORDLIKE.match(word)]


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
    """Scores every document for a query, by words and by meaning."""

    def __init__(
        self, documents: Sequence[Document], encoder: Encodes, kept: Encodes | None = None, progress: str | None = None
    ) -> None:
        """``kept`` encodes the documents, where their vectors are kept between starts; queries never are."""
        kept = kept or encoder
        self.documents = list(documents)
        self._encoder = encoder
        self._lexical = bm25s.BM25(k1=1.5, b=0.6)
        corpus = [tokens(" ".join((doc.title, *doc.questions, doc.text))) for doc in self.documents]
        self._lexical.index(corpus, show_progress=False)
        asks = [
            (owner, ask)
            for owner, doc in enumerate(self.documents)
            for ask in dict.fromkeys((doc.title, *doc.questions))
        ]
        texts = [(owner, part) for owner, doc in enumerate(self.documents) for part in passages(doc.text)]
        self._ask_owner = np.array([owner for owner, _ in asks])
        self._ask_vectors = kept.encode([ask for _, ask in asks], "query", progress and f"{progress}: questions")
        self._text_owner = np.array([owner for owner, _ in texts], dtype=int)
        parts = [f"{self.documents[owner].title} {part}" for owner, part in texts]
        self._text_vectors = kept.encode(parts, "passage", progress and f"{progress}: texts")

    def lexical(self, query: str) -> Scores:
        """BM25 of every document."""
        words = tokens(query)
        if not words:
            return np.zeros(len(self.documents), np.float32)
        scores: Scores = self._lexical.get_scores(words)
        return scores

    def dense(self, query: str) -> tuple[Scores, Scores]:
        """Cosine of every document's best question, and of its best passage."""
        vector = self._encoder.encode([query], "query")[0]
        best_ask = np.zeros(len(self.documents), np.float32)
        best_text = np.zeros(len(self.documents), np.float32)
        np.maximum.at(best_ask, self._ask_owner, self._ask_vectors @ vector)
        if len(self._text_owner):
            np.maximum.at(best_text, self._text_owner, self._text_vectors @ vector)
        return best_ask, best_text
