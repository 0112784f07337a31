"""Trying a question: what a citizen would get, and why an article was or was not found."""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage import Database
from kb.search.language import Language, Parts
from kb.search.published import today
from kb.upkeep.editing import Editor, get

TOP = 10


@dataclass(frozen=True)
class TriedHit:
    """An article that was found, best first; ``parts`` says why, unless it is gone meanwhile."""

    id: str
    title: str
    score: float
    choice: bool
    """Whether the citizen would be asked if this is meant."""
    parts: Parts | None


@dataclass(frozen=True)
class Tried:
    """``answerable``: the first hit would be given as the answer. ``wanted`` says what became of the article asked for."""

    question: str
    answerable: bool
    hits: tuple[TriedHit, ...]
    wanted: str | None


def tried(store: Database, language: Language, editor: Editor, question: str, name: str | None = None) -> Tried:
    """Asks as a citizen would. Takes as long as an answer."""
    result = language.search(question, TOP)
    ids = [hit.document.id for hit in result.hits]
    parts = language.explain(question, ids)
    choices = {hit.document.id for hit in result.choices}
    hits = tuple(
        TriedHit(
            hit.document.id,
            hit.document.title,
            round(hit.score, 4),
            hit.document.id in choices,
            parts.get(hit.document.id),
        )
        for hit in result.hits
    )
    return Tried(question, result.answerable, hits, _wanted(store, editor, name, ids) if name else None)


def _wanted(store: Database, editor: Editor, name: str, ids: list[str]) -> str:
    with store.transaction() as session:
        row = get(session, editor, name)
        day = today()
        if row.published is None:
            return "这个条目还没有发布，所以找不到。"
        if row.valid_to and row.valid_to < day:
            return f"这个条目已经在 {row.valid_to} 失效，所以找不到。"
        if row.valid_from and row.valid_from > day:
            return f"这个条目从 {row.valid_from} 起才生效，所以现在找不到。"
        if row.id in ids:
            return f"这个条目排在第 {ids.index(row.id) + 1} 位。"
    return f"这个条目不在前 {TOP} 位：请加几条和这个问题接近的问法。"
