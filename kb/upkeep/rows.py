"""An article as a row of texts, for tables, files and comparisons: one text a field, lists one item a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.upkeep.faults import AUDIENCES, LABELS

FIELDS = tuple(name for name in LABELS if name != "source")
"""The columns, in the order in which people read them."""
LISTS = ("phrasings", "asked", "beyond", "steps", "bring", "legal_basis")
NAMES = {label: name for name, label in LABELS.items() if name != "source"} | {name: name for name in FIELDS}
"""Field of a column's heading, in Chinese or as the API calls it."""

_AUDIENCE = {words: name for name, words in AUDIENCES.items()}


def row_of(content: Mapping[str, Any], article_id: str = "") -> dict[str, str]:
    """The texts of all fields; "" where there is nothing. Whatever an unfinished draft holds is taken as it is."""
    source = content.get("source")
    texts = {**content, "id": article_id}
    if isinstance(source, dict):
        texts |= {f"source.{name}": value for name, value in source.items()}
    row = {name: _text(name, texts.get(name)) for name in FIELDS}
    row["audience"] = AUDIENCES.get(row["audience"], row["audience"])
    return row


def content_of_row(row: Mapping[str, str]) -> dict[str, Any]:
    """What the texts say, with ``id``; empty fields are left out. Nothing is checked."""
    content: dict[str, Any] = {}
    for name, text in row.items():
        if not text.strip():
            continue
        if name in LISTS:
            content[name] = [line.strip() for line in text.splitlines() if line.strip()]
        elif name == "category":
            content[name] = [part.strip() for part in text.split("/")]
        elif name.startswith("source."):
            content.setdefault("source", {})[name.removeprefix("source.")] = text
        elif name == "audience":
            content[name] = _AUDIENCE.get(text.strip(), text.strip())
        else:
            content[name] = text
    return content


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ("/" if name == "category" else "\n").join(map(str, value))
    return str(value)
