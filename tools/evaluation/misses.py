"""What was understood otherwise than labelled, line by line; only of the own sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools.evaluation.sets import Row, Sets

_TELLING = {
    "emergency": ("route", "hotline"),
    "not_emergency": ("route", "legal_route"),
    "legal_route": ("route", "legal_route"),
    "decline": ("route", "decline_reason"),
    "acts": ("intent", "rating"),
    "kind": ("kind", "category"),
    "region": ("region", "location"),
    "matters": ("matters",),
    "words": ("route", "hotline"),
}
"""The fields by which a message of each own set is judged."""


@dataclass(frozen=True)
class Miss:
    """A message with what was expected and found, as short words."""

    line: int
    text: str
    expected: str
    found: str


def misses(sets: Sets) -> dict[str, list[Miss]]:
    """The misses of each own set."""
    return {name: list(_of(sets[name], fields)) for name, fields in _TELLING.items()}


def _of(rows: Sequence[Row], fields: Sequence[str]) -> list[Miss]:
    told = [
        Miss(row.line, row.text, _words(row.label, fields), _words(row.found | row.found["slots"], fields))
        for row in rows
    ]
    return [miss for miss in told if miss.expected != miss.found]


def _words(values: dict[str, Any], fields: Sequence[str]) -> str:
    parts = [values.get(name) for name in fields]
    # Categories are labelled to the second level.
    return " ".join("/".join(part[:2]) if isinstance(part, list) else str(part) for part in parts if part) or "nothing"
