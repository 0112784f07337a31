"""What the requester is told outside a turn when something happens to an order, and the follow-up by message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue.notices import Announcements, in_words
from bot.dialogue.visitors import Visitors
from bot.hotline.workorders import orders as orders_module
from bot.storage import Database
from bot.storage.tables import Notice
from tests.bot.hotline.workorders.conftest import Clock
from tests.bot.hotline.workorders.factories import (
    DISSATISFIED,
    DRAFT,
    REPLIED,
    SIGNED,
    SOUND,
    events_of,
    file,
    live,
    order_with,
    refusal,
    row_of,
    rows,
    step,
)

OTHER = "丽水市生态环境局莲都分局"


# Notices --------------------------------------------------------------------------------------------------------------


def words_of(notice: Any) -> dict[str, Any]:
    return in_words(notice.kind, notice.content)


async def notices(store: Database) -> list[str]:
    return [notice.kind for notice in await rows(store, Notice)]


async def test_a_requester_is_told_what_hotline_and_units_do_and_nothing_else(store: Database) -> None:
    number, _ = await order_with(
        store,
        *("supplemented", "urged", "dispatched", "return_asked", "return_refused", "co_units_named", "signed"),
        *("extended", "supervised", "replied", "closed", "followed_up", DISSATISFIED, "rating_explained"),
        *(SOUND, "replied", step("reopened", by="hotline"), "verified", "put_right", "rated", "closed"),
    )
    assert await notices(store) == [
        *("dispatched", "extended", "replied", "closed"),
        # The service's own reopening is told in the answer to the rating; the hotline's is news.
        *("verified", "replied", "reopened", "verified", "put_right", "closed"),
    ]
    assert {(row.visitor_id, row.order_number) for row in await rows(store, Notice)} == {("me", number)}


async def test_a_returned_order_is_told_when_it_is_dispatched_anew(store: Database) -> None:
    await order_with(store, "dispatched", "return_asked", "return_granted", step("dispatched", unit=OTHER))
    assert await notices(store) == ["dispatched", "dispatched"]
    assert OTHER in words_of((await rows(store, Notice))[1])["messages"][0]["text"]


async def test_that_a_unit_is_deemed_to_have_accepted_is_not_told(store: Database) -> None:
    await order_with(store, "dispatched", step("signed", by="service", deemed=True))
    assert await notices(store) == ["dispatched"]


@pytest.mark.parametrize(("due", "told"), [("2026-03-19", ["rescheduled"]), ("2026-03-18", [])])
async def test_a_term_counted_anew_is_told_if_the_date_is_another(
    store: Database, clock: Clock, due: str, told: list[str]
) -> None:
    await order_with(store, step("rescheduled", due_date=due, before="2026-03-18"))
    assert await notices(store) == told


async def test_the_notice_of_the_closing_asks_for_a_rating_with_buttons_that_can_be_pressed(store: Database) -> None:
    visitors = Visitors(store)
    visitor = await visitors.open("web")
    number, orders = await order_with(store, *REPLIED)
    mine = await file(store, replace(DRAFT, key="mine", visitor_id=visitor.id))
    await live(orders, mine, *REPLIED, "closed")
    closed = (await rows(store, Notice))[-1]
    [message] = words_of(closed)["messages"]
    assert (closed.kind, closed.visitor_id, words_of(closed)["expects"]) == ("closed", visitor.id, "rating")
    assert mine in message["text"] and number not in message["text"]
    await Announcements(store).after(visitor.id, 0)
    assert [button["payload"] for button in await visitors.offered(visitor.id)] == [
        button["payload"] for button in message["buttons"]
    ]
    assert len(message["buttons"]) == 3


@pytest.mark.parametrize("kind", ["dispatched", "extended", "replied"])
async def test_no_other_notice_asks_for_anything(store: Database, kind: str) -> None:
    await order_with(store, *SIGNED, "extended", "replied")
    [notice] = [row for row in await rows(store, Notice) if row.kind == kind]
    assert words_of(notice)["expects"] is None and words_of(notice)["messages"][0]["buttons"] == []


async def test_a_move_wakes_the_channel_of_who_filed_and_a_refused_one_does_not(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, orders = await order_with(store)
    woken: list[str] = []
    monkeypatch.setattr(orders_module, "wake", woken.append)
    assert await refusal(live(orders, number, "closed")) == "registered"
    assert woken == []
    await live(orders, number, "dispatched")
    assert woken == ["me"]


# The follow-up by message ---------------------------------------------------------------------------------------------


async def test_a_notice_that_asks_for_a_rating_is_the_follow_up_once_it_was_brought(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, "closed")
    for notice in await rows(store, Notice):
        await orders.told(notice.id)
        await orders.told(notice.id)
    event = (await row_of(store, number)).events[-1]
    assert (await events_of(store, number)).count("followed_up") == 1
    assert (event.kind, event.actor, event.data) == ("followed_up", "service", {"means": "message"})
    assert all(notice.delivered_at for notice in await rows(store, Notice))


@pytest.mark.parametrize("kind", ["dispatched", "replied"])
async def test_another_notice_is_no_follow_up(store: Database, kind: str) -> None:
    number, orders = await order_with(store, *REPLIED, "closed")
    [notice] = [row for row in await rows(store, Notice) if row.kind == kind]
    await orders.told(notice.id)
    assert "followed_up" not in await events_of(store, number)
    assert [row.kind for row in await rows(store, Notice) if row.delivered_at] == [kind]


async def test_a_late_notice_does_not_follow_up_what_an_agent_did_or_what_was_sent_back(store: Database) -> None:
    followed, orders = await order_with(store, *REPLIED, "closed", "followed_up")
    for notice in await rows(store, Notice):
        await orders.told(notice.id)
    assert (await events_of(store, followed)).count("followed_up") == 1
    await live(orders, followed, DISSATISFIED, SOUND, "replied", "closed", step("reopened", by="hotline"))
    for notice in await rows(store, Notice):
        await orders.told(notice.id)
    assert (await events_of(store, followed)).count("followed_up") == 1


async def test_a_notice_that_was_brought_before_does_not_follow_up_a_later_closing(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, "closed")
    old = (await rows(store, Notice))[-1]
    await orders.told(old.id)
    await live(orders, number, DISSATISFIED, SOUND, "replied", "closed")
    await orders.told(old.id)
    assert (await events_of(store, number))[-1] == "closed"
    await orders.told((await rows(store, Notice))[-1].id)
    assert (await events_of(store, number))[-1] == "followed_up"
