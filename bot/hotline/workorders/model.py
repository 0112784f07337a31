"""What is filed, and what a requester sees of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import parse_obj_as
from pydantic.json import pydantic_encoder

from bot.clock import local
from bot.hotline.classification import Classification
from bot.hotline.requester import Requester
from bot.hotline.workorders.title import title


@dataclass(frozen=True)
class Draft:
    """What is filed: one matter, complete. ``key`` makes filing it twice give the same number."""

    key: str
    visitor_id: str
    channel: str
    classification: Classification
    unit: str
    region: str
    description: str
    location: str | None = None
    occurred_at: str | None = None
    requester: Requester = field(default_factory=Requester)


@dataclass(frozen=True)
class Step:
    """A step that the requester is told: what happened, when, and the words that belong to it."""

    event: str
    at: datetime
    text: str | None = None


@dataclass(frozen=True)
class WorkOrder:
    """A filed work order as its requester sees it."""

    number: str
    status: str
    kind: str
    category: list[str]
    unit: str
    region: str
    urgency: str
    due_date: date
    due_provisional: bool
    location: str | None
    description: str
    occurred_at: str | None
    created_at: datetime
    rating: str | None
    """The rating of the newest reply; None until that one is rated."""
    supplements: list[str]
    reply: str | None
    co_units: list[str] = field(default_factory=list)
    extension: str | None = None
    """Why it takes longer, while it does."""
    rate_by: date | None = None
    """The last day for a rating, once there is a reply."""
    special_period: str | None = None
    history: list[Step] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What it is about, in at most twenty characters."""
        return title(self.description)

    def to_json(self) -> dict[str, Any]:
        """The shape of the web API."""
        return {
            **asdict(self),
            "title": self.title,
            "due_date": self.due_date.isoformat(),
            "rate_by": self.rate_by.isoformat() if self.rate_by else None,
            "created_at": _iso(self.created_at),
            "history": [{"event": step.event, "at": _iso(step.at), "text": step.text} for step in self.history],
        }

    def to_data(self) -> dict[str, Any]:
        """Plain values, to be kept; `from_data` reads them."""
        data: dict[str, Any] = json.loads(json.dumps(self, default=pydantic_encoder))
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> WorkOrder:
        """The inverse of `to_data`."""
        return parse_obj_as(cls, data)


def _iso(moment: datetime) -> str:
    return local(moment).isoformat(timespec="seconds")
