"""What of the knowledge base's upkeep needs the language model; a process without the model has none of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.search.base import Result
    from kb.search.index import Encodes


@dataclass(frozen=True)
class Parts:
    """What speaks for an article, each from 0 to 1: the words, the nearest phrasing, the text."""

    words: float
    question: float
    text: float
    phrasing: str
    """The title or phrasing that is nearest to the question."""
    beyond: str | None = None
    """What no article answers (`kb.search.schema.Article.beyond`), where that is nearer to the question."""


@dataclass(frozen=True)
class Guess:
    """Whose field a question is probably in."""

    category: tuple[str, str]
    unit: str


@dataclass(frozen=True)
class Language:
    """The tools together, as the process that has the model gives them to the interface."""

    search: Callable[[str, int], Result]
    """The best articles for a question, at most so many, as citizens' questions are answered."""
    encoder: Encodes
    guess: Callable[[str], Guess | None]
    """The class and the unit of a question, None where it cannot be told."""
    explain: Callable[[str, Sequence[str]], Mapping[str, Parts]]
    """What speaks for these articles, by id; nothing of those that are gone."""
