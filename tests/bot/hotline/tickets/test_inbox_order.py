"""Reports may come out of order: what is too early waits."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import local_now
from bot.hotline.tickets.inbox import AppliedBefore, Inbox
from bot.hotline.workorders.life import MOVES
from bot.storage import Database
from bot.storage.queue import FROM_BACKEND
from tests.bot.hotline.tickets import Clock, file, happened_at, kinds, observations, row_of
from tests.bot.hotline.tickets.usual import OFFICE, USUAL, move, refusal, report, take

SOUND = {"text": "现场核实，已经停业", "sound": True}


async def test_an_event_that_comes_too_early_waits_and_is_listed(store: Database) -> None:
    number, at = await file(store), local_now()
    await take(store, number, "dispatched")
    assert await Inbox(store).take(report(number, "replied", at=at)) == "waiting"
    assert await Inbox(store).take(report(number, "closed")) == "waiting"
    assert (await row_of(store, number)).status == "dispatched"
    first, second = await Inbox(store).waiting()
    assert (first["id"], first["number"], first["kind"]) == (f"{number}/replied", number, "replied")
    assert (first["data"], first["who"], first["at"]) == (USUAL["replied"][1], OFFICE, at.isoformat())
    assert second["kind"] == "closed"


async def test_what_waited_is_applied_when_the_missing_event_has_come(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched")
    for kind in ("closed", "replied"):
        assert await Inbox(store).take(report(number, kind)) == "waiting"
    await take(store, number, "signed")
    assert (await kinds(store, number))[2:] == ["dispatched", "signed", "replied", "closed"]
    assert await Inbox(store).waiting() == []


async def test_what_waited_is_applied_when_an_operator_makes_the_missing_move(store: Database, clock: Clock) -> None:
    number = await file(store)
    await take(store, number, "dispatched")
    assert await Inbox(store).take(report(number, "replied")) == "waiting"
    await move(store, number, "signed")
    await Inbox(store).apply_due()
    assert (await row_of(store, number)).status == "in_progress"
    clock.move(minutes=2)
    await Inbox(store).apply_due()
    assert (await row_of(store, number)).status == "replied"
    assert await Inbox(store).waiting() == []


async def test_of_what_waits_in_vain_people_are_told_and_it_is_applied_all_the_same_when_it_fits(
    store: Database, clock: Clock
) -> None:
    number = await file(store)
    await take(store, number, "dispatched")
    assert await Inbox(store).take(report(number, "replied")) == "waiting"
    days = 0
    while not await observations(store, "dead_letter"):
        clock.move(hours=4)
        days += 1 / 6
        await Inbox(store).apply_due()
    [(subject, why)] = await observations(store, "dead_letter")
    assert (subject, why) == (number, f"still waits after {FROM_BACKEND.attempts} attempts: dispatched")
    assert days > 5
    assert [waiting["kind"] for waiting in await Inbox(store).waiting()] == ["replied"]
    await take(store, number, "signed")
    assert (await row_of(store, number)).status == "replied"
    assert await Inbox(store).waiting() == []


async def test_an_event_that_waits_or_has_waited_is_not_taken_again(store: Database) -> None:
    number = await file(store)
    await Inbox(store).take(report(number, "signed"))
    for _ in range(2):
        with pytest.raises(AppliedBefore):
            await Inbox(store).take(report(number, "signed"))
        if await Inbox(store).waiting():
            await take(store, number, "dispatched")
    assert (await kinds(store, number)).count("signed") == 1


async def test_what_waits_is_applied_by_its_time_whatever_its_offset(store: Database) -> None:
    number = await file(store)
    await happened_at(store, number, "accepted", local_now() - timedelta(hours=9))
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    early, late = local_now() - timedelta(hours=3), local_now() - timedelta(hours=2)
    # The text of the later time sorts before that of the earlier one.
    for at, due_date in ((late.astimezone(west), "2099-12-31"), (early.astimezone(east), "2098-12-31")):
        found = report(number, "extended", id=due_date, at=at, due_date=due_date)
        assert await Inbox(store).take(found) == "waiting"
    await take(store, number, "dispatched")
    await Inbox(store).take(report(number, "signed", at=local_now() - timedelta(hours=4)))
    assert await Inbox(store).waiting() == []
    assert (await row_of(store, number)).due_date.isoformat() == "2099-12-31"


async def test_a_report_that_may_not_wait_is_refused_and_can_come_again(store: Database) -> None:
    number = await file(store)
    assert await refusal(Inbox(store).take(report(number, "signed"), may_wait=False)) == "registered"
    assert await Inbox(store).waiting() == []
    await take(store, number, "dispatched", "signed")


async def test_a_unit_that_puts_right_before_it_verified_waits(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed", "replied", "closed", "reopened")
    assert await Inbox(store).take(report(number, "put_right")) == "waiting"
    await take(store, number, "verified")
    assert (await kinds(store, number))[-2:] == ["verified", "put_right"]


LIVES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "plain": [(kind, {}) for kind in ("dispatched", "signed", "replied", "closed")],
    "long": [
        (kind, {})
        for kind in ("dispatched", "co_units_named", "signed", "extended", "replied", "closed", "followed_up")
    ],
    "a return that was refused": [
        (kind, {}) for kind in ("dispatched", "return_asked", "return_refused", "signed", "replied", "closed")
    ],
    "put right": [
        (kind, {})
        for kind in ("dispatched", "signed", "replied", "closed", "reopened", "verified", "put_right", "closed")
    ],
    "explained": [
        *((kind, {}) for kind in ("dispatched", "signed", "replied", "closed", "reopened")),
        ("verified", SOUND),
        ("replied", {"text": "已经停业，请您放心"}),
        ("closed", {}),
    ],
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_life_that_is_reported_in_any_order_ends_like_the_one_in_order(
    store: Database, life: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    arrival = data.draw(st.permutations(range(len(life))))
    number, begun = await file(store), local_now() - timedelta(hours=2)
    await happened_at(store, number, "accepted", begun)
    for place in arrival:
        kind, values = life[place]
        at = begun + timedelta(minutes=place + 1)
        await Inbox(store).take(report(number, kind, id=f"{number}/{place}", at=at, **values))
    assert (await row_of(store, number)).status == "closed"
    happened, told = await kinds(store, number), [kind for kind, _ in life]
    for answer in ("replied", "put_right"):
        assert happened.count(answer) == told.count(answer)
    if not {"reopened", "extended"} & set(told):
        assert [kind for kind in happened[2:] if MOVES[kind].target] == [kind for kind in told if MOVES[kind].target]
