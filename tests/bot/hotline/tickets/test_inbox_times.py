"""The time of a report is kept where it can be true."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.hotline.tickets.inbox import Inbox
from bot.storage import Database
from tests.bot.hotline.tickets import Clock, event_of, file
from tests.bot.hotline.tickets.usual import report


async def test_a_time_in_the_future_counts_as_now(store: Database, clock: Clock) -> None:
    number = await file(store)
    for kind, ahead in (("dispatched", timedelta(seconds=1)), ("signed", timedelta(days=3000))):
        await Inbox(store).take(report(number, kind, at=clock.now + ahead))
        assert (await event_of(store, number, kind)).created_at == clock.now


async def test_a_time_before_the_last_event_counts_as_now(store: Database, clock: Clock) -> None:
    number = await file(store)
    await Inbox(store).take(report(number, "dispatched", at=datetime(1, 1, 1, tzinfo=timezone.utc)))
    assert (await event_of(store, number, "dispatched")).created_at == clock.now
    clock.move(hours=1)
    await Inbox(store).take(report(number, "signed", at=clock.now - timedelta(hours=2)))
    assert (await event_of(store, number, "signed")).created_at == clock.now


async def test_a_time_between_the_last_event_and_now_is_kept_and_none_counts_as_now(
    store: Database, clock: Clock
) -> None:
    number = await file(store)
    clock.move(hours=3)
    at = clock.now - timedelta(hours=1)
    await Inbox(store).take(report(number, "dispatched", at=at))
    assert (await event_of(store, number, "dispatched")).created_at == at
    await Inbox(store).take(report(number, "signed"))
    assert (await event_of(store, number, "signed")).created_at == clock.now
