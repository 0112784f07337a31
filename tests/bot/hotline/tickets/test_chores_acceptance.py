"""A unit that asks for no return in time has accepted the order (Article 18)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.hotline.tickets.chores import do_chores
from bot.hotline.workorders.life import UNIT
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from tests.bot.hotline.tickets import event_of, happened_at, kinds, row_of
from tests.bot.hotline.tickets.rounds import at, round_of_two
from tests.bot.hotline.tickets.usual import OFFICE, move


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
