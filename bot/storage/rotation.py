"""Keys that change (密钥轮换): writes every encrypted column anew with the secret key, in batches.

It may be killed at any moment and run again: each batch is one transaction, and what the secret key wrote already is
left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import LargeBinary, Table, select, tuple_, type_coerce, update
from sqlalchemy.orm import Session

import bot.storage.tables_knowledge
import bot.storage.tables_wechat  # noqa: F401
from bot.storage import Database
from bot.storage.mapping import Base
from bot.storage.types import Encrypted, cipher, newest_cipher

BATCH = 200
"""Rows of one transaction: the others wait no longer than for these."""


@dataclass
class Rotated:
    """What was written anew, and where something is that no key reads."""

    values: int = 0
    unreadable: list[str] = field(default_factory=list)


def is_newest(token: bytes) -> bool:
    """Whether the secret key itself wrote this."""
    try:
        newest_cipher().decrypt(token)
    except InvalidToken:
        return False
    return True


def rotate_columns(store: Database, done: Callable[[Rotated], None] = lambda _: None) -> Rotated:
    """Writes all encrypted columns of all tables anew; ``done`` is called after each batch."""
    result = Rotated()
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Encrypted)]
        last: tuple[Any, ...] | None = None
        while columns:
            with store.transaction() as session:
                last = _batch(session, table, columns, last, result)
            done(result)
            if last is None:
                break
    return result


def _batch(
    session: Session, table: Table, columns: list[Any], after: tuple[Any, ...] | None, result: Rotated
) -> tuple[Any, ...] | None:
    """One batch of a table; gives the key of its last row, or None at the end."""
    keys = list(table.primary_key.columns)
    query = select(*keys, *(type_coerce(column, LargeBinary).label(column.name) for column in columns))
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    rows = session.execute(query.order_by(*keys).limit(BATCH).with_for_update()).all()
    # A column that changes with every writing, such as the time of the last turn, is not to change with this one.
    kept = {column.name: column for column in table.columns if column.onupdate is not None}
    for row in rows:
        fresh: dict[str, Any] = {}
        for column in columns:
            token = row._mapping[column.name]
            if token is None or is_newest(token):
                continue
            try:
                fresh[column.name] = type_coerce(cipher().rotate(token), LargeBinary)
            except InvalidToken:
                result.unreadable.append(f"{table.name}.{column.name} {tuple(row[: len(keys)])}")
        if fresh:
            same = (key == row._mapping[key.name] for key in keys)
            session.execute(update(table).where(*same).values({**kept, **fresh}))
            result.values += len(fresh)
    return tuple(rows[-1][: len(keys)]) if len(rows) == BATCH else None
