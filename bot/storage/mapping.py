"""How a class is mapped to a table so that types can be checked: SQLAlchemy 2.0's spelling, on release 1.4.

``name: Mapped[str] = mapped_column(String(64), nullable=False)`` is a column at run time and a ``str`` to mypy, when it
is read and when it is set. A test holds the annotation and ``nullable`` together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Column
from sqlalchemy.orm import Mapped as _Mapped
from sqlalchemy.orm import registry, relationship
from sqlalchemy.orm.decl_api import DeclarativeMeta

T = TypeVar("T")


class Mapped(_Mapped[T]):
    """A mapped attribute; unlike its parent's, what is assigned to it is checked, too."""

    if TYPE_CHECKING:

        def __set__(self, instance: Any, value: T) -> None: ...


def mapped_column(*args: Any, **settings: Any) -> Any:
    """A column; its Python type is what the attribute's annotation says."""
    return Column(*args, **settings)


def related(*args: Any, **settings: Any) -> Any:
    """A relationship; what it leads to is what the attribute's annotation says."""
    return relationship(*args, **settings)


_registry = registry()


class Base(metaclass=DeclarativeMeta):
    """What every table descends from."""

    __abstract__ = True
    registry = _registry
    metadata = _registry.metadata

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...

    else:
        __init__ = _registry.constructor
