"""What kind of matter it is (事项分类): what orders, the catalogue and the language pipeline share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("consultation", "assistance", "complaint", "report", "suggestion", "praise")
"""咨询、求助、投诉、举报、建议、表扬."""


@dataclass(frozen=True)
class Classification:
    """What a matter is: one of `KINDS`, its class as a path of names, and how soon it is to be handled."""

    kind: str
    category: list[str]
    urgency: str = "standard"
    immediate: bool = False
    """Article 16's second paragraph: disaster, public safety, or an area without water, power, gas or telecoms."""
    confidence: float | None = None
    """How sure the class, and so the unit, is (0 to 1); None where a person chose it."""
    runner_up: list[str] = field(default_factory=list)
    """The class that came second."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Classification:
        """From plain values, which may stand among others."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})
