"""A backend that is asked for its progress: what it tells is applied once."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from bot.hotline.tickets.chores import poll, take_reports
from bot.hotline.tickets.inbox import Inbox
from bot.hotline.tickets.seam import Report, Unavailable
from bot.hotline.workorders.life import UNIT
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from tests.bot.hotline.tickets import Recorder, change, file, kinds, row_of, settled
from tests.bot.hotline.tickets.usual import USUAL, move


def steps(number: str, *kinds_of: str) -> list[Report]:
    return [Report(f"{number}/{kind}", number, kind, *USUAL[kind]) for kind in kinds_of]


async def test_what_a_backend_tells_when_it_is_asked_is_applied_once(store: Database, backend: Recorder) -> None:
    number = await file(store)
    await change(store, number, external_id="EXT-1")
    backend.progress = steps(number, "dispatched", "signed")
    assert await take_reports(store, backend) == 2
    assert await take_reports(store, backend) == 0
    backend.progress = steps(number, "dispatched", "signed", "replied", "closed")
    assert await take_reports(store, backend) == 2
    assert (await kinds(store, number))[2:] == ["dispatched", "signed", "replied", "closed"]


async def test_two_processes_that_ask_apply_it_once(store: Database, backend: Recorder) -> None:
    number, other = await file(store), Database(store.url)
    await change(store, number, external_id="EXT-1")
    backend.progress = steps(number, "dispatched", "signed", "replied", "closed")
    applied = await asyncio.gather(take_reports(store, backend), take_reports(other, backend))
    assert sum(applied) == 4
    assert (await row_of(store, number)).status == "closed"
    other.engine.dispose()


async def test_only_cases_that_the_backend_has_and_that_go_on_are_asked_about(
    store: Database, backend: Recorder
) -> None:
    await file(store)  # the backend does not have it yet
    asked, finished, gone, answered = [await file(store) for _ in range(4)]
    for number in (asked, finished, gone, answered):
        await change(store, number, external_id=f"EXT-{number}")
    await move(store, finished, "dispatched", "signed", "replied", "closed")
    await move(store, answered, "dispatched", "signed", "replied")
    await WorkOrders(store).withdraw(gone)
    await take_reports(store, backend)
    assert {case.number: case.external_id for case in backend.cases} == {
        asked: f"EXT-{asked}",
        answered: f"EXT-{answered}",
    }


async def test_one_report_that_cannot_be_applied_holds_up_no_other(store: Database, backend: Recorder) -> None:
    first, second = await file(store), await file(store)
    for number in (first, second):
        await change(store, number, external_id=f"EXT-{number}")
    backend.progress = [
        *steps(first, "signed"),
        *steps("LS20260309-222222", "signed"),
        *steps(second, "dispatched"),
    ]
    assert await take_reports(store, backend) == 1
    assert (await row_of(store, second)).status == "dispatched"


async def test_what_does_not_fit_is_not_kept_but_asked_for_again(store: Database, backend: Recorder) -> None:
    """Kept, a reply that the backend has told long ago would be given as the answer to a review."""
    number = await file(store)
    await move(store, number, "dispatched", "signed", "replied", "reopened")
    await change(store, number, external_id="EXT-1")
    backend.progress = steps(number, "replied", "closed")
    assert await take_reports(store, backend) == 0
    assert await Inbox(store).waiting() == []
    await WorkOrders(store).move(number, "verified", UNIT, {"text": "现场核实，已经停业", "sound": True})
    assert (await row_of(store, number)).status == "reopened"
    assert await take_reports(store, backend) == 2


async def test_a_backend_that_is_away_is_asked_again(
    store: Database, backend: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    number = await file(store)
    await change(store, number, external_id="EXT-1")
    away: list[Exception] = [ZeroDivisionError("oh"), Unavailable("HTTP 502")]

    class Moody(Recorder):
        async def reports(self, cases: Any) -> list[Report]:
            if away:
                raise away.pop()
            return steps(number, "dispatched")

    running = asyncio.create_task(poll(store, Moody(name="asked"), 0.001))

    async def arrived() -> bool:
        return (await row_of(store, number)).status == "dispatched"

    await settled(arrived)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert "HTTP 502" in caplog.text


@pytest.mark.parametrize(("name", "seconds"), [("local", 0.001), ("asked", 0.0)])
async def test_a_backend_that_reports_by_itself_is_not_asked(store: Database, name: str, seconds: float) -> None:
    await asyncio.wait_for(poll(store, Recorder(name=name), seconds), 60)
