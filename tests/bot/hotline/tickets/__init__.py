"""Cases, backends that note what they get, and a clock that the tests move."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.clock import local_now
from bot.dialogue.notices import in_words
from bot.hotline.classification import Classification
from bot.hotline.requester import Requester
from bot.hotline.tickets.seam import Case, CaseEvent, Report
from bot.hotline.workorders.orders import Draft, WorkOrders
from bot.storage import Database
from bot.storage.tables import Notice, Observation, WorkOrderEvent, WorkOrderRow
from tests.bot.hotline.workorders.factories import changed

PERSON = "a visitor"
_keys = itertools.count(1)


def draft(**values: Any) -> Draft:
    """A plain complaint; each is a different one."""
    plain = Draft(
        key=f"key-{next(_keys)}",
        visitor_id=PERSON,
        channel="web",
        classification=Classification("complaint", ["环境保护", "噪声污染"]),
        unit="莲都区综合行政执法局",
        region="莲都区",
        description="楼下的烧烤店每天半夜两点还在营业，很吵",
        requester=Requester("王芳", "13812345678"),
    )
    return changed(plain, **values)


async def file(store: Database, **values: Any) -> str:
    """Files a case; gives its number."""
    return (await WorkOrders(store).file([draft(**values)]))[0].number


async def row_of(store: Database, number: str) -> WorkOrderRow:
    """The row of an order, with its events, to look at."""
    query = select(WorkOrderRow).where(WorkOrderRow.number == number)

    def look(session: Any) -> Any:
        row = session.scalars(query).one()
        session.expunge_all()
        return row

    return await store.run(look)


async def kinds(store: Database, number: str) -> list[str]:
    """What happened to an order, oldest first."""
    return [event.kind for event in (await row_of(store, number)).events]


async def happened_at(store: Database, number: str, kind: str, at: datetime) -> None:
    """Moves the newest event of a kind (and everything before it) to another moment."""

    def work(session: Any) -> None:
        row = session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number)).one()
        moved = [event for event in row.events if event.kind == kind][-1]
        for event in row.events:
            if event.id <= moved.id:
                event.created_at = min(event.created_at, at) if event is not moved else at

    await store.run(work)


async def change(store: Database, number: str, **values: Any) -> None:
    """Changes columns of an order."""

    def work(session: Any) -> None:
        row = session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number)).one()
        for name, value in values.items():
            setattr(row, name, value)

    await store.run(work)


async def event_of(store: Database, number: str, kind: str) -> WorkOrderEvent:
    """The newest event of a kind."""
    return [event for event in (await row_of(store, number)).events if event.kind == kind][-1]


async def observations(store: Database, kind: str) -> list[tuple[str, Any]]:
    """Subject and content of the observations of a kind, oldest first."""
    query = select(Observation).where(Observation.kind == kind).order_by(Observation.id)
    return await store.run(lambda session: [(row.subject, row.content) for row in session.scalars(query)])


async def notices(store: Database, number: str) -> list[tuple[str, str]]:
    """Kind and text of what the requester was told about an order, oldest first."""
    query = select(Notice).where(Notice.order_number == number).order_by(Notice.id)
    return await store.run(
        lambda session: [
            (row.kind, in_words(row.kind, row.content)["messages"][0]["text"]) for row in session.scalars(query)
        ]
    )


@dataclass(frozen=True)
class Call:
    """One call that a backend got."""

    what: str
    number: str
    key: str
    again: bool


@dataclass
class Recorder:
    """A backend that takes everything and notes it. ``faults`` are raised first, one a call; ``before`` is awaited."""

    name: str = "recorder"
    faults: list[Exception] = field(default_factory=list)
    before: Callable[[Call], Awaitable[None]] | None = None
    calls: list[Call] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)
    progress: list[Report] = field(default_factory=list)

    async def file(self, case: Case, key: str, again: bool) -> str:
        await self._note(Call("file", case.number, key, again))
        self.cases.append(case)
        return f"EXT-{case.number}"

    async def tell(self, case: Case, event: CaseEvent, key: str, again: bool) -> None:
        await self._note(Call(event.kind, case.number, key, again))
        self.cases.append(case)
        self.events.append(event)

    async def reports(self, cases: Sequence[Case]) -> list[Report]:
        self.cases = list(cases)
        return self.progress

    async def close(self) -> None:
        return None

    async def _note(self, call: Call) -> None:
        self.calls.append(call)
        if self.before:
            await self.before(call)
        if self.faults:
            raise self.faults.pop(0)

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was told about which case, in order."""
        return [(call.what, call.number) for call in self.calls]


class Clock:
    """The hotline's clock, standing still until it is moved."""

    def __init__(self) -> None:
        # What was written by the running clock before is past.
        self.now = local_now() + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


async def settled(until: Callable[[], Awaitable[bool]]) -> None:
    """Waits for something that another task brings about; gives up after a minute."""
    async with asyncio.timeout(60):
        while not await until():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
