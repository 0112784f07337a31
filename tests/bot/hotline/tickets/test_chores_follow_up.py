"""Whom no message reached is called before the follow-up's last day is over (Article 30)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event, select

from bot.hotline.tickets.chores import do_chores
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Notice
from tests.bot.hotline.tickets import file
from tests.bot.hotline.tickets.rounds import at, calls_due, round_of_two
from tests.bot.hotline.tickets.usual import move


async def test_on_the_last_day_an_agent_is_reminded_to_call_whom_no_message_reached(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    today("2026-03-17T23:59")
    await do_chores(store)
    assert await calls_due(store) == []
    today("2026-03-18T00:00")
    await round_of_two(store)
    assert await calls_due(store) == [closed]
    today("2026-03-30T00:00")
    await do_chores(store)
    assert await calls_due(store) == [closed]


async def test_whom_the_message_reached_nobody_needs_to_call(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    query = select(Notice.id).where(Notice.order_number == closed, Notice.kind == "closed")
    await WorkOrders(store).told(await store.run(lambda session: session.scalars(query).one()))
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await calls_due(store) == []


async def test_whom_an_agent_has_called_nobody_needs_to_call(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    await move(store, closed, "followed_up")
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await calls_due(store) == []


async def test_who_has_rated_need_not_be_called(store: Database, closed: str, today: Callable[[str], None]) -> None:
    await WorkOrders(store).move(closed, "rated", "requester", {"rating": "neutral"}, at=at("2026-03-14T09:00"))
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await calls_due(store) == []


async def test_who_has_rated_the_reply_before_the_closing_need_not_be_called(
    store: Database, today: Callable[[str], None]
) -> None:
    number = await file(store)
    await move(store, number, "dispatched", "signed", "replied")
    await WorkOrders(store).rate(number, "satisfied")
    await move(store, number, "closed")
    today("2099-03-18T09:00")
    await do_chores(store)
    assert await calls_due(store) == []


async def test_an_order_that_is_being_put_right_is_followed_up_later(
    store: Database, closed: str, today: Callable[[str], None]
) -> None:
    await move(store, closed, "reopened")
    today("2026-03-18T09:00")
    await do_chores(store)
    assert await calls_due(store) == []


async def test_every_closing_is_followed_up(store: Database, closed: str, today: Callable[[str], None]) -> None:
    today("2026-03-18T09:00")
    await do_chores(store)
    await WorkOrders(store).move(closed, "rated", "requester", {"rating": "dissatisfied"}, at=at("2026-03-19T09:00"))
    await move(store, closed, "verified", "put_right", "closed")
    assert await calls_due(store) == [closed]
    today("2099-03-18T09:00")
    await round_of_two(store)
    await do_chores(store)
    assert await calls_due(store) == [closed, closed]


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
    assert len(await calls_due(store)) == 5
    assert await looks() == quiet
