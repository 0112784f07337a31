"""Filing work orders: whole, once, with the term of the regulation or of a law."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from bot.clock import local_now
from bot.hotline.catalogue import Catalogue, Change, catalogue, use
from bot.hotline.classification import Classification
from bot.hotline.deadlines import due_date
from bot.hotline.requester import Requester
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Notice, OutboxRow, WorkOrderRow
from tests.bot.hotline.workorders.conftest import Clock
from tests.bot.hotline.workorders.factories import DRAFT, MONDAY, POTHOLE, changed, events_of, file, row_of, rows

CONSUMER = changed(DRAFT, category=["商贸旅游", "消费维权"], urgency="expedited")


@pytest.fixture
def other_process(store: Database) -> Iterator[Database]:
    """The same store as another process sees it."""
    other = Database(store.url)
    yield other
    other.engine.dispose()


async def test_a_filed_order_holds_what_the_draft_said(store: Database, clock: Clock) -> None:
    [order] = await WorkOrders(store).file([DRAFT])
    for name in ("unit", "region", "description", "location", "occurred_at"):
        assert getattr(order, name) == getattr(DRAFT, name)
    assert Classification(order.kind, order.category, order.urgency) == DRAFT.classification
    assert (order.status, order.rating, order.supplements, order.reply) == ("registered", None, [], None)
    assert (order.co_units, order.extension, order.rate_by) == ([], None, None)
    assert order.created_at == MONDAY


async def test_what_the_requester_does_not_see_is_kept_too(store: Database) -> None:
    draft = changed(DRAFT, immediate=True, confidential=False, confidence=0.62, runner_up=["环境保护", "大气污染"])
    row = await row_of(store, await file(store, draft))
    assert (row.channel, row.visitor_id) == (draft.channel, draft.visitor_id)
    assert Classification.from_dict(vars(row)) == draft.classification
    assert row.requester == {"name": "王芳", "phone": DRAFT.requester.phone}
    assert Requester.of(row) == draft.requester
    assert row.catalogue_version == catalogue().version


async def test_a_fresh_order_is_registered_and_accepted_and_waits_to_be_delivered(store: Database) -> None:
    number = await file(store)
    assert await events_of(store, number) == ["registered", "accepted"]
    [delivery] = await rows(store, OutboxRow)
    assert (delivery.key, delivery.kind, delivery.event_id, delivery.state) == (number, "registered", None, "pending")
    # The answer in which it was filed tells the number: no notice on top.
    assert await rows(store, Notice) == []


@pytest.mark.parametrize("urgency", ["standard", "expedited"])
async def test_the_due_date_counts_from_the_day_of_filing(store: Database, urgency: str) -> None:
    [order] = await WorkOrders(store).file([changed(DRAFT, urgency=urgency)])
    due = due_date(order.created_at.astimezone(local_now().tzinfo), urgency)
    assert (order.due_date, order.due_provisional) == (due.day, due.provisional)


@pytest.mark.parametrize(
    ("at", "due"),
    [("2026-03-09T23:59", "2026-03-18"), ("2026-03-10T00:00", "2026-03-19"), ("2026-09-30T12:00", "2026-10-15")],
)
async def test_the_day_of_filing_is_the_day_in_lishui(store: Database, clock: Clock, at: str, due: str) -> None:
    clock.set(at)
    [order] = await WorkOrders(store).file([DRAFT])
    assert order.due_date.isoformat() == due
    assert order.number.startswith(f"LS{at[:10].replace('-', '')}-")


async def test_a_term_of_a_law_goes_before_the_urgency(store: Database, clock: Clock) -> None:
    [order] = await WorkOrders(store).file([CONSUMER])
    assert (order.special_period, order.due_date) == ("7wd", date(2026, 3, 18))


async def test_a_term_of_a_law_is_for_the_kinds_that_the_law_names(store: Database, clock: Clock) -> None:
    [order] = await WorkOrders(store).file([changed(CONSUMER, kind="consultation")])
    assert (order.special_period, order.due_date) == (None, date(2026, 3, 12))


async def test_a_decision_about_the_catalogue_counts_for_what_is_filed_afterwards(
    store: Database, clock: Clock
) -> None:
    before = catalogue()
    [earlier] = await WorkOrders(store).file([CONSUMER])
    try:
        use(Catalogue([Change(5, ("商贸旅游", "消费维权"), None, {"special_period": "60d"})]))
        [later] = await WorkOrders(store).file([changed(CONSUMER, key="later")])
    finally:
        use(before)
    assert (later.special_period, later.due_date) == ("60d", date(2026, 5, 8))
    assert (await row_of(store, later.number)).catalogue_version == 5
    assert (await row_of(store, earlier.number)).due_date == date(2026, 3, 18)


async def test_filing_the_same_draft_twice_gives_the_same_number(store: Database) -> None:
    first = await file(store)
    assert await file(store) == first
    assert await file(store, changed(DRAFT, description="anders")) == first
    assert len(await WorkOrders(store).own("me")) == 1
    assert len(await rows(store, OutboxRow)) == 1


async def test_filing_the_same_draft_at_the_same_moment_gives_one_order(
    store: Database, other_process: Database
) -> None:
    numbers = await asyncio.gather(*(file(place) for place in (store, other_process) * 4))
    assert len(set(numbers)) == 1
    assert len(await rows(store, WorkOrderRow)) == len(await rows(store, OutboxRow)) == 1


async def test_two_matters_become_two_orders(store: Database) -> None:
    first, second = await WorkOrders(store).file([DRAFT, POTHOLE])
    assert first.number != second.number
    assert [order.number for order in await WorkOrders(store).own("me")] == [second.number, first.number]


async def test_nothing_is_filed_when_one_of_two_drafts_fails(store: Database) -> None:
    with pytest.raises(KeyError):
        await WorkOrders(store).file([DRAFT, changed(POTHOLE, urgency="no such urgency")])
    assert await WorkOrders(store).own("me") == []
    assert await rows(store, OutboxRow) == []


async def test_the_json_of_an_order_has_the_shape_of_the_contracts(store: Database) -> None:
    [order] = await WorkOrders(store).file([DRAFT])
    shown = order.to_json()
    wanted = (
        "number status kind category unit region urgency due_date location description created_at rating supplements"
    )
    assert set(shown) >= set(wanted.split())
    assert date.fromisoformat(shown["due_date"]) == order.due_date
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", shown["created_at"])
    assert datetime.fromisoformat(shown["created_at"]) == order.created_at.replace(microsecond=0)
    assert [told["event"] for told in shown["history"]] == ["accepted"]
