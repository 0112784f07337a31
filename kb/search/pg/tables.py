"""The tables of the index: a schema of their own, made and filled by the index itself and never migrated.

Everything in them follows from the published articles and the encoder, whose vectors' length is in their types. They
can be dropped at any time (``DROP SCHEMA kb_index CASCADE``); the next start makes them anew.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from csv import writer
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kb.search.directions import Vectors

LINES = ("a", "t", "b")
"""Kinds of lines, in the order of `kb.search.index.Likeness`: those that ask for a document, passages of its text, questions
beyond it."""
SCHEMA, FRESH = "kb_index", "kb_index_fresh"
"""Where the index stands, and where another is made that takes its place."""
NEEDED = (0, 8)
"""pgvector since which a search goes on until it has enough of the wanted regions."""
_FILLING = 12346
"""Key of PostgreSQL's advisory lock for whoever fills the tables."""

_TABLES = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.state (
    fingerprint text NOT NULL, revision integer NOT NULL, day date NOT NULL, documents integer NOT NULL,
    length bigint NOT NULL, sampled integer NOT NULL, asks real[] NOT NULL, texts real[] NOT NULL);
CREATE TABLE {schema}.documents (
    number integer PRIMARY KEY, id varchar(64) NOT NULL, version integer NOT NULL, digest text NOT NULL, region text,
    title text NOT NULL, length integer NOT NULL, theme halfvec({dim}) NOT NULL, said tsvector NOT NULL,
    words text NOT NULL) WITH (toast_tuple_target = 4080);
CREATE TABLE {schema}.lines (document integer NOT NULL, kind "char" NOT NULL, vector halfvec({dim}) NOT NULL);
CREATE TABLE {schema}.grams (gram text PRIMARY KEY, documents integer NOT NULL);
"""
_INDEXES = """
CREATE UNIQUE INDEX documents_id ON {schema}.documents (id);
CREATE INDEX documents_said ON {schema}.documents USING gin (said);
CREATE INDEX documents_theme ON {schema}.documents USING hnsw (theme halfvec_ip_ops);
CREATE INDEX lines_document ON {schema}.lines (document);
ANALYZE {schema}.documents; ANALYZE {schema}.lines; ANALYZE {schema}.grams;
"""


class IndexUnavailable(RuntimeError):
    """The index cannot be kept in this database; the message says what the administrator has to do."""


@dataclass(frozen=True)
class State:
    """What the index is of, and what is counted over all of it."""

    fingerprint: str
    """The encoder, and everything else that the tables follow from."""
    revision: int
    day: date
    documents: int
    length: int
    """Grams in all documents together."""
    sampled: int
    """Documents that the middles are of."""
    asks: Vectors
    texts: Vectors
    """The middles of all lines that ask, and of all passages."""


def prepare(session: Session) -> None:
    """Waits for others who fill the tables, until the end of the transaction; makes the extension if it is missing."""
    connection = session.connection()
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_FILLING})")
    query = text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    if session.scalar(query) is None:
        try:
            with connection.begin_nested():
                connection.exec_driver_sql("CREATE EXTENSION vector")
        except DBAPIError as error:
            raise IndexUnavailable(
                "BOT_KB_INDEX=postgresql needs pgvector: install it on the database server (Debian: apt-get install "
                "postgresql-17-pgvector) and run, as administrator of this database: CREATE EXTENSION vector; "
                f"({str(error.orig).strip()})"
            ) from error
    version = str(session.scalar(query))
    if tuple(map(int, version.split(".")[:2])) < NEEDED:
        raise IndexUnavailable(
            f"BOT_KB_INDEX=postgresql needs pgvector 0.8, this database has {version}: install a newer one on the "
            "server and run, as administrator of this database: ALTER EXTENSION vector UPDATE;"
        )


def create(session: Session, dim: int) -> None:
    """Makes empty tables beside those in use."""
    connection = session.connection()
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(_TABLES.format(schema=FRESH, dim=dim))
    except DBAPIError as error:
        raise IndexUnavailable(
            "BOT_KB_INDEX=postgresql: the service may not make the tables of the index; run, as administrator of this "
            f"database: GRANT CREATE ON DATABASE … TO …; ({str(error.orig).strip()})"
        ) from error


def exchange(session: Session) -> None:
    """Makes the indexes of the new tables and puts these in the place of the former."""
    for statement in _INDEXES.format(schema=FRESH).split(";"):
        if statement.strip():
            session.connection().exec_driver_sql(statement)
    session.connection().exec_driver_sql(
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; ALTER SCHEMA {FRESH} RENAME TO {SCHEMA}"
    )


def exist(session: Session) -> bool:
    """Whether there are tables."""
    return session.scalar(text(f"SELECT to_regclass('{SCHEMA}.state')")) is not None


def state(session: Session) -> State:
    """What the index is of."""
    row = session.execute(text(f"SELECT * FROM {SCHEMA}.state")).mappings().one()  # noqa: S608
    middles = {name: np.array(row[name], np.float32) for name in ("asks", "texts")}
    return State(**{**row, **middles})


def set_state(session: Session, schema: str, found: State) -> None:
    """Keeps what the index is of."""
    session.connection().exec_driver_sql(f"DELETE FROM {schema}.state")  # noqa: S608
    values = vars(found) | {"asks": found.asks.tolist(), "texts": found.texts.tolist()}
    marks = ", ".join(f":{name}" for name in values)
    session.execute(text(f"INSERT INTO {schema}.state VALUES ({marks})"), values)  # noqa: S608


def copy(session: Session, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Adds rows in one go."""
    buffer = io.StringIO()
    writer(buffer).writerows(rows)
    buffer.seek(0)
    with session.connection().connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", buffer)


def written(vectors: Vectors) -> list[str]:
    """Vectors as PostgreSQL reads them; half precision has no more digits."""
    return [str(values) for values in vectors.astype(np.float64).round(5).tolist()]
