"""A provisional term is counted anew when the holidays are announced, and only then (Article 17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.clock import ZONE, local_now
from bot.hotline.deadlines import calendar, due_date
from bot.hotline.tickets.chores import do_chores
from bot.settings import Settings
from bot.storage import Database
from tests.bot.hotline.tickets import change, event_of, file, happened_at, kinds, notices, row_of
from tests.bot.hotline.tickets.rounds import at, round_of_two
from tests.bot.hotline.tickets.usual import move


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
