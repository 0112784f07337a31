"""The held-out sets: which there are, which labels their lines carry, and reading them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

OWN: dict[str, tuple[str, ...]] = {
    "emergency": ("route", "hotline"),
    "not_emergency": ("route",),
    "legal_route": ("route",),
    "decline": ("route",),
    "acts": ("route", "intent"),
    "kind": ("kind", "category"),
    "region": ("region", "location"),
    "matters": ("matters",),
    "words": ("route",),
}
"""The project's own sets, with the labels that each of their lines must carry."""
SHARED: dict[str, tuple[str, ...]] = {"messages_category": ("category",), "messages_plain": ()}
"""Sets of real messages; their texts must not leave their folder."""


COMPANY = ("emergency", "not_emergency")
"""Own sets that are also read in company: each message with a sentence about something else before or after it."""
BEFORE = "我们这边路灯坏了三个月没人修。"
FAR_BEFORE = (
    "我们小区门口那条路的路灯从去年冬天开始就一直不亮晚上老人孩子出门都要打手电筒我们反映过好多次"
    "社区说归市政市政说归电力部门踢来踢去到现在也没有修好，"
)
AFTER = "还有我的医保卡丢了，去哪里补办？"


class SetError(Exception):
    """A set is missing or broken; the text says which, and where."""


@dataclass(frozen=True)
class Row:
    """One line of a set: its text, its labels, and (once read) the understanding as plain values."""

    line: int
    text: str
    label: dict[str, Any]
    found: dict[str, Any] = field(default_factory=dict)


Sets = dict[str, list[Row]]


def load(heldout: Path, shared: Path) -> Sets:
    """All sets, nothing understood yet. A set of real messages that is not there is empty."""
    own = {name: _rows(heldout / f"{name}.jsonl", labels) for name, labels in OWN.items()}
    real = {name: (shared / f"{name}.jsonl", labels) for name, labels in SHARED.items()}
    company = {f"{name}_in_company": [_in_company(row) for row in own[name]] for name in COMPANY}
    return (
        own | company | {name: _rows(path, labels) if path.is_file() else [] for name, (path, labels) in real.items()}
    )


def _in_company(row: Row) -> Row:
    """The message with other words around it, by its line in three ways."""
    ended = row.text if row.text[-1] in "。！？!?~" else f"{row.text}。"
    return replace(row, text=(BEFORE + row.text, ended + AFTER, FAR_BEFORE + row.text)[row.line % 3])


def _rows(path: Path, labels: tuple[str, ...]) -> list[Row]:
    if not path.is_file():
        raise SetError(f"there is no {path}")
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    rows = [_row(line, f"{path}, line {number}", number, labels) for number, line in lines if line.strip()]
    if not rows:
        raise SetError(f"{path} is empty")
    return rows


def _row(line: str, place: str, number: int, labels: tuple[str, ...]) -> Row:
    try:
        label = json.loads(line)
    except ValueError as error:
        raise SetError(f"{place} is not JSON: {error}") from error
    if not isinstance(label, dict) or not isinstance(label.get("text"), str) or not label["text"].strip():
        raise SetError(f'{place} has no "text"')
    if missing := [name for name in labels if label.get(name) is None]:
        raise SetError(f'{place} has no "{missing[0]}"')
    return Row(number, label["text"], label)
