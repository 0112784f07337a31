"""Clocks, orders on their way, and backends: one that takes notes, and one at a foreign server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date

import pytest

from bot.dialogue.phrases import case_event
from bot.hotline.tickets import chores, inbox, open311, outbox
from bot.hotline.tickets.open311 import Open311Backend
from bot.hotline.tickets.outbox import Outbox
from bot.storage import Database, queue
from tests.bot.hotline.tickets import Clock, Recorder, change, file, happened_at
from tests.bot.hotline.tickets.foreign import StandIn, foreign_server
from tests.bot.hotline.tickets.rounds import at
from tests.bot.hotline.tickets.usual import move


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which inbox, outbox and their queues work."""
    clock = Clock()
    for module in (inbox, outbox, queue):
        monkeypatch.setattr(module, "local_now", clock)
    return clock


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the clock by which the chores are done."""

    def set_to(text: str) -> None:
        monkeypatch.setattr(chores, "local_now", lambda: at(text))

    return set_to


@pytest.fixture
async def dispatched(store: Database) -> str:
    """An order that was dispatched on a Friday: it may be returned until the end of Monday."""
    number = await file(store)
    await change(store, number, due_date=date(2026, 3, 25))
    await move(store, number, "dispatched")
    await happened_at(store, number, "dispatched", at("2026-03-13T10:00"))
    return number


@pytest.fixture
async def closed(store: Database) -> str:
    """An order that was closed on a Friday: Wednesday is the last day of the follow-up."""
    number = await file(store)
    await move(store, number, "dispatched", "signed", "replied", "closed")
    await happened_at(store, number, "closed", at("2026-03-13T10:00"))
    return number


@pytest.fixture
def backend() -> Recorder:
    return Recorder()


@pytest.fixture
def relay(store: Database, backend: Recorder, clock: Clock) -> Outbox:
    return Outbox(store, backend)


@pytest.fixture
def foreign() -> Iterator[StandIn]:
    with foreign_server() as stand_in:
        yield stand_in


@pytest.fixture
async def client(foreign: StandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open311Backend]:
    monkeypatch.setattr(open311, "TOKEN_WAITS", (0, 0, 0))
    client = Open311Backend(foreign.url, case_event, "our key", "lishui.gov.cn")
    yield client
    await client.close()


@pytest.fixture
async def in_xml(foreign: StandIn, client: Open311Backend) -> AsyncIterator[Open311Backend]:
    xml = Open311Backend(foreign.url, case_event, format="xml")
    yield xml
    await xml.close()
