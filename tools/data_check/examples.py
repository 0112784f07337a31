"""One text of the training data or of a held-out set: its place, its labels, and when two texts count as equal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.language.nlu.normaliser import normalise

_UNIT = re.compile(r"[a-z0-9]+|[^\W_]")


@dataclass(frozen=True, eq=False)
class Example:
    """One text and where it stands; line 0 where the place is the whole file.

    ``labels`` are the intent and the metadata (标注) as written; none on held-out texts and on phrasings.
    """

    text: str
    file: str
    line: int
    labels: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @cached_property
    def read_as(self) -> str:
        """What the language pipeline reads; empty where it reads nothing."""
        # A leading "/" is one of Rasa's commands: the encoder leaves it out.
        return "" if self.text.startswith("/") else normalise(self.text)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Chinese characters, foreign words and numbers: a foreign word says no more than a character does."""
        return tuple(_UNIT.findall(self.read_as.lower()))

    @cached_property
    def key(self) -> str:
        """Equal texts have equal keys: without punctuation, unless there is nothing else."""
        return "".join(self.units) or self.read_as or self.text.strip()
