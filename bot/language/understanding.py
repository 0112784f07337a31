"""What one message means (理解结果): the shape that the dialogue, the command line and the reports share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.hotline.classification import Classification

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
    classification: Classification


@dataclass
class Understanding:
    """One message, understood. Values as in the constants above."""

    intent: str
    confidence: float
    route: str = "none"
    route_confidence: float = 0.0
    """Probability of the route that was chosen (0 to 1)."""
    danger: float = 0.0
    """Probability of danger now, as the learned detector sees it (0 to 1): in the message, or in the passage that told it."""
    hotline: str | None = None
    legal_route: str | None = None
    decline_reason: str | None = None
    classification: Classification | None = None
    """None where the message holds no matter."""
    unit: str | None = None
    region: str | None = None
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
    unread: bool = False
    """Whether there was no time to read it: only the rules of danger have looked at it."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, in the shape of the interface: what the matter is stands among the rest."""
        data: dict[str, Any] = {}
        for name, value in asdict(self).items():
            if name == "classification":
                data |= _written(value or {})
            elif name == "parts":
                data[name] = [{"text": part["text"], **part["classification"]} for part in value]
            else:
                data[name] = value
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Understanding:
        """The inverse of `to_dict`; unknown keys are left out."""
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        known["slots"] = Slots(**(known.get("slots") or {}))
        known["parts"] = [Part(part["text"], Classification.from_dict(part)) for part in known.get("parts") or []]
        if data.get("kind"):
            values = {**data, "confidence": data.get("category_confidence")}
            known["classification"] = Classification.from_dict({"category": [], **values})
        return cls(**known)


def _written(classification: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": classification.get("kind"),
        "category": classification.get("category", []),
        "category_confidence": classification.get("confidence"),
        "runner_up": classification.get("runner_up", []),
        "urgency": classification.get("urgency", "standard"),
        "immediate": classification.get("immediate", False),
    }
