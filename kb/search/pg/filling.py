"""Fills the tables with what is published: all of it once, then only what changed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, Protocol

import numpy as np
from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session
from tqdm import tqdm

from bot.storage import Database
from bot.storage.tables_knowledge import ArticleRow
from kb.search import lexical, model
from kb.search.base import as_document
from kb.search.directions import Vectors, around, means
from kb.search.index import Document, Encodes
from kb.search.lexical import grams, runs
from kb.search.pg import tables
from kb.search.pg.tables import FRESH, LINES, SCHEMA, State, copy, written
from kb.search.pg.words import framed, words_of
from kb.search.published import current_revision, published_articles, published_ids, today

LAYOUT = 2
"""Grows with every change of what stands in the tables or how it is made of an article."""
TOGETHER = 500
"""Articles that are read, encoded and written at once."""
SAMPLE = 2_000
"""Articles that the middles of the vectors are taken of; those of fewer are taken anew when there are twice as many."""

Versioned = tuple[int, Document]
"""A document and the version of its article."""


class KnownEncoder(Encodes, Protocol):
    """An encoder that says which one it is, and how long its vectors are."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def dim(self) -> int: ...


def fingerprint(encoder: KnownEncoder) -> str:
    """Names all that the tables follow from, besides the articles."""
    parts = (encoder.fingerprint, encoder.dim, LAYOUT, sorted(lexical.synonyms().items()), model.model())
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def bring(store: Database, kept: KnownEncoder, day: date | None = None, progress: str | None = None) -> State:
    """Brings the tables to what is published and holds on a day (today), in one transaction. Of several processes one
    does it and the others wait; ``kept`` encodes only what it has not encoded before."""
    day = day or today()
    with store.transaction() as session:
        tables.prepare(session)
        revision = current_revision(session)
        found = tables.state(session) if tables.exist(session) else None
        if found and found.fingerprint == fingerprint(kept):
            if (found.revision, found.day) == (revision, day):
                return found
            changed = _take_changes(session, kept, replace(found, revision=revision, day=day), found)
            if not _outgrown(changed):
                tables.set_state(session, SCHEMA, changed)
                return changed
        return _take_all(session, kept, empty_state(kept, revision, day), progress)


def _outgrown(found: State) -> bool:
    return found.sampled < SAMPLE and found.documents > 2 * found.sampled


def empty_state(kept: KnownEncoder, revision: int = 0, day: date | None = None) -> State:
    """That of an index without documents."""
    nowhere = np.zeros(kept.dim, np.float32)
    return State(fingerprint(kept), revision, day or today(), 0, 0, 0, nowhere, nowhere)


def _take_all(session: Session, kept: KnownEncoder, found: State, progress: str | None) -> State:
    ids = session.scalars(published_ids(found.day).order_by(ArticleRow.id)).all()

    def read() -> Iterator[list[Versioned]]:
        for start in range(0, len(ids), TOGETHER):
            taken = published_articles(session, found.day, ids[start : start + TOGETHER])
            yield [(version, as_document(article)) for (_, version), article in taken.items()]

    return build(session, kept, found, read, tqdm(total=len(ids), desc=progress, unit="article", disable=not progress))


def build(
    session: Session, kept: KnownEncoder, found: State, read: Callable[[], Iterable[list[Versioned]]], bar: tqdm[Any]
) -> State:
    """Makes the tables anew of all documents, which are read in parts, and puts them in place."""
    tables.create(session, kept.dim)
    found = _with_middles(kept, found, islice(read(), -(-SAMPLE // TOGETHER)))
    writer = Writer(session, FRESH, kept, found)
    for part in read():
        writer.add(part)
        bar.update(len(part))
    bar.close()
    found = writer.finish()
    tables.set_state(session, FRESH, found)
    tables.exchange(session)
    return found


def _with_middles(kept: KnownEncoder, found: State, sample: Iterable[list[Versioned]]) -> State:
    documents = [document for part in sample for _, document in part]
    asks = kept.encode([ask for document in documents for ask in document.asks], "query")
    texts = kept.encode([part for document in documents for part in document.parts], "passage")
    return replace(
        found,
        sampled=len(documents),
        asks=model.centre(kept, "query", asks),
        texts=model.centre(kept, "passage", texts),
    )


def _take_changes(session: Session, kept: KnownEncoder, found: State, former: State) -> State:
    """What was published or withdrawn since, and what begins or ends between the two days."""
    days = sorted((former.day, found.day))
    begun, ended = (column.between(*days) for column in (ArticleRow.valid_from, ArticleRow.valid_to))
    touched = ArticleRow.revision > former.revision
    ids = session.scalars(select(ArticleRow.id).where(or_(touched, begun, ended)).order_by(ArticleRow.id)).all()
    writer = Writer(session, SCHEMA, kept, found)
    for start in range(0, len(ids), TOGETHER):
        part = ids[start : start + TOGETHER]
        taken = published_articles(session, found.day, part)
        writer.replace(part, [(version, as_document(article)) for (_, version), article in taken.items()])
    return writer.finish()


@dataclass(frozen=True)
class _Held:
    """A document in the tables."""

    number: int
    id: str
    version: int
    digest: str
    length: int
    words: str


class Writer:
    """Puts documents into the tables, and counts what is counted over all."""

    def __init__(self, session: Session, schema: str, kept: Encodes, found: State) -> None:
        self._session, self._schema, self._kept, self._state = session, schema, kept, found
        self._grams: Counter[str] = Counter()
        newest = select(func.coalesce(func.max(text("number")), 0)).select_from(text(f"{schema}.documents"))
        self._number = int(session.scalar(newest))

    def replace(self, ids: Sequence[str], documents: Sequence[Versioned]) -> None:
        """These are all that holds of the articles with these ids; what stays the same is not touched."""
        query = text(
            f"SELECT number, id, version, digest, length, words FROM {self._schema}.documents WHERE id = ANY(:ids)"  # noqa: S608
        )
        held = {row.id: _Held(*row) for row in self._session.execute(query, {"ids": list(ids)})}
        new = {document.id: (version, document) for version, document in documents}
        same = {name for name, one in held.items() if name in new and one.digest == digest(new[name][1])}
        for name in same:
            version = text(f"UPDATE {self._schema}.documents SET version = :version WHERE number = :number")  # noqa: S608
            self._session.execute(version, {"version": new[name][0], "number": held[name].number})
        self._remove([one for name, one in held.items() if name not in same])
        self.add([one for name, one in new.items() if name not in same])

    def add(self, documents: Sequence[Versioned]) -> None:
        """Puts in documents that are not there."""
        asks, texts = ([one.asks for _, one in documents], [one.parts for _, one in documents])
        others = [one.beyond for _, one in documents]
        ask = self._encoded(asks, "query", self._state.asks)
        found: Sequence[tuple[Sequence[Sequence[str]], Vectors]] = (
            (asks, ask),
            (texts, self._encoded(texts, "passage", self._state.texts)),
            (others, self._encoded(others, "query", self._state.asks)),
        )
        numbers = range(self._number + 1, self._number + 1 + len(documents))
        self._number += len(documents)
        themes = written(means(ask, np.array([len(some) for some in asks], int)))
        rows = [self._row(*one) for one in zip(numbers, documents, themes, strict=True)]
        copy(self._session, f"{self._schema}.documents", rows)
        for kind, (lines, vectors) in zip(LINES, found, strict=True):
            owners = [number for number, some in zip(numbers, lines, strict=True) for _ in some]
            rows = [(owner, kind, vector) for owner, vector in zip(owners, written(vectors), strict=True)]
            copy(self._session, f"{self._schema}.lines", rows)

    def finish(self) -> State:
        """Writes the counts; gives the state of what is there now."""
        changed = sorted((gram, count) for gram, count in self._grams.items() if count)
        upsert = text(
            f"INSERT INTO {self._schema}.grams AS own SELECT * FROM unnest(CAST(:grams AS text[]), CAST(:counts AS int[])) "  # noqa: S608
            "ON CONFLICT (gram) DO UPDATE SET documents = own.documents + excluded.documents"
        )
        for start in range(0, len(changed), 10_000):
            names, counts = zip(*changed[start : start + 10_000], strict=True)
            self._session.execute(upsert, {"grams": list(names), "counts": list(counts)})
        self._grams.clear()
        return self._state

    def _remove(self, held: Sequence[_Held]) -> None:
        for one in held:
            self._count(one.words.split(), -1)
        for table, column in (("lines", "document"), ("documents", "number")):
            gone = text(f"DELETE FROM {self._schema}.{table} WHERE {column} = ANY(:numbers)")  # noqa: S608
            self._session.execute(gone, {"numbers": [one.number for one in held]})

    def _row(self, number: int, versioned: Versioned, theme: str) -> tuple[Any, ...]:
        version, document = versioned
        said = runs(document.words)
        length, words = self._count(said, 1), " ".join(sorted(words_of(said)))
        title, region = document.title, document.region
        return number, document.id, version, digest(document), region, title, length, theme, words, framed(said)

    def _count(self, said: Iterable[str], sign: int) -> int:
        found = grams(said)
        self._grams.update(dict.fromkeys(found, sign))
        documents, length = self._state.documents + sign, self._state.length + sign * len(found)
        self._state = replace(self._state, documents=documents, length=length)
        return len(found)

    def _encoded(self, lines: Sequence[Sequence[str]], kind: Any, middle: Vectors) -> Vectors:
        return around(self._kept.encode([line for some in lines for line in some], kind), middle)


def digest(document: Document) -> str:
    """Names all that is found of a document."""
    parts = (document.title, document.text, document.questions, document.region, document.beyond)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
