"""Whoever tries telephones for somebody's order is slowed down and stopped, in whatever way the tries are spread."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.dialogue.visitors import Visitors
from bot.hotline.guesses import FREE, TooManyGuesses, forget
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Guesses, now
from tests.bot.hotline.tickets import draft

PHONE = "13812345678"
NOBODYS = "LS20260309-222222"


@pytest.fixture
def phones() -> Iterator[str]:
    """Telephones of which only the last four digits are guessed."""
    return (f"1381234{n:04}" for n in itertools.count() if n != 5678)


async def file(store: Database) -> str:
    [order] = await WorkOrders(store).file([draft(visitor_id="owner")])
    return order.number


async def later(store: Database, seconds: float) -> None:
    """Time passes for the counts."""
    shift = timedelta(seconds=seconds)

    def work(session: Database) -> None:
        for count in session.scalars(select(Guesses)):
            count.last_at = count.last_at - shift

    await store.run(work)


async def guess(store: Database, number: str, visitor_id: str, phone: str) -> int:
    """Seconds that the guesser is told to wait; 0 when it was looked up and wrong."""
    try:
        assert await WorkOrders(store).find(number, visitor_id, phone) is None
    except TooManyGuesses as refused:
        return refused.seconds
    return 0


@pytest.mark.parametrize("known", [True, False])
async def test_four_hundred_guesses_from_twenty_sessions_try_a_handful(
    store: Database, phones: Iterator[str], known: bool
) -> None:
    number = await file(store) if known else NOBODYS
    waits = [await guess(store, number, f"session {n % 20}", next(phones)) for n in range(400)]
    assert waits.count(0) == FREE["order"]
    with pytest.raises(TooManyGuesses):
        await WorkOrders(store).find(number, "a fresh session", PHONE)


async def test_guesses_at_the_same_moment_are_counted_one_by_one(store: Database, phones: Iterator[str]) -> None:
    number = await file(store)
    waits = await asyncio.gather(*(guess(store, number, f"session {n}", next(phones)) for n in range(40)))
    assert waits.count(0) == FREE["order"]


async def test_a_new_start_forgets_no_guess(store: Database, phones: Iterator[str]) -> None:
    number = await file(store)
    for _ in range(FREE["order"]):
        await guess(store, number, "somebody", next(phones))
    again = Database(store.url)
    assert await guess(again, number, "somebody", next(phones)) > 0
    again.engine.dispose()


async def test_who_goes_on_waits_longer_and_longer(store: Database, phones: Iterator[str]) -> None:
    number, waits = await file(store), []
    for _ in range(FREE["order"] + 6):
        if wait := await guess(store, number, "somebody", next(phones)):
            waits.append(wait)
            await later(store, wait + 1)
            await guess(store, number, "somebody", next(phones))
    assert waits == sorted(waits) and waits[0] <= 60 and waits[-1] > 3600


async def test_one_person_cannot_try_one_telephone_after_the_other_at_many_orders(
    store: Database, phones: Iterator[str]
) -> None:
    waits = [await guess(store, f"LS20260309-2222{n:02}", "somebody", next(phones)) for n in range(50)]
    assert waits.count(0) == FREE["person"]


async def test_one_address_cannot_either_with_many_sessions(store: Database, phones: Iterator[str]) -> None:
    people = [(await Visitors(store).open("web", "203.0.113.7")).id for _ in range(60)]
    waits = [await guess(store, f"LS20260309-2222{n:02}", person, next(phones)) for n, person in enumerate(people)]
    assert waits.count(0) == FREE["address"]
    elsewhere = (await Visitors(store).open("web", "203.0.113.8")).id
    assert await guess(store, NOBODYS, elsewhere, next(phones)) == 0


async def test_the_owner_sees_the_order_also_while_others_guess(store: Database, phones: Iterator[str]) -> None:
    number = await file(store)
    for _ in range(50):
        await guess(store, number, "somebody", next(phones))
    assert await WorkOrders(store).find(number, "owner") is not None


async def test_who_mistypes_the_telephone_now_and_then_is_never_held_up(store: Database, phones: Iterator[str]) -> None:
    number = await file(store)
    for day in range(5):
        assert [await guess(store, number, f"day {day}", next(phones)) for _ in range(3)] == [0, 0, 0]
        assert await WorkOrders(store).find(number, f"day {day}", PHONE) is not None
        await later(store, 24 * 3600 + 1)


async def test_old_guesses_are_deleted(store: Database, phones: Iterator[str]) -> None:
    await guess(store, NOBODYS, "somebody", next(phones))
    await store.run(forget)
    kept = select(func.count()).select_from(Guesses)
    assert await store.read(lambda session: session.scalar(kept)) == 2
    await store.run(lambda session: session.execute(update(Guesses).values(last_at=now() - timedelta(days=2))))
    await store.run(forget)
    assert await store.read(lambda session: session.scalar(kept)) == 0
