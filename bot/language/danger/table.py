"""The table of signs of danger (`bot/language/danger/danger.yml`): read, checked and compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "danger.yml"
_SHORT_GAP, _LONG_GAP, _WIDE_GAP = "[^，,、。！!？?；;\n]{0,8}", "[^。！!？?；;\n]{0,16}", ".{0,100}"
_WORD = re.compile(r"\{(\w+?)\}")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")

Row = re.Pattern[str]


@dataclass(frozen=True)
class Kind:
    """One kind of danger: the line that helps, its signs, and look-alikes that are taken out before it is read."""

    name: str
    line: str
    sure: tuple[Row, ...]
    """Signs that are enough alone."""
    likely: tuple[Row, ...]
    """Signs that need a word of now, or another sign."""
    unless: Row | None


@dataclass(frozen=True)
class Table:
    """All that the detector knows of the language."""

    spoken: Mapping[str, str]
    """Typing slips and dialect, and the usual word for each."""
    slips: Row
    """Any of them."""
    figures: Row
    now: Row
    plea: Row
    doubts: Mapping[str, Row]
    """Why a sign may be no danger now, by kind of doubt."""
    kinds: tuple[Kind, ...]
    """In the order in which they name the line where signs are as many."""


@lru_cache(maxsize=1)
def table() -> Table:
    """The table, compiled."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    words = {name: f"(?:{'|'.join(group)})" for name, group in data["words"].items()}

    def row(pattern: str) -> str:
        pattern = _WORD.sub(lambda match: words.get(match[1], match[0]), pattern)
        for gap, written in ((".*", _WIDE_GAP), ("……", _LONG_GAP), ("…", _SHORT_GAP)):
            pattern = pattern.replace(gap, written)
        return _GROUP.sub("(?:", pattern)

    def rows(patterns: Sequence[str]) -> tuple[Row, ...]:
        return tuple(re.compile(row(pattern)) for pattern in patterns)

    def any_of(patterns: Sequence[str]) -> Row:
        return re.compile("|".join(row(pattern) for pattern in patterns))

    kinds = tuple(
        Kind(
            entry["kind"],
            entry["line"],
            rows([*entry["sure"], *entry.get("english", ())]),
            rows(entry.get("likely", ())),
            any_of(entry["unless"]) if "unless" in entry else None,
        )
        for entry in data["kinds"]
    )
    doubts = {name: any_of(patterns) for name, patterns in data["doubts"].items()}
    slips = re.compile("|".join(data["spoken"]))
    return Table(
        data["spoken"], slips, any_of(data["figures"]), any_of(data["now"]), any_of(data["plea"]), doubts, kinds
    )
