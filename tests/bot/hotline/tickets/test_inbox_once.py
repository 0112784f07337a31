"""A report is applied once; one that does not fit is refused with the reason."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import local_now
from bot.hotline.tickets.inbox import AppliedBefore, Inbox, UnknownNumber
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from tests.bot.hotline.tickets import event_of, file, happened_at, kinds, row_of
from tests.bot.hotline.tickets.usual import OFFICE, refusal, report, take


async def test_a_report_moves_the_order_and_tells_who_did_it_and_when(store: Database) -> None:
    number = await file(store)
    await happened_at(store, number, "accepted", local_now() - timedelta(hours=2))
    at = local_now() - timedelta(hours=1)
    assert await Inbox(store).take(replace(report(number, "dispatched", at=at), who="坐席07")) == "applied"
    found, event = await row_of(store, number), await event_of(store, number, "dispatched")
    assert (found.status, found.unit) == ("dispatched", OFFICE)
    assert (event.actor, event.who, event.data, event.created_at) == ("hotline", "坐席07", {"unit": OFFICE}, at)


async def test_an_event_that_was_applied_is_not_applied_again(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed")
    before = await kinds(store, number)
    for kind in ("dispatched", "signed", "replied"):
        with pytest.raises(AppliedBefore):
            await Inbox(store).take(report(number, kind, id=f"{number}/signed"))
    assert await kinds(store, number) == before


async def test_the_same_event_twice_at_the_same_moment_is_applied_once(store: Database) -> None:
    number, other = await file(store), Database(store.url)
    await take(store, number, "dispatched", "signed")
    extended = report(number, "extended")
    for due_date in ("2098-12-31", "2099-12-31"):
        again = replace(extended, id=due_date, data={**extended.data, "due_date": due_date})
        taken = (Inbox(place).take(again) for place in (store, other) * 3)
        results = await asyncio.gather(*taken, return_exceptions=True)
        assert [result for result in results if not isinstance(result, AppliedBefore)] == ["applied"]
    assert (await kinds(store, number)).count("extended") == 2
    other.engine.dispose()


async def test_an_id_counts_for_all_orders_also_at_the_same_moment(store: Database) -> None:
    other = Database(store.url)
    for turn in range(5):
        numbers = [await file(store), await file(store)]
        taken = (
            Inbox(place).take(report(number, "dispatched", id=f"e-{turn}"))
            for place, number in zip((store, other), numbers, strict=True)
        )
        results = await asyncio.gather(*taken, return_exceptions=True)
        assert sorted(map(type, results), key=str) == [AppliedBefore, str]
        assert sorted([(await row_of(store, number)).status for number in numbers]) == ["dispatched", "registered"]
    other.engine.dispose()


async def test_two_events_at_the_same_moment_are_both_applied(store: Database) -> None:
    number, other = await file(store), Database(store.url)
    await take(store, number, "dispatched", "signed")
    named, supervised = report(number, "co_units_named"), report(number, "supervised")
    results = await asyncio.gather(Inbox(store).take(named), Inbox(other).take(supervised))
    assert results == ["applied", "applied"]
    assert set((await kinds(store, number))[-2:]) == {"co_units_named", "supervised"}
    other.engine.dispose()


async def test_a_move_that_several_report_at_the_same_moment_is_made_once(store: Database) -> None:
    number, other = await file(store), Database(store.url)
    await take(store, number, "dispatched")
    taken = (
        Inbox(place).take(report(number, "signed", id=f"e-{turn}")) for turn, place in enumerate((store, other) * 4)
    )
    results = await asyncio.gather(*taken, return_exceptions=True)
    assert results.count("applied") == 1
    assert (await kinds(store, number)).count("signed") == 1
    other.engine.dispose()


async def test_an_unknown_number_is_told(store: Database) -> None:
    with pytest.raises(UnknownNumber, match="LS20260309-222222"):
        await Inbox(store).take(report("LS20260309-222222", "signed"))


async def test_an_illegal_move_is_told_with_the_reason_and_can_be_mended_and_sent_again(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed")
    bad = report(number, "extended", id="e-1", due_date="2020-01-01")
    assert await refusal(Inbox(store).take(bad)) == "due_date_not_later"
    assert (await row_of(store, number)).status == "in_progress"
    assert await Inbox(store).take(report(number, "extended", id="e-1")) == "applied"
    assert (await row_of(store, number)).due_date.isoformat() == "2099-12-31"


async def test_a_second_request_to_return_an_order_is_an_illegal_move(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "return_asked", "return_refused")
    assert await refusal(Inbox(store).take(report(number, "return_asked", id="again"))) == "return_asked_already"
    assert await Inbox(store).waiting() == []


@pytest.mark.parametrize("kind", ["dispatched", "signed", "replied", "closed", "reopened", "verified"])
async def test_an_event_for_a_withdrawn_order_is_refused(store: Database, kind: str) -> None:
    number = await file(store)
    await WorkOrders(store).withdraw(number)
    assert await refusal(Inbox(store).take(report(number, kind))) == "withdrawn"
    assert await Inbox(store).waiting() == []
