"""Editors and what they do, for the tests of the knowledge base's upkeep."""

from __future__ import annotations

from typing import Any

from bot.storage import Database
from kb.upkeep import review
from kb.upkeep.editing import Editor, Saved, find, save, version
from tests.kb.conftest import entry

UNIT = "丽水市综合行政执法局"
OTHER_UNIT = "丽水市公安局"
WRITER = Editor(f"{UNIT}/编辑", UNIT, frozenset({"read", "write"}))
REVIEWER = Editor(f"{UNIT}/审核", UNIT, frozenset({"read", "publish"}))
BOTH = Editor(f"{UNIT}/主任", UNIT, frozenset({"read", "write", "publish"}))
STRANGER = Editor(f"{OTHER_UNIT}/编辑", OTHER_UNIT, frozenset({"read", "write", "publish"}))
HOTLINE = Editor("*/值班长", None, frozenset({"read", "write", "publish"}))


def fields(**values: Any) -> dict[str, Any]:
    """The fields of an article, without its id."""
    found = entry(**values)
    del found["id"]
    return found


def write(store: Database, name: str = "lamp", editor: Editor = WRITER, **options: Any) -> Saved:
    """Saves an article; ``values`` are changed fields, the rest are options of `save`."""
    values = fields(**options.pop("values", {}))
    with store.transaction() as session:
        return save(session, editor, name, values, **options)


def approve(store: Database, name: str = "lamp", number: int = 1, editor: Editor = REVIEWER) -> Saved:
    """Publishes a version."""
    with store.transaction() as session:
        return review.publish(session, editor, name, number)


def publish(store: Database, name: str = "lamp", **options: Any) -> Saved:
    """Writes and publishes."""
    return approve(store, name, write(store, name, **options).number)


def row_of(store: Database, name: str = "lamp", editor: Editor = HOTLINE) -> Any:
    """The row of an article as it stands, or None."""
    with store.transaction() as session:
        row = find(session, editor, name)
        session.expunge_all()
        return row


def version_of(store: Database, name: str, number: int) -> Any:
    """A version as it stands."""
    with store.transaction() as session:
        found = version(session, find(session, HOTLINE, name), number)
        session.expunge_all()
        return found
