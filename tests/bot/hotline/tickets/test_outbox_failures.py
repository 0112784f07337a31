"""A delivery that fails is tried again, given up at last, and seen by people."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, literal, select

from bot.hotline.tickets import outbox
from bot.hotline.tickets.outbox import Outbox, count
from bot.hotline.tickets.seam import Rejected, Unavailable
from bot.hotline.workorders.orders import WorkOrders
from bot.metrics import OUTBOX
from bot.storage import Database
from bot.storage.queue import TO_BACKEND
from bot.storage.tables import OutboxRow, WorkOrderRow
from tests.bot.hotline.tickets import PERSON, Call, Clock, Recorder, file, observations
from tests.bot.hotline.tickets.letters import all_done, letter


async def attempts_so_far(store: Database, attempts: int) -> None:
    def work(session: Any) -> None:
        for row in session.scalars(select(OutboxRow)):
            row.attempts = attempts

    await store.run(work)


async def test_a_backend_that_is_away_is_tried_again_later_with_the_same_key(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    number = await file(store)
    backend.faults = [Unavailable("HTTP 502")]
    await relay.deliver_due()
    waiting = await letter(relay)
    assert (waiting.state, waiting.attempts, waiting.error) == ("pending", 1, "HTTP 502")
    assert waiting.next_try_at > clock.now
    assert await relay.deliver_due() == 0
    clock.now = waiting.next_try_at
    assert await relay.deliver_due() == 1
    assert backend.calls == [Call("file", number, number, again=False), Call("file", number, number, again=True)]
    assert (await letter(relay, "delivered")).error is None


async def test_an_event_keeps_its_key_too(store: Database, relay: Outbox, backend: Recorder, clock: Clock) -> None:
    number = await file(store)
    await relay.deliver_due()
    await WorkOrders(store).urge(number)
    await WorkOrders(store).supplement(number, "还有", PERSON)
    backend.calls.clear()
    backend.faults = [Unavailable("away")]
    await all_done(relay)
    clock.move(minutes=1)
    await all_done(relay)
    first, second, third = backend.calls
    assert (first.what, first.again, second.what, second.again) == ("urged", False, "urged", True)
    assert first.key == second.key
    assert len({first.key, third.key, number}) == 3


async def test_the_waits_grow_from_attempt_to_attempt_up_to_the_longest(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    await file(store)
    waits = []
    for _ in range(14):
        backend.faults = [Unavailable("away")]
        assert await relay.deliver_due() == 1
        waits.append(((await letter(relay)).next_try_at - clock.now).total_seconds())
        clock.now = (await letter(relay)).next_try_at
    for attempt, wait in enumerate(waits):
        middle = min(TO_BACKEND.first * 2**attempt, TO_BACKEND.longest)
        assert 0.75 * middle <= wait <= 1.25 * middle
    assert waits[:8] == sorted(waits[:8])


async def test_what_failed_together_does_not_come_back_together(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    for _ in range(8):
        await file(store)
    backend.faults = [Unavailable("away") for _ in range(8)]
    await relay.deliver_due()
    assert len({found.next_try_at for found in await relay.letters()}) > 4


async def test_what_the_backend_will_never_take_becomes_a_dead_letter_that_is_seen(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    number = await file(store)
    backend.faults = [Rejected("no such service")]
    await relay.deliver_due()
    dead = await letter(relay, "dead")
    assert (dead.number, dead.error) == (number, "no such service")
    assert await relay.letters() == [dead]
    assert await observations(store, "dead_letter") == [(number, "no such service")]
    clock.move(days=30)
    assert await relay.deliver_due() == 0


async def test_a_dead_letter_is_sent_again_when_an_operator_wants_it(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    first, second = await file(store), await file(store)
    backend.faults = [Rejected("no such service"), Rejected("no such service")]
    await relay.deliver_due()
    dead = {found.number: found.id for found in await relay.letters("dead")}
    assert await relay.send_again([dead[second]]) == 1
    backend.calls.clear()
    await all_done(relay)
    assert backend.calls == [Call("file", second, second, again=True)]
    assert await relay.send_again() == 1
    await all_done(relay)
    assert backend.calls[1:] == [Call("file", first, first, again=True)]
    assert await relay.letters() == []
    assert await relay.send_again() == 0


async def test_only_dead_letters_are_sent_again(store: Database, relay: Outbox, backend: Recorder) -> None:
    await file(store)
    assert await relay.send_again() == 0
    await relay.deliver_due()
    assert await relay.send_again([(await letter(relay, "delivered")).id]) == 0
    assert await relay.deliver_due() == 0


async def test_an_attempt_that_hangs_counts_as_failed(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "TIMEOUT", 0.01)

    async def hang(call: Call) -> None:
        await asyncio.Event().wait()

    number, backend.before = await file(store), hang
    await relay.deliver_due()
    waiting = await letter(relay)
    assert (waiting.state, waiting.error) == ("pending", "no answer in time")
    backend.before = None
    clock.move(minutes=1)
    await relay.deliver_due()
    assert backend.calls[-1] == Call("file", number, number, again=True)


async def test_a_fault_of_the_backends_own_code_is_tried_again_and_holds_up_nobody(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    numbers = [await file(store) for _ in range(2)]
    backend.faults = [ZeroDivisionError("oh")]
    await relay.deliver_due()
    [waiting] = await relay.letters()
    assert (waiting.state, waiting.error) == ("pending", "ZeroDivisionError: oh")
    clock.move(minutes=1)
    await relay.deliver_due()
    assert {case.number for case in backend.cases} == set(numbers)


async def test_after_the_last_attempt_a_delivery_is_given_up(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    number = await file(store)
    for attempts, state in ((TO_BACKEND.attempts - 2, "pending"), (TO_BACKEND.attempts - 1, "dead")):
        await attempts_so_far(store, attempts)
        backend.faults = [Unavailable("HTTP 502")]
        await relay.deliver_due()
        assert (await letter(relay)).state == state
        clock.move(hours=1)
    error = f"given up after {TO_BACKEND.attempts} attempts: HTTP 502"
    assert (await letter(relay)).error == error
    assert await observations(store, "dead_letter") == [(number, error)]
    assert await relay.deliver_due() == 0


async def test_a_case_that_cannot_be_read_holds_up_no_other(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    """A row from a backup with another key, for example."""
    broken, whole = await file(store), await file(store)
    table = WorkOrderRow.__table__
    [description] = await store.run(lambda session: session.execute(select(table.c.description)).first())

    async def write(value: Any) -> None:
        query = table.update().where(table.c.number == broken).values(description=value)
        await store.run(lambda session: session.execute(query))

    await write(literal(b"no such text", LargeBinary()))
    await all_done(relay)
    assert backend.told == [("file", whole)]
    waiting = await letter(relay)
    assert (waiting.number, waiting.state, waiting.attempts) == (broken, "pending", 1)
    assert waiting.error is not None and "InvalidToken" in waiting.error
    await write(description)
    clock.move(minutes=1)
    await all_done(relay)
    assert backend.told == [("file", whole), ("file", broken)]


async def test_a_case_that_can_never_be_read_is_given_up_too(store: Database, relay: Outbox, backend: Recorder) -> None:
    number = await file(store)
    table = WorkOrderRow.__table__
    broken = table.update().values(description=literal(b"no such text", LargeBinary()))
    await store.run(lambda session: session.execute(broken))
    await attempts_so_far(store, TO_BACKEND.attempts - 1)
    assert await relay.deliver_due() == 0
    assert (await letter(relay)).state == "dead"
    assert [subject for subject, _ in await observations(store, "dead_letter")] == [number]


async def test_what_waits_and_what_is_dead_is_counted_for_the_dashboard(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    assert await store.run(count) == {"pending": 0, "dead": 0}
    for _ in range(3):
        await file(store)
    backend.faults = [Rejected("no"), Unavailable("away")]
    await relay.deliver_due()
    assert await store.run(count) == {"pending": 1, "dead": 1}
    assert OUTBOX.labels("dead")._value.get() == 1
    assert await store.run(lambda session: session.scalar(select(func.count()).select_from(WorkOrderRow))) == 3


async def test_a_long_error_is_cut(store: Database, relay: Outbox, backend: Recorder) -> None:
    await file(store)
    backend.faults = [Unavailable("x" * 5000)]
    await relay.deliver_due()
    assert (await letter(relay)).error == "x" * 500
