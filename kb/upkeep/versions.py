"""The versions of an article: what each changed, in a form that people read, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.tables_knowledge import ArticleRow, ArticleVersion
from kb.upkeep.editing import Editor, Saved, get, save, version
from kb.upkeep.faults import LABELS
from kb.upkeep.problems import WrongState
from kb.upkeep.rows import row_of

Part = tuple[Literal["same", "out", "in"], str]

_TOKEN = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)
"""What is compared as one: a Latin word or a number, or one Chinese character."""


@dataclass(frozen=True)
class Change:
    """A field that differs: its text in pieces that stayed, went and came."""

    field: str
    label: str
    parts: tuple[Part, ...]


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The fields in which two contents differ."""
    before, after = row_of(old), row_of(new)
    return [
        Change(name, LABELS[name], tuple(_parts(before[name], after[name])))
        for name in before
        if before[name] != after[name]
    ]


def _parts(old: str, new: str) -> list[Part]:
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    parts: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(left[a:b])))
            continue
        if b > a:
            parts.append(("out", "".join(left[a:b])))
        if d > c:
            parts.append(("in", "".join(right[c:d])))
    return parts


def versions(session: Session, row: ArticleRow) -> list[ArticleVersion]:
    """All versions of an article, newest first."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == row.id)
    return list(session.scalars(query.order_by(ArticleVersion.number.desc())))


def undo(
    session: Session, editor: Editor, name: str, number: int, based_on: int | None = None, unit: str | None = None
) -> Saved:
    """Goes back to a version: its content as a new version, for review."""
    row = get(session, editor, name, unit, lock=True)
    old = version(session, row, number)
    if number == row.newest and old.state != "withdrawn":
        raise WrongState("这就是最新的一版。")
    return save(session, editor, name, old.content, unit=unit, based_on=based_on, note=f"恢复到第 {number} 版")
