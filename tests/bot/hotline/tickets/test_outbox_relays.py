"""Relays that die, wake up late, or work beside others deliver everything once."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.hotline.tickets import outbox
from bot.hotline.tickets.outbox import LEASE, Outbox, claim
from bot.hotline.tickets.seam import Case, CaseEvent, Rejected, Report
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import OutboxRow
from tests.bot.hotline.tickets import PERSON, Call, Clock, Recorder, file, observations, row_of, settled


async def test_a_relay_that_dies_after_the_backend_took_it_delivers_again_with_the_same_key(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    number = await file(store)
    [claimed] = await store.run(claim)
    await backend.file(claimed.case, claimed.key, again=False)
    # Here it dies. Until its claim runs out nobody else touches the case.
    assert await relay.deliver_due() == 0
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert await relay.deliver_due() == 1
    assert backend.calls == [Call("file", number, number, again=False), Call("file", number, number, again=True)]
    assert (await row_of(store, number)).external_id == f"EXT-{number}"


async def test_what_follows_a_claimed_delivery_waits_for_it(store: Database, relay: Outbox, clock: Clock) -> None:
    number = await file(store)
    await WorkOrders(store).urge(number)
    assert [delivery.kind for delivery in await store.run(claim)] == ["registered"]
    assert await store.run(claim) == []
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert [delivery.kind for delivery in await store.run(claim)] == ["registered"]


async def test_a_relay_that_is_stopped_in_the_middle_leaves_its_delivery_to_the_next(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    number = await file(store)
    asked = asyncio.Event()

    async def hang(call: Call) -> None:
        asked.set()
        await asyncio.Event().wait()

    backend.before = hang
    running = asyncio.create_task(relay.run())
    await asyncio.wait_for(asked.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    backend.before = None
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert await relay.deliver_due() == 1
    assert backend.calls[-1] == Call("file", number, number, again=True)


async def test_a_relay_that_wakes_up_late_does_not_undo_what_another_has_delivered(
    store: Database, relay: Outbox, clock: Clock
) -> None:
    number = await file(store)
    asked, released = asyncio.Event(), asyncio.Event()

    async def sleep(call: Call) -> None:
        asked.set()
        await released.wait()
        raise Rejected("known already")

    sleeper = asyncio.create_task(Outbox(store, Recorder(before=sleep)).deliver_due())
    await asyncio.wait_for(asked.wait(), 60)
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert await relay.deliver_due() == 1
    released.set()
    await sleeper
    assert await relay.letters() == []
    assert await observations(store, "dead_letter") == []
    assert (await row_of(store, number)).external_id == f"EXT-{number}"


class Counting:
    """A backend that fails if it is told the same thing, or two things about one case, at the same time."""

    name = "counting"

    def __init__(self) -> None:
        self.told: list[str] = []
        self.clashes: list[str] = []
        self.relays: dict[str, set[int]] = {}
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    async def file(self, case: Case, key: str, again: bool) -> str:
        await self._note(case.number, key)
        return case.number

    async def tell(self, case: Case, event: CaseEvent, key: str, again: bool) -> None:
        await self._note(case.number, key)

    async def reports(self, cases: Sequence[Case]) -> list[Report]:
        return []

    async def close(self) -> None:
        return None

    async def _note(self, number: str, key: str) -> None:
        with self._lock:
            if number in self._under_way:
                self.clashes.append(key)
            self._under_way.add(number)
        for _ in range(20):
            await asyncio.sleep(0)
        with self._lock:
            self._under_way.discard(number)
            self.told.append(key)


async def test_two_relays_at_once_deliver_everything_once_and_nothing_at_the_same_time(store: Database) -> None:
    numbers = [await file(store) for _ in range(25)]
    for number in numbers[:15]:
        await WorkOrders(store).supplement(number, "还有", PERSON)
        await WorkOrders(store).urge(number)
    wanted = await store.run(lambda session: list(session.scalars(select(OutboxRow.key).order_by(OutboxRow.id))))
    backend = Counting()
    barrier = threading.Barrier(2)

    async def work() -> None:
        own = Database(store.url)
        relay = Outbox(own, backend)
        barrier.wait(60)
        async with asyncio.timeout(120):
            while await relay.letters("pending"):
                await relay.deliver_due()
        own.engine.dispose()

    await asyncio.gather(*(asyncio.to_thread(asyncio.run, work()) for _ in range(2)))
    assert backend.clashes == []
    assert sorted(backend.told) == sorted(wanted)
    for number in numbers[:15]:
        mine = [key for key in backend.told if key.startswith(number)]
        assert mine == [key for key in wanted if key.startswith(number)]


async def test_two_claims_at_once_never_get_the_same_delivery(store: Database) -> None:
    for _ in range(10):
        await file(store)
    other = Database(store.url)
    first, second = await asyncio.gather(store.run(claim), other.run(claim))
    ids = [delivery.id for delivery in (*first, *second)]
    assert len(ids) == len(set(ids)) > 0
    other.engine.dispose()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_a_claim_does_not_wait_for_one_that_is_under_way(store: Database) -> None:
    """SQLite lets one writer in at a time."""
    numbers, other = [await file(store) for _ in range(4)], Database(store.url)
    with store.transaction() as session:
        first = claim(session, 2)
        session.flush()
        second = await asyncio.wait_for(other.run(claim), 60)
    other.engine.dispose()
    assert [delivery.case.number for delivery in first] == numbers[:2]
    assert [delivery.case.number for delivery in second] == numbers[2:]


class Flaky(Database):
    """A store that is away for the first transactions."""

    away = 2

    async def run(self, work: Any) -> Any:
        if self.away:
            self.away -= 1
            raise ConnectionError("the store is away")
        return await super().run(work)


async def test_a_running_relay_delivers_what_comes_and_survives_a_store_that_is_away(
    store: Database, backend: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "IDLE", 0.001)
    flaky = Flaky(store.url)
    running = asyncio.create_task(Outbox(flaky, backend).run())
    numbers = [await file(store) for _ in range(3)]

    async def arrived() -> bool:
        return len(backend.cases) == 3

    await settled(arrived)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    flaky.engine.dispose()
    assert flaky.away == 0
    assert sorted(case.number for case in backend.cases) == sorted(numbers)
