"""What follows from an event: state, unit and term of the order, and deliveries; all of it or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.clock import local, local_now
from bot.storage import Database
from bot.storage.tables import Notice, OutboxRow
from tests.bot.hotline.workorders.conftest import Clock
from tests.bot.hotline.workorders.factories import (
    DISSATISFIED,
    DRAFT,
    REPLIED,
    SIGNED,
    SOUND,
    WAYS,
    Step,
    events_of,
    found,
    live,
    order_with,
    refusal,
    row_of,
    rows,
    step,
    written,
)

OTHER = "丽水市生态环境局莲都分局"
HELPER = "丽水市公安局莲都区分局"


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
        ("reopened", "rated_dissatisfied"),
        ("verified", "确实还在营业"),
        ("put_right", "已经停业整顿"),
    ]


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
