"""What follows from an event: state, unit and term of the order, notices, deliveries; all of it or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.clock import local, local_now
from bot.storage import Database
from bot.storage.tables import Notice, OutboxRow
from bot.visitors import Visitors
from bot.workorders import orders as orders_module
from bot.workorders.orders import WorkOrders
from tests.bot.workorders.conftest import Clock
from tests.bot.workorders.factories import (
    DISSATISFIED,
    DRAFT,
    REPLIED,
    SIGNED,
    WAYS,
    Step,
    events_of,
    file,
    found,
    live,
    refusal,
    row_of,
    rows,
    step,
    written,
)

OTHER = "丽水市生态环境局莲都分局"
HELPER = "丽水市公安局莲都区分局"
SOUND = step("verified", text="现场核实，已经停业", sound=True)


async def order_with(store: Database, *moves: str | Step) -> tuple[str, WorkOrders]:
    number, orders = await file(store), WorkOrders(store)
    await live(orders, number, *moves)
    return number, orders


# The order itself -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", WAYS)
async def test_the_state_is_kept_where_it_can_be_searched_for(store: Database, state: str) -> None:
    number, _ = await order_with(store, *WAYS[state])
    assert (await row_of(store, number)).status == (await found(store, number)).status == state


async def test_an_event_keeps_who_made_it_when_and_what_was_told(store: Database, clock: Clock) -> None:
    number, orders = await order_with(store)
    clock.set("2026-03-10T08:00")
    await orders.move(number, "dispatched", "hotline", {"unit": OTHER}, who="0712")
    event = (await row_of(store, number)).events[-1]
    assert (event.kind, event.actor, event.who, event.data) == ("dispatched", "hotline", "0712", {"unit": OTHER})
    assert local(event.created_at).isoformat() == "2026-03-10T08:00:00+08:00"


async def test_the_unit_is_the_one_that_it_was_dispatched_to(store: Database) -> None:
    number, orders = await order_with(store, step("dispatched", unit=OTHER))
    assert (await found(store, number)).unit == OTHER
    await live(orders, number, "return_asked", "return_granted", step("dispatched", unit=DRAFT.unit))
    assert (await found(store, number)).unit == DRAFT.unit


async def test_who_helps_is_told_with_the_dispatch_or_later(store: Database) -> None:
    number, orders = await order_with(store, step("dispatched", co_units=[HELPER]))
    assert (await found(store, number)).co_units == [HELPER]
    await live(orders, number, step("co_units_named", units=[OTHER, HELPER]))
    assert (await found(store, number)).co_units == [OTHER, HELPER]


async def test_a_new_dispatch_that_names_no_helpers_keeps_them_but_not_the_unit_itself(store: Database) -> None:
    number, orders = await order_with(store, step("dispatched", co_units=[HELPER, OTHER]))
    await live(orders, number, "return_asked", "return_granted", step("dispatched", unit=OTHER))
    order = await found(store, number)
    assert (order.unit, order.co_units) == (OTHER, [HELPER])


async def test_an_extension_gives_the_new_date_with_its_reason(store: Database, clock: Clock) -> None:
    number, orders = await order_with(store, *SIGNED)
    await live(orders, number, step("extended", "2026-03-16T10:00", due_date="2026-03-27", reason="要等检测结果"))
    order = await found(store, number)
    assert (order.due_date, order.due_provisional, order.extension) == (date(2026, 3, 27), False, "要等检测结果")


async def test_the_reason_of_an_extension_is_told_while_it_lasts(store: Database) -> None:
    number, orders = await order_with(store, *SIGNED, "extended")
    assert (await found(store, number)).extension
    await live(orders, number, "replied")
    assert (await found(store, number)).extension is None


async def test_a_term_that_was_counted_anew_is_no_longer_provisional(store: Database, clock: Clock) -> None:
    clock.set("2026-12-23T10:00")
    number, orders = await order_with(store)
    assert (await found(store, number)).due_provisional
    anew = {"due_date": "2027-01-05", "before": "2027-01-04", "provisional": False}
    await orders.move(number, "rescheduled", "service", anew)
    order = await found(store, number)
    assert (order.due_date, order.due_provisional, order.status) == (date(2027, 1, 5), False, "registered")


async def test_a_rating_is_possible_until_the_thirtieth_day_after_the_reply(store: Database) -> None:
    number, orders = await order_with(store, *SIGNED, step("replied", "2026-03-09T23:59"))
    assert (await found(store, number)).rate_by == date(2026, 4, 8)
    await live(orders, number, step("reopened", by="hotline"))
    assert (await found(store, number)).rate_by is None


async def test_the_requester_reads_what_happened_but_nothing_internal(store: Database) -> None:
    number, _ = await order_with(
        store,
        *("dispatched", "return_asked", "return_refused", "signed", "co_units_named", "supervised"),
        step("replied", text="已责令整改"),
        *("closed", "followed_up", DISSATISFIED, "rating_explained", step("verified", text="确实还在营业")),
        *("put_right", "excluded"),
    )
    assert [(told.event, told.text) for told in (await found(store, number)).history] == [
        ("accepted", None),
        ("dispatched", None),
        ("signed", None),
        ("replied", "已责令整改"),
        ("closed", None),
        ("rated", None),
        ("reopened", "诉求人评价不满意"),
        ("verified", "确实还在营业"),
        ("put_right", "已经停业整顿"),
    ]


# Notices --------------------------------------------------------------------------------------------------------------


async def notices(store: Database) -> list[str]:
    return [notice.kind for notice in await rows(store, Notice)]


async def test_a_requester_is_told_what_hotline_and_units_do_and_nothing_else(store: Database) -> None:
    number, orders = await order_with(
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
    assert OTHER in (await rows(store, Notice))[1].content["messages"][0]["text"]


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
    mine = await file(store, DRAFT.__class__(**{**DRAFT.__dict__, "key": "mine", "visitor_id": visitor.id}))
    await live(orders, mine, *REPLIED, "closed")
    closed = (await rows(store, Notice))[-1]
    [message] = closed.content["messages"]
    assert (closed.kind, closed.visitor_id, closed.content["expects"]) == ("closed", visitor.id, "rating")
    assert mine in message["text"] and number not in message["text"]
    assert [button["payload"] for button in await visitors.offered(visitor.id)] == [
        button["payload"] for button in message["buttons"]
    ]
    assert len(message["buttons"]) == 3


@pytest.mark.parametrize("kind", ["dispatched", "extended", "replied"])
async def test_no_other_notice_asks_for_anything(store: Database, kind: str) -> None:
    await order_with(store, *SIGNED, "extended", "replied")
    [notice] = [row for row in await rows(store, Notice) if row.kind == kind]
    assert notice.content["expects"] is None and notice.content["messages"][0]["buttons"] == []


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


# Deliveries to the ticket backend -------------------------------------------------------------------------------------


async def test_the_ticket_backend_is_told_what_requester_and_rules_do_and_not_what_it_did_itself(
    store: Database,
) -> None:
    number, _ = await order_with(
        store,
        *("supplemented", "urged", "dispatched", step("signed", by="service", deemed=True), "co_units_named"),
        *("extended", "rescheduled", "replied", "closed", step("followed_up", by="service"), DISSATISFIED),
        *("rating_explained", "verified", "put_right", step("supervised", by="service"), "rated"),
        *(step("reopened", by="hotline"), SOUND, "withdrawn"),
    )
    deliveries = await rows(store, OutboxRow)
    assert [delivery.kind for delivery in deliveries] == [
        *("registered", "supplemented", "urged", "signed", "followed_up", "rated", "reopened", "rating_explained"),
        # The second reopening is the hotline's own; that it is repeated is a rule of this service.
        *("supervised", "rated", "supervised", "withdrawn"),
    ]
    events = {event.id: event for event in (await row_of(store, number)).events}
    for delivery in deliveries[1:]:
        assert events[delivery.event_id].kind == delivery.kind
        assert delivery.key == f"{number}-{delivery.event_id}"


async def test_an_order_that_is_sent_back_again_is_flagged_once(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED, SOUND, "replied")
    assert "supervised" not in await events_of(store, number)
    await live(orders, number, DISSATISFIED)
    event = (await row_of(store, number)).events[-1]
    assert (event.kind, event.actor, event.data) == ("supervised", "service", {"ground": "repeated"})
    await live(orders, number, SOUND, "replied", DISSATISFIED)
    assert (await events_of(store, number)).count("supervised") == 1


# All or nothing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize(
    "move",
    [
        step("registered"),
        step("no such event"),
        step("dispatched", by="unit"),
        step("extended", due_date="2020-01-01"),
        step("rated", rating="五星"),
        step("co_units_named", units=HELPER),
    ],
    ids=lambda move: move.kind,
)
async def test_a_refused_move_writes_nothing(store: Database, state: str, move: Step) -> None:
    number, orders = await order_with(store, *WAYS[state])
    before = await written(store)
    happening = move.happening(local_now())
    await refusal(orders.move(number, move.kind, happening.by, happening.data))
    assert await written(store) == before


@pytest.mark.parametrize("kind", ["dispatched", "urged", "withdrawn", "supplemented"])
async def test_an_error_afterwards_undoes_all_that_followed(store: Database, kind: str) -> None:
    number, orders = await order_with(store)
    before = await written(store)
    happening = step(kind, unit=OTHER).happening(local_now())

    def fail(session: Any) -> None:
        raise RuntimeError("the machine stops here")

    with pytest.raises(RuntimeError):
        await orders.move(number, kind, happening.by, happening.data, also=fail)
    assert await written(store) == before


async def test_what_is_done_with_a_move_is_kept_with_it(store: Database) -> None:
    number, orders = await order_with(store)
    kept = Notice(visitor_id="somebody", content={"messages": [], "expects": None})
    await orders.move(number, "urged", "requester", also=lambda session: session.add(kept))
    assert [row.visitor_id for row in await rows(store, Notice)] == ["somebody"]


async def test_a_life_written_by_another_clock_keeps_its_order(store: Database) -> None:
    number, _ = await order_with(store, step("dispatched", local_now() - timedelta(days=3)), "signed")
    assert await events_of(store, number) == ["registered", "accepted", "dispatched", "signed"]
