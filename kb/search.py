"""Search: words and meaning fused, and the decision to answer, to ask which is meant, or to say that it is not known."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.clock import local_now
from bot.nlu.encoder import encoder
from bot.storage import database
from kb.index import Document, Encodes, HybridIndex, Scores
from kb.schema import Article
from kb.store import load_articles
from kb.vectors import KeptVectors

_POLITE = re.compile(
    r"^(?:你好|您好|请问|请教|想问|咨询一下|咨询|麻烦|一下|我想|想|问一下|问问|那个|啊|呀|,|，|、|。|!|！|\s)+|(?:谢谢|谢了|多谢|麻烦了|急|在线等|啊|呀|呢|吗|嘛|么|的|。|\?|？|!|！|\s)+$"
)


@dataclass(frozen=True)
class Hit:
    """A document and its fused score (0 to 1)."""

    document: Document
    score: float


@dataclass(frozen=True)
class Result:
    """Hits, best first; ``answerable`` when the first may be given as the answer."""

    hits: list[Hit]
    answerable: bool
    choices: list[Hit]
    """Two or three of which one is probably meant, where the first is not sure enough."""


class Searcher:
    """Fused search over one index."""

    LEXICAL = 0.55
    """Weight of words against meaning where documents have texts only."""
    WORDS, ASK, TEXT = 0.30, 0.49, 0.21
    """Weights of words, of the best question and of the best passage, where documents have questions."""
    SURE = 0.74
    """Fused score, with half of the lead over the second, from which an answer is given."""
    CHOICE = 0.5
    """Fused score from which it is asked whether this is meant."""
    NEAR = 0.08
    """How far behind the first another may be to be asked about."""

    def __init__(self, index: HybridIndex) -> None:
        self.index = index
        self._asked = any(document.questions for document in index.documents)

    def scores(self, query: str) -> Scores:
        """Fused score of every document, 0 to 1."""
        lexical = self.index.lexical(query)
        ask, text = self.index.dense(query)
        words = lexical / max(float(lexical.max()), 1e-6)
        if self._asked:
            # Cosines of e5 lie between 0.8 and 1: spread them, so that equal means 1 and a stranger about 0. Words
            # count less where none of them says much.
            words = words * min(float(lexical.max()) / 20, 1)
            meaning = self.ASK * np.clip((ask - 0.80) / 0.18, 0, 1) + self.TEXT * np.clip((text - 0.80) / 0.10, 0, 1)
            return np.asarray(self.WORDS * words + meaning, np.float32)
        best = np.maximum(text, ask)
        meaning = np.clip((best - best.min()) / max(float(best.max() - best.min()), 1e-6), 0, 1)
        return np.asarray(self.LEXICAL * words + (1 - self.LEXICAL) * meaning, np.float32)

    def search(self, query: str, top: int = 10) -> Result:
        """The best documents for a question in anybody's words."""
        if not self.index.documents:
            return Result([], False, [])
        scores = self.scores(clean(query))
        order = np.argsort(-scores)[:top]
        hits = [Hit(self.index.documents[i], float(scores[i])) for i in order]
        lead = min(hits[0].score - hits[1].score, 0.2) if len(hits) > 1 else 0.2
        sure = hits[0].score + lead / 2 >= self.SURE
        near = [hit for hit in hits[:3] if hit.score >= max(self.CHOICE, hits[0].score - self.NEAR)]
        return Result(hits, sure, [] if sure else near)


def clean(query: str) -> str:
    """The question without greetings and thanks; the whole if nothing else is in it."""
    return _POLITE.sub("", query.strip()) or query


class KnowledgeBase:
    """The city's own articles, searchable."""

    def __init__(self, articles: Sequence[Article], kept: Encodes | None = None, progress: str | None = None) -> None:
        self.articles = {article.id: article for article in articles}
        self._searcher = Searcher(HybridIndex([_document(article) for article in articles], encoder(), kept, progress))

    def search(self, query: str, top: int = 10) -> Result:
        """The best articles for a question."""
        return self._searcher.search(query, top)

    @classmethod
    def current(cls, day: date | None = None, progress: str | None = None) -> KnowledgeBase:
        """The articles that hold today."""
        day = day or local_now().date()
        return cls(
            [article for article in load_articles() if article.current_on(day)],
            KeptVectors(encoder(), database()),
            progress,
        )


def _document(article: Article) -> Document:
    text = "。".join((article.answer, *article.steps, *article.bring, article.where or ""))
    return Document(article.id, article.title, text, tuple(article.phrasings))


def foreign_corpus(path: Path, progress: str | None = None) -> Searcher:
    """A search over another corpus: JSON Lines of ``{"id", "title", "text"}``."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    documents = [Document(str(row["id"]), row.get("title") or "", row["text"]) for row in rows]
    return Searcher(HybridIndex(documents, encoder(), progress=progress))


def knowledge_base() -> KnowledgeBase:
    """The knowledge base of this process: the articles that hold today, also after midnight."""
    return _of_day(local_now().date())


@lru_cache(maxsize=1)
def _of_day(day: date) -> KnowledgeBase:
    return KnowledgeBase.current(day)
