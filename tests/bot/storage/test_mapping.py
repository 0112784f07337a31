"""What mypy believes of a column is what the database holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

from sqlalchemy import JSON, Column

from bot.storage import tables, tables_knowledge, tables_wechat
from bot.storage.mapping import Base
from bot.storage.types import Encrypted, Instant

SPACES = {**vars(tables), **vars(tables_knowledge), **vars(tables_wechat)}


def columns() -> Iterator[tuple[Column[Any], tuple[Any, ...]]]:
    """Every column, with the types that its attribute is annotated with."""
    for mapper in Base.registry.mappers:
        hints = get_type_hints(mapper.class_, SPACES)
        for column in mapper.columns:
            (held,) = get_args(hints[mapper.get_property_by_column(column).key])
            yield column, (held, *get_args(held))


def test_an_attribute_may_be_none_just_where_its_column_may_be_empty() -> None:
    wrong = [str(column) for column, held in columns() if (NoneType in held) is not column.nullable]
    assert wrong == []


def test_an_attribute_is_of_the_type_that_its_column_gives() -> None:
    """What is kept as JSON comes out as whatever was put in: only its table says what that is."""
    plain = [(column, held) for column, held in columns() if not isinstance(column.type, (Encrypted, JSON))]
    given = {column: datetime if isinstance(column.type, Instant) else column.type.python_type for column, _ in plain}
    assert [str(column) for column, held in plain if given[column] not in held] == []
