"""Search in the tables: near by theme (HNSW) or by rare words (full text), then compared as in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from bot.storage import Database
from kb.search.directions import Vectors, around
from kb.search.index import CLOSE, THEME, WORDS, Document, Encodes, Likeness, Near
from kb.search.lexical import Measure, Scores, grams, runs
from kb.search.pg.tables import LINES, SCHEMA, State, state, written
from kb.search.pg.words import often, words_of

WIDTH = 200
"""Nearest themes that are looked at (and ``hnsw.ef_search``): more finds more of the best, and takes longer."""
MATCHES = 1_000
"""Documents with one of the rare words of a question that are looked at; words are added until they have so many."""

_RARITY = f"SELECT gram, documents FROM {SCHEMA}.grams WHERE gram = ANY(:grams)"  # noqa: S608
_CANDIDATES = """
WITH near AS (
    SELECT number FROM {schema}.documents WHERE {here}
    ORDER BY theme <#> CAST(:vector AS halfvec) LIMIT :width
), matching AS (
    SELECT number, said FROM {schema}.documents WHERE said @@ CAST(:any AS tsquery) AND {here} LIMIT :matches
), saying AS (
    SELECT number FROM matching ORDER BY (
        SELECT sum(count) FROM unnest(CAST(:words AS tsquery[]), CAST(:counts AS real[])) AS word (query, count)
        WHERE said @@ query
    ) DESC LIMIT :close
)
SELECT number, id, title, region, length, words, -(theme <#> CAST(:vector AS halfvec)) AS theme
FROM {schema}.documents WHERE number IN (SELECT number FROM near UNION SELECT number FROM saying) ORDER BY number
"""
_LINES = f"""
SELECT document, kind, max(-(vector <#> CAST(:vector AS halfvec))) FROM {SCHEMA}.lines
WHERE document = ANY(:numbers) GROUP BY document, kind
"""  # noqa: S608


class StoredIndex:
    """Finds documents in PostgreSQL; what it gives is compared by the same four likenesses as in memory."""

    def __init__(self, store: Database, encoder: Encodes, fingerprint: str) -> None:
        self._store, self._encoder, self._fingerprint = store, encoder, fingerprint

    def near(self, query: str, elsewhere: Collection[str] = ()) -> Near:
        """Those whose words and theme are nearest, of those that hold here."""
        return self.likeness(query, elsewhere).near()

    def likeness(self, query: str, elsewhere: Collection[str] = ()) -> Likeness:
        """The same, each likeness by itself."""
        raw = self._encoder.encode([query], "query")
        with self._store.transaction() as session:
            found = state(session)
            if found.fingerprint != self._fingerprint:
                raise RuntimeError("the index in PostgreSQL is another encoder's or release's: start this process anew")
            vector = around(raw, found.asks)
            asked = _Asked(session, query, found)
            rows = self._candidates(session, vector, asked, elsewhere)
            words, theme = asked.scores(rows), np.array([row.theme for row in rows], np.float32)
            if len(rows) > CLOSE:
                best = np.sort(np.argpartition(-(WORDS * words + THEME * theme), CLOSE)[:CLOSE])
                rows, words, theme = [rows[place] for place in best], words[best], theme[best]
            lines = self._lines(session, vector, [row.number for row in rows])
        documents = [Document(row.id, row.title, row.words, region=row.region) for row in rows]
        return Likeness(documents, words, theme, *lines)

    def _candidates(self, session: Session, vector: Vectors, asked: _Asked, elsewhere: Collection[str]) -> list[Row]:
        session.execute(
            text("SELECT set_config('hnsw.ef_search', :width, true), set_config('hnsw.iterative_scan', :scan, true)"),
            {"width": str(WIDTH), "scan": "relaxed_order"},
        )
        rare = asked.rare_words()
        values = {
            "vector": written(vector)[0],
            "width": WIDTH,
            "close": CLOSE,
            "matches": MATCHES,
            # Where every word is frequent, the two rarest together still say something.
            "any": " | ".join(rare) or " & ".join(list(asked.words)[:2]),
            "words": rare,
            "counts": [asked.words[word] for word in rare],
        }
        here = "true"
        if elsewhere:
            here = "(region IS NULL OR region <> ALL(:elsewhere))"
            values["elsewhere"] = list(elsewhere)
        return session.execute(text(_CANDIDATES.format(schema=SCHEMA, here=here)), values).all()

    def _lines(self, session: Session, vector: Vectors, numbers: Sequence[int]) -> list[Scores]:
        """For each kind of lines the cosines to the nearest of each document; 0 where there is none."""
        rows = session.execute(text(_LINES), {"vector": written(vector)[0], "numbers": list(numbers)})
        found = {(number, kind): value for number, kind, value in rows}
        return [np.array([found.get((number, kind), 0) for number in numbers], np.float32) for kind in LINES]


class _Asked:
    """The words of a question, and how rare they are."""

    def __init__(self, session: Session, query: str, found: State) -> None:
        said = runs(query)
        self._grams = list(dict.fromkeys(grams(said)))
        frequent = session.execute(text(_RARITY), {"grams": self._grams})
        self._found: dict[str, int] = {row[0]: row[1] for row in frequent}
        self._measure = Measure(found.documents, found.length / max(found.documents, 1))
        self._rarity = self._measure.rarity(np.array([self._found.get(gram, 0) for gram in self._grams], np.float32))
        most = {word: self._most(word) for word in words_of(said)}
        known = sorted((word for word, count in most.items() if count), key=lambda word: most[word])
        self._counts = {word: most[word] for word in known}
        rarity = self._measure.rarity(np.array([most[word] for word in known], np.float32))
        self.words: Mapping[str, float] = dict(zip(known, rarity.tolist(), strict=True))
        """Words that documents may have, and what each counts; the rarest first."""

    def _most(self, word: str) -> int:
        """How many documents may have the word: no more than have the rarest pair of its signs."""
        parts = [word] if word.isascii() else [word[i : i + 2] for i in range(len(word) - 1)]
        return min(self._found.get(part, 0) for part in parts)

    def rare_words(self) -> list[str]:
        """The rarest words, as many as few enough documents have."""
        counts = np.cumsum(list(self._counts.values()))
        return [word for word, count in zip(self._counts, counts, strict=True) if count <= MATCHES]

    def scores(self, rows: Sequence[Row]) -> Scores:
        """BM25 of the candidates, among all documents."""
        lengths = np.array([row.length for row in rows], np.float32)
        counts = often([row.words for row in rows], self._grams)
        weights = self._measure.weights(self._rarity, counts, lengths[:, None])
        return self._measure.shares(weights.sum(1), float(self._rarity.sum()))
