"""What time itself asks for is done once, on its day, and not before."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, event, literal, select

from bot.catalogue import Catalogue, catalogue, use
from bot.catalogue_log import CatalogueLog
from bot.clock import ZONE, local_now
from bot.deadlines import calendar, due_date
from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import Notice, WorkOrderRow
from bot.tickets import chores
from bot.tickets.chores import do_chores, poll, take_reports
from bot.tickets.inbox import Inbox
from bot.tickets.seam import Report, Unavailable
from bot.workorders.life import HOTLINE, UNIT
from bot.workorders.orders import WorkOrders
from tests.bot.tickets import (
    Recorder,
    change,
    event_of,
    file,
    happened_at,
    kinds,
    notices,
    observations,
    row_of,
    settled,
)

OFFICE = "莲都区综合行政执法局"


def at(text: str) -> datetime:
    """A moment in the hotline's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the clock by which the chores are done."""

    def set_to(text: str) -> None:
        monkeypatch.setattr(chores, "local_now", lambda: at(text))

    return set_to


async def move(store: Database, number: str, *kinds_of: str) -> None:
    usual: dict[str, tuple[str, dict[str, Any]]] = {
        "dispatched": (HOTLINE, {"unit": OFFICE}),
        "signed": (UNIT, {}),
        "return_asked": (UNIT, {"reason": "不归我们管", "proposed_unit": "丽水市生态环境局"}),
        "return_granted": (HOTLINE, {}),
        "return_refused": (HOTLINE, {"reason": "按目录归你单位"}),
        "extended": (UNIT, {"reason": "要等检测结果", "due_date": "2099-12-31"}),
        "replied": (UNIT, {"text": "已经责令整改"}),
        "closed": (UNIT, {}),
        "followed_up": (HOTLINE, {}),
        "reopened": (HOTLINE, {"reason": "还是吵"}),
        "verified": (UNIT, {"text": "现场核实，确实还在营业", "sound": False}),
        "put_right": (UNIT, {"text": "已经停业整顿"}),
    }
    for kind in kinds_of:
        by, data = usual[kind]
        await WorkOrders(store).move(number, kind, by, data)


async def round_of_two(store: Database) -> None:
    """A round of chores in two processes at the same moment."""
    other = Database(store.url)
    await asyncio.gather(do_chores(store), do_chores(other))
    other.engine.dispose()


# Deemed acceptance (Article 18) ---------------------------------------------------------------------------------------


@pytest.fixture
async def dispatched(store: Database) -> str:
    """An order that was dispatched on a Friday: it may be returned until the end of Monday."""
    number = await file(store)
    await change(store, number, due_date=date(2026, 3, 25))
    await move(store, number, "dispatched")
    await happened_at(store, number, "dispatched", at("2026-03-13T10:00"))
    return number


async def test_a_unit_that_asked_for_no_return_in_time_has_accepted(
    store: Database, dispatched: str, today: Callable[[str], None]
) -> None:
    for moment in ("2026-03-13T23:00", "2026-03-16T23:59"):
        today(moment)
        await do_chores(store)
        assert (await row_of(store, dispatched)).status == "dispatched"
    today("2026-03-17T00:00")
    await do_chores(store)
    assert (await row_of(store, dispatched)).status == "in_progress"
    signed = await event_of(store, dispatched, "signed")
    assert (signed.actor, signed.who, signed.data) == ("service", OFFICE, {"deemed": True})
    assert signed.created_at == at("2026-03-17T00:00")


async def test_nobody_has_accepted_while_a_return_is_asked(
    store: Database, dispatched: str, today: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    await WorkOrders(store).move(
        dispatched, "return_asked", UNIT, {"reason": "不归我们管", "proposed_unit": "某局"}, at=at("2026-03-16T09:00")
    )
    today("2026-03-20T09:00")
    await do_chores(store)
    assert (await row_of(store, dispatched)).status == "dispatched"
    assert caplog.text == ""  # it was not even tried
    await move(store, dispatched, "return_refused")
    await do_chores(store)
    assert (await row_of(store, dispatched)).status == "in_progress"


async def test_an_order_that_went_to_another_unit_counts_from_there(
    store: Database, dispatched: str, today: Callable[[str], None]
) -> None:
    await WorkOrders(store).move(
        dispatched, "return_asked", UNIT, {"reason": "不归我们管", "proposed_unit": "某局"}, at=at("2026-03-16T09:00")
    )
    await move(store, dispatched, "return_granted", "dispatched")
    await happened_at(store, dispatched, "dispatched", at("2026-03-17T09:00"))
    today("2026-03-18T20:00")
    await do_chores(store)
    assert (await row_of(store, dispatched)).status == "dispatched"
    today("2026-03-19T00:00")
    await do_chores(store)
    assert (await row_of(store, dispatched)).status == "in_progress"


async def test_two_processes_deem_an_order_accepted_once(
    store: Database, dispatched: str, today: Callable[[str], None]
) -> None:
    today("2026-03-17T00:00")
    await round_of_two(store)
    await do_chores(store)
    assert (await kinds(store, dispatched)).count("signed") == 1


# Overdue (Article 32) -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [(), ("dispatched",), ("dispatched", "signed"), ("dispatched", "signed", "extended")])
async def test_an_order_past_its_day_is_flagged_once(
    store: Database, today: Callable[[str], None], way: tuple[str, ...]
) -> None:
    number = await file(store)
    await move(store, number, *way)
    await change(store, number, due_date=date(2099, 3, 18))
    today("2099-03-18T23:59")
    await do_chores(store)
    assert "supervised" not in await kinds(store, number)
    today("2099-03-19T00:00")
    await round_of_two(store)
    await do_chores(store)
    assert (await kinds(store, number)).count("supervised") == 1
    flagged = await event_of(store, number, "supervised")
    assert (flagged.actor, flagged.data) == ("service", {"ground": "overdue"})


@pytest.mark.parametrize("way", [("replied",), ("replied", "closed")])
async def test_an_answered_order_is_not_overdue(
    store: Database, today: Callable[[str], None], way: tuple[str, ...]
) -> None:
    number = await file(store)
    await move(store, number, "dispatched", "signed", *way)
    today("2099-03-18T12:00")
    await do_chores(store)
    assert "supervised" not in await kinds(store, number)


async def test_a_withdrawn_order_is_not_overdue(store: Database, today: Callable[[str], None]) -> None:
    number = await file(store)
    await WorkOrders(store).withdraw(number)
    today("2099-03-18T12:00")
    await do_chores(store)
    assert (await kinds(store, number))[-1] == "withdrawn"


# Provisional terms (Article 17) ---------------------------------------------------------------------------------------


@pytest.fixture
def announce(environment: Callable[..., Settings], tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Says what the State Council has announced: the years, and further days off."""
    files = 0

    def announce(*years: int, off: tuple[date, ...] = ()) -> None:
        nonlocal files
        files += 1
        path = tmp_path / f"{files}.yml"
        path.write_text(f"announced: {list(years)}\ndays_off: {[day.isoformat() for day in off]}\ndays_worked: []\n")
        environment(BOT_HOTLINE_HOLIDAYS=str(path))
        calendar.cache_clear()

    yield announce
    calendar.cache_clear()


def years() -> tuple[int, int]:
    return local_now().year, local_now().year + 1


async def test_a_provisional_day_that_an_announcement_moves_is_told(
    store: Database, announce: Callable[..., None]
) -> None:
    announce()
    number = await file(store)
    before = await row_of(store, number)
    assert before.due_provisional
    announce(*years(), off=(before.due_date,))
    await round_of_two(store)
    await do_chores(store)
    after = await row_of(store, number)
    assert not after.due_provisional
    assert after.due_date == due_date(after.created_at.astimezone(ZONE), "standard").day > before.due_date
    moved = await event_of(store, number, "rescheduled")
    assert moved.data == {
        "due_date": after.due_date.isoformat(),
        "provisional": False,
        "before": before.due_date.isoformat(),
    }
    [(kind, text)] = await notices(store, number)
    assert kind == "rescheduled"
    assert f"{after.due_date.month}月{after.due_date.day}日" in text
    assert (await kinds(store, number)).count("rescheduled") == 1


async def test_a_provisional_day_that_stays_is_final_and_nobody_is_bothered(
    store: Database, announce: Callable[..., None]
) -> None:
    announce()
    number = await file(store)
    before = await row_of(store, number)
    announce(*years())
    await do_chores(store)
    await do_chores(store)
    after = await row_of(store, number)
    assert (after.due_date, after.due_provisional) == (before.due_date, False)
    assert await notices(store, number) == []


async def test_without_an_announcement_nothing_is_written(store: Database, announce: Callable[..., None]) -> None:
    announce()
    number = await file(store)
    before = await kinds(store, number)
    await do_chores(store)
    assert await kinds(store, number) == before
    assert (await row_of(store, number)).due_provisional


async def test_a_final_day_stays_whatever_is_announced_later(store: Database, announce: Callable[..., None]) -> None:
    announce(*years())
    number = await file(store)
    before = await row_of(store, number)
    announce(*years(), off=(before.due_date,))
    await do_chores(store)
    assert (await row_of(store, number)).due_date == before.due_date


async def test_an_extended_order_keeps_the_day_that_its_unit_named(
    store: Database, announce: Callable[..., None]
) -> None:
    announce()
    number = await file(store)
    await move(store, number, "dispatched", "signed", "extended")
    announce(*years())
    await do_chores(store)
    assert (await row_of(store, number)).due_date == date(2099, 12, 31)
    assert "rescheduled" not in await kinds(store, number)


async def test_a_term_of_a_law_is_counted_anew_by_that_law(store: Database, announce: Callable[..., None]) -> None:
    announce()
    number = await file(store)
    await change(store, number, special_period="15wd")
    announce(*years())
    await do_chores(store)
    found = await row_of(store, number)
    assert found.due_date == due_date(found.created_at.astimezone(ZONE), "standard", "15wd").day


async def test_the_term_of_a_reopened_order_is_counted_from_there(
    store: Database, announce: Callable[..., None]
) -> None:
    announce()
    number = await file(store)
    await move(store, number, "dispatched", "signed", "replied", "reopened")
    await happened_at(store, number, "reopened", at("2026-03-09T09:00"))
    announce(*years())
    await do_chores(store)
    assert (await row_of(store, number)).due_date == date(2026, 3, 18)


async def test_an_answered_order_is_not_counted_anew(store: Database, announce: Callable[..., None]) -> None:
    announce()
    number = await file(store)
    await move(store, number, "dispatched", "signed", "replied")
    before = await row_of(store, number)
    announce(*years(), off=(before.due_date,))
    await do_chores(store)
    assert (await row_of(store, number)).due_date == before.due_date


# Follow-up (Article 30) -----------------------------------------------------------------------------------------------


@pytest.fixture
async def closed(store: Database) -> str:
    """An order that was closed on a Friday: Wednesday is the last day of the follow-up."""
    number = await file(store)
    await move(store, number, "dispatched", "signed", "replied", "closed")
    await happened_at(store, number, "closed", at("2026-03-13T10:00"))
    return number


async def due(store: Database) -> list[str]:
    return [subject for subject, _ in await observations(store, "follow_up_due")]


async def test_on_the_last_day_an_agent_is_reminded_to_call_whom_no_message_reached(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    today("2026-03-17T23:59")
    await do_chores(store)
    assert await due(store) == []
    today("2026-03-18T00:00")
    await round_of_two(store)
    assert await due(store) == [closed]
    today("2026-03-30T00:00")
    await do_chores(store)
    assert await due(store) == [closed]


async def test_whom_the_message_reached_nobody_needs_to_call(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    query = select(Notice.id).where(Notice.order_number == closed, Notice.kind == "closed")
    await WorkOrders(store).told(await store.run(lambda session: session.scalars(query).one()))
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await due(store) == []


async def test_whom_an_agent_has_called_nobody_needs_to_call(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    await move(store, closed, "followed_up")
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await due(store) == []


async def test_who_has_rated_need_not_be_called(store: Database, closed: str, today: Callable[[str], None]) -> None:
    await WorkOrders(store).move(closed, "rated", "requester", {"rating": "neutral"}, at=at("2026-03-14T09:00"))
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await due(store) == []


async def test_who_has_rated_the_reply_before_the_closing_need_not_be_called(
    store: Database, today: Callable[[str], None]
) -> None:
    number = await file(store)
    await move(store, number, "dispatched", "signed", "replied")
    await WorkOrders(store).rate(number, "satisfied")
    await move(store, number, "closed")
    today("2099-03-18T09:00")
    await do_chores(store)
    assert await due(store) == []


async def test_an_order_that_is_being_put_right_is_followed_up_later(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    await move(store, closed, "reopened")
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await due(store) == []


async def test_every_closing_is_followed_up(store: Database, closed: str, today: Callable[[str], None]) -> None:
    today("2026-03-18T09:00")
    await do_chores(store)
    await WorkOrders(store).move(closed, "rated", "requester", {"rating": "dissatisfied"}, at=at("2026-03-19T09:00"))
    await move(store, closed, "verified", "put_right", "closed")
    assert await due(store) == [closed]
    today("2099-03-18T09:00")
    await round_of_two(store)
    await do_chores(store)
    assert await due(store) == [closed, closed]


async def test_what_is_finished_is_not_looked_at_again_and_again(store: Database, today: Callable[[str], None]) -> None:
    async def looks() -> int:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(store.engine, "before_cursor_execute", note)
        await do_chores(store)
        event.remove(store.engine, "before_cursor_execute", note)
        return len(seen)

    today("2099-03-18T09:00")
    quiet = await looks()
    for _ in range(5):
        number = await file(store)
        await move(store, number, "dispatched", "signed", "replied", "closed", "followed_up")
        number = await file(store)
        await move(store, number, "dispatched", "signed", "replied", "closed")
    await do_chores(store)
    assert len(await due(store)) == 5
    assert await looks() == quiet


# All of them ----------------------------------------------------------------------------------------------------------


async def test_an_order_that_cannot_be_read_holds_up_no_other(
    store: Database, dispatched: str, closed: str, today: Callable[[str], None]
) -> None:
    broken = await file(store)
    await move(store, broken, "dispatched")
    table = WorkOrderRow.__table__
    query = table.update().where(table.c.number == broken).values(description=literal(b"no text", LargeBinary()))
    await store.run(lambda session: session.execute(query))
    today("2099-03-18T09:00")
    await do_chores(store)
    assert "signed" in await kinds(store, dispatched)
    assert "supervised" in await kinds(store, dispatched)
    assert await due(store) == [closed]


async def test_the_chores_go_on_after_a_failure_and_take_over_decisions_about_the_catalogue(
    store: Database, dispatched: str, today: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "LOOK", 0.001)
    monkeypatch.setattr(chores, "ROUND", 1)
    failures = ["once", "twice"]

    class Flaky(Database):
        async def run(self, work: Any) -> Any:
            if failures:
                raise ConnectionError(failures.pop())
            return await super().run(work)

    today("2026-03-18T00:00")
    running = asyncio.create_task(chores.chores(Flaky(store.url)))
    try:
        decided = CatalogueLog(store).decide(("城乡建设", "供水"), None, {"urgency": "expedited"}, "某局", "会商")
        use(Catalogue())

        async def done() -> bool:
            return (await row_of(store, dispatched)).status == "in_progress" and catalogue().version == decided

        await settled(done)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        use(Catalogue())
    assert failures == []


async def test_a_round_with_nothing_to_do_leaves_an_order_as_it_is(store: Database) -> None:
    number = await file(store)
    before = await kinds(store, number)
    await do_chores(store)
    assert await kinds(store, number) == before
    assert await notices(store, number) == []


# A backend that is asked ----------------------------------------------------------------------------------------------


def steps(number: str, *kinds_of: str) -> list[Report]:
    usual: dict[str, tuple[str, dict[str, Any]]] = {
        "dispatched": ("hotline", {"unit": OFFICE}),
        "signed": ("unit", {}),
        "replied": ("unit", {"text": "已经责令整改"}),
        "closed": ("unit", {}),
    }
    return [Report(f"{number}/{kind}", number, kind, usual[kind][0], usual[kind][1]) for kind in kinds_of]


@pytest.fixture
def backend() -> Recorder:
    return Recorder(name="asked")


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
