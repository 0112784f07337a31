"""What of the knowledge base's upkeep needs the language model; a process without the model has none of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kb.index import Encodes
    from kb.search import Result


class Searches(Protocol):
    """Finds articles for a question, as citizens' questions are answered: ``knowledge_base().search``."""

    def __call__(self, query: str, top: int = 10) -> Result: ...


@dataclass(frozen=True)
class Parts:
    """What an article's score is made of, each from 0 to 1: the words, the nearest phrasing, the text."""

    words: float
    question: float
    text: float
    phrasing: str | None = None
    """The title or phrasing that is nearest to the question."""


class Explains(Protocol):
    """Says of some articles what their scores for a question are made of."""

    def __call__(self, question: str, article_ids: Sequence[str]) -> Mapping[str, Parts]: ...


@dataclass(frozen=True)
class Guess:
    """Whose field a question is probably in."""

    category: tuple[str, str]
    unit: str


class Guesses(Protocol):
    """Guesses the class and the unit of a question, None where it cannot."""

    def __call__(self, question: str) -> Guess | None: ...


@dataclass(frozen=True)
class Language:
    """The tools together, as the process that has the model gives them to the interface."""

    search: Searches
    encoder: Encodes
    guess: Guesses
    explain: Explains | None = None
