"""What one message means (理解结果): the shape that the dialogue, the command line and the reports share."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

ROUTES = ("accept", "emergency", "legal_route", "decline", "none")
HOTLINES = ("110", "119", "120", "122")
LEGAL_ROUTES = ("litigation", "arbitration", "discipline", "reconsideration", "disclosure", "petition")
DECLINE_REASONS = ("unlawful", "state_secret", "work_secret", "trade_secret", "privacy")
MATTER_INTENTS = ("ask_question", "report_matter")


@dataclass
class Slots:
    """Facts as written; None where the message does not say them."""

    location: str | None = None
    occurred_at: str | None = None
    name: str | None = None
    phone: str | None = None
    case_number: str | None = None


@dataclass
class Part:
    """One of several separate matters in a message, with its own text and class."""

    text: str
    kind: str
    category: list[str]
    urgency: str
    immediate: bool
    confidence: float | None = None
    """How sure the class is (0 to 1)."""
    runner_up: list[str] = field(default_factory=list)
    """The class that came second."""


@dataclass
class Understanding:
    """One message, understood. Values as in the constants above; ``category`` is a path of names."""

    intent: str
    confidence: float
    route: str = "none"
    route_confidence: float = 0.0
    """Probability of the route that was chosen (0 to 1)."""
    danger: float = 0.0
    """Probability of danger now, as the learned detector sees it (0 to 1)."""
    hotline: str | None = None
    legal_route: str | None = None
    decline_reason: str | None = None
    kind: str | None = None
    category: list[str] = field(default_factory=list)
    category_confidence: float | None = None
    """How sure the class, and so the unit, is (0 to 1)."""
    runner_up: list[str] = field(default_factory=list)
    """The class that came second."""
    unit: str | None = None
    region: str | None = None
    urgency: str = "standard"
    immediate: bool = False
    slots: Slots = field(default_factory=Slots)
    mentions: dict[str, list[str]] = field(default_factory=dict)
    """What the message names, by kind: ``amount``, ``organisation`` and ``plate``."""
    rating: str | None = None
    reaction: str | None = None
    """With the intent `reaction`, what it says: ``yes``, ``no``, ``thanks``, ``help`` or ``other``."""
    matters: int = 1
    parts: list[Part] = field(default_factory=list)
    """The separate matters, where there are several."""
    language: str = "zh"
    caution: str | None = None
    """The line that one detector of danger thought of and the other not: the reply names it and asks."""
    alternatives: list[str] = field(default_factory=list)
    """Other intents that are nearly as likely, for a question back."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Understanding:
        """The inverse of `to_dict`; unknown keys are left out."""
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        known["slots"] = Slots(**(known.get("slots") or {}))
        known["parts"] = [Part(**part) for part in known.get("parts") or []]
        return cls(**known)
