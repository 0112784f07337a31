"""The service as the tests run it: without the language model, with a small encoder in its place.

``python -m tests.channels.kb.serving``; the settings are those of the service.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sanic import Sanic

import bot.quiet  # noqa: F401
from bot.app import service
from bot.hotline.catalogue import catalogue
from bot.storage import database
from channels.kb.server import knowledge
from kb.search.base import Result, Searcher, clean
from kb.search.index import Document, HybridIndex
from kb.search.language import Guess, Language, Parts
from kb.search.published import load_published, watch


class Bigrams:
    """Encodes a text by its characters and pairs of them: what shares signs is near."""

    def encode(self, texts: Sequence[str], kind: str = "query", progress: str | None = None) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 512)."""
        vectors = np.full((len(texts), 512), 1e-3, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for gram in [*text, *(text[i : i + 2] for i in range(len(text) - 1))]:
                row[int(hashlib.md5(gram.encode()).hexdigest(), 16) % 512] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def searcher() -> Searcher | None:
    """A search over what citizens see now, if there is anything."""
    documents = [
        Document(article.id, article.title, article.answer, tuple(article.phrasings))
        for article in load_published(database()).articles
    ]
    return Searcher(HybridIndex(documents, Bigrams())) if documents else None


class Finder:
    """The search of this process, rebuilt when the knowledge base changes."""

    def __init__(self) -> None:
        self.searcher = searcher()
        self.revision = 0

    def search(self, query: str, top: int = 10) -> Result:
        return self.searcher.search(query, top) if self.searcher else Result([], False, [])

    async def rebuild(self, revision: int, day: Any) -> None:
        self.searcher = await asyncio.to_thread(searcher)
        self.revision = revision

    def explain(self, question: str, article_ids: Sequence[str]) -> dict[str, Parts]:
        if self.searcher is None:
            return {}
        index = self.searcher.index
        found = index.likeness(clean(question))
        return {
            document.id: Parts(float(found.words[i]), float(found.ask[i]), float(found.text[i]), document.title)
            for i, document in enumerate(index.documents)
            if document.id in article_ids
        }


def guess(question: str) -> Guess | None:
    """The class whose name shares most signs with the question."""
    best = max(catalogue().entries, key=lambda path: len(set(path[1]) & set(question)))
    return Guess(best, catalogue().entries[best].unit_city) if set(best[1]) & set(question) else None


def create_app() -> Sanic:
    """The service with the knowledge base and its small search."""
    app = service.create_service("kb_tests")
    if "kb_articles" not in app.blueprints:
        app.blueprint(knowledge)
    finder = Finder()
    app.ctx.kb_language = Language(finder.search, Bigrams(), guess, finder.explain)
    app.ctx.health = lambda: {"revision": finder.revision}

    async def begin(app: Sanic, _: Any) -> None:
        app.ctx.watching = asyncio.create_task(watch(database(), finder.rebuild))

    app.register_listener(begin, "after_server_start")
    return app


if __name__ == "__main__":
    service.run(create_app())
