"""Search: words and meaning fused, and the decision to answer, to ask which is meant, or to say that it is not known."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bot.cities import CITY_LEVEL, city
from bot.language.extract.regions import known_places, region_among
from bot.language.nlu.encoder import encoder
from kb.search.index import Document, Encodes, HybridIndex, Index
from kb.search.model import decision
from kb.search.schema import Article
from kb.search.vectors import kept_vectors

_POLITE = re.compile(
    r"^(?:你好|您好|对了|另外|顺便问一下|请问|请教|想问|咨询一下|咨询|麻烦|一下|我想|想|问一下|问问|那个|啊|呀|,|，|、|。|!|！|\s)+|(?:谢谢|谢了|多谢|麻烦了|急|在线等|啊|呀|呢|吗|嘛|么|的|。|\?|？|!|！|\s){1,40}$"
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

    CHOICES = 3

    def __init__(self, index: Index) -> None:
        self.index = index

    def search(self, query: str, top: int = 10, elsewhere: Collection[str] = ()) -> Result:
        """The best documents for a question in anybody's words; those of the regions ``elsewhere`` do not count."""
        near = self.index.near(clean(query), elsewhere)
        documents, scores = near.documents, near.scores
        if not documents:
            return Result([], False, [])
        order = np.argsort(-scores, kind="stable")[: max(top, self.CHOICES)]
        best = scores[order]
        hits = [Hit(documents[i], float(1 - np.exp(-max(score, 0)))) for i, score in zip(order, best, strict=True)]
        lead = float(best[0] - best[1]) if len(best) > 1 else float(best[0])
        verdict = decision(float(best[0]), lead, float(near.same[order[0]]), near.against)
        return Result(hits[:top], verdict == "answer", hits[: self.CHOICES] if verdict == "ask" else [])


def clean(query: str) -> str:
    """The question without greetings and thanks; the whole if nothing else is in it."""
    return _POLITE.sub("", query.strip()) or query


class Base:
    """The city's own articles, searchable by an index of them."""

    def __init__(self, articles: Mapping[str, Article], index: Index) -> None:
        self.articles = articles
        self._searcher = Searcher(index)

    def search(self, query: str, top: int = 10) -> Result:
        """The best articles for a question, of those that hold at the place that it names."""
        return self._searcher.search(query, top, _elsewhere(region_among(query, known_places(query))))


@dataclass(frozen=True)
class Now:
    """A base, the publication that it is of, and the day."""

    base: Base
    revision: int
    day: date


class KnowledgeBase(Base):
    """Articles that are searched in memory."""

    def __init__(self, articles: Sequence[Article], kept: Encodes | None = None, progress: str | None = None) -> None:
        """``kept`` encodes the articles; those beside the model unless given."""
        index = HybridIndex([as_document(article) for article in articles], encoder(), kept or kept_vectors(), progress)
        super().__init__({article.id: article for article in articles}, index)


def _elsewhere(place: str | None) -> Collection[str]:
    """The regions whose articles do not hold at a place: those of other counties, and for a place elsewhere in the
    country the whole city."""
    if place in (None, CITY_LEVEL):
        return ()
    counties = set(city().counties)
    return counties - {place} if place in counties else {*counties, city().name}


def as_document(article: Article) -> Document:
    """What of an article is searched."""
    text = "。".join((article.answer, *article.steps, *article.bring, article.where or ""))
    questions, beyond = (*article.phrasings, *article.asked), tuple(article.beyond)
    return Document(article.id, article.title, text, questions, article.region, beyond)


def foreign_corpus(path: Path, progress: str | None = None) -> Searcher:
    """A search over another corpus: JSON Lines of ``{"id", "title", "text"}``."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    documents = [Document(str(row["id"]), row.get("title") or "", row["text"]) for row in rows]
    return Searcher(HybridIndex(documents, encoder(), kept_vectors(), progress))
