"""An order past its day is flagged for supervision, once (Article 32)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.hotline.tickets.chores import do_chores
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from tests.bot.hotline.tickets import change, event_of, file, kinds
from tests.bot.hotline.tickets.rounds import round_of_two
from tests.bot.hotline.tickets.usual import move


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
