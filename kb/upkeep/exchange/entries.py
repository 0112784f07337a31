"""What is read from a file, before anything of it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """An article as a file has it: the row or line where it stands, its unit's name for it, and its fields."""

    line: int
    name: str
    values: dict[str, Any]
