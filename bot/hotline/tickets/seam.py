"""The seam to the city's ticket backend: what a backend must do, and what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


class Unavailable(Exception):
    """The backend could not be asked, or did not answer clearly: it will be tried again, with the same key."""


class Rejected(Exception):
    """The backend will never take this: it becomes a dead letter that an operator sees."""


@dataclass(frozen=True)
class Attachment:
    """A file of the case: its id here, name and type."""

    id: str
    name: str
    content_type: str


@dataclass(frozen=True)
class Case:
    """A work order as the backend gets it, with everything of the 12345 form. ``phone`` and ``name`` are personal."""

    number: str
    channel: str
    kind: str
    category: list[str]
    service_code: str
    unit: str
    co_units: list[str]
    confidence: float | None
    runner_up: list[str]
    region: str
    location: str | None
    description: str
    occurred_at: str | None
    urgency: str
    immediate: bool
    confidential: bool
    name: str | None
    phone: str | None
    due_date: date
    created_at: datetime
    status: str
    cluster: str | None
    external_id: str | None
    attachments: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True)
class CaseEvent:
    """Something that the requester did, or that a rule did, after the case was filed."""

    kind: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What a backend says happened to a case, in our words (`bot.hotline.workorders.life.MOVES`).

    ``id`` is the backend's own for this happening: it is applied once. ``at`` is None where the backend gives none.
    """

    id: str
    number: str
    kind: str
    by: str
    data: dict[str, Any] = field(default_factory=dict)
    who: str | None = None
    at: datetime | None = None


class TicketBackend(Protocol):
    """A ticket backend. Every call may raise `Unavailable` or `Rejected`, and may be made twice with one ``key``."""

    name: str

    async def file(self, case: Case, key: str, again: bool) -> str:
        """Files the case and gives the backend's number; ``again`` after an attempt whose end is not known."""

    async def tell(self, case: Case, event: CaseEvent, key: str, again: bool) -> None:
        """Tells a later event of a filed case."""

    async def reports(self, cases: Sequence[Case]) -> list[Report]:
        """What happened to these cases, for a backend that does not report by itself; else nothing."""

    async def close(self) -> None:
        """Lets go of connections."""
