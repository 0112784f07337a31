"""The durable queue: each row is worked off by one process at a time, in the order of its key, and none is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Integer, String, select

from bot.clock import local_now
from bot.storage import Database, queue
from bot.storage.mapping import Base, Mapped, mapped_column
from bot.storage.queue import Backoff, Lease, Queue, Queued, measure, measured, work_off
from bot.storage.types import Instant

LEASE = timedelta(seconds=45)
PATIENT = Backoff(first=1, longest=60, attempts=4)


class Errand(Queued, Base):
    """A table of the tests: errands of persons."""

    __tablename__ = "test_errands"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[str] = mapped_column(String(16), nullable=False)


class Runner(Base):
    """Who does errands; one process at a time sends a runner out."""

    __tablename__ = "test_runners"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    out_until: Mapped[datetime | None] = mapped_column(Instant)


TABLES = [Errand.__table__, Runner.__table__]
for table in TABLES:
    # The service's own schema is compared with the metadata elsewhere.
    Base.metadata.remove(table)


@pytest.fixture
def errands(store: Database) -> Iterator[Database]:
    """A store with the tables of the tests."""
    for table in TABLES:
        table.create(store.engine)
    yield store
    for table in TABLES:
        table.drop(store.engine)


class Clock:
    def __init__(self) -> None:
        self.now = local_now()

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta | float) -> None:
        self.now += by if isinstance(by, timedelta) else timedelta(seconds=by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the queue, standing still until it is moved."""
    clock = Clock()
    monkeypatch.setattr(queue, "local_now", clock)
    return clock


def make(**values: Any) -> Queue[Errand]:
    return Queue("errands", Errand, PATIENT, LEASE, **values)


def add(store: Database, *persons: str, **values: Any) -> None:
    past = queue.local_now() - timedelta(seconds=1)
    with store.transaction() as session:
        for person in persons:
            session.add(Errand(person=person, **{"next_try_at": past, **values}))
            session.flush()


def claim(store: Database, errand: Queue[Errand], most: int = 10) -> list[int]:
    with store.transaction() as session:
        return [row.id for row in errand.claim(session, most)]


def finish(store: Database, errand: Queue[Errand], id_: int) -> None:
    with store.transaction() as session:
        errand.done(errand.waiting(session, id_), "done")


def fail(store: Database, errand: Queue[Errand], id_: int, why: str = "nobody at home") -> bool:
    with store.transaction() as session:
        row = errand.waiting(session, id_)
        if errand.retry(row, why):
            return True
        errand.bury(session, row, why)
        return False


def row(store: Database, id_: int) -> Any:
    with store.transaction() as session:
        found = session.get(Errand, id_)
        session.expunge(found)
        return found


# Claims ---------------------------------------------------------------------------------------------------------------


def test_threads_of_several_processes_never_claim_the_same_row(errands: Database) -> None:
    add(errands, *(str(n) for n in range(60)))
    stores = [Database(errands.url) for _ in range(4)]
    barrier, taken, lock = threading.Barrier(8), [], threading.Lock()

    def work(number: int) -> None:
        barrier.wait(60)
        while mine := claim(stores[number % 4], make(), 3):
            with lock:
                taken.extend(mine)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(taken) == list(range(1, 61))
    for store in stores:
        store.engine.dispose()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_claim_does_not_wait_for_another_that_is_open(errands: Database) -> None:
    """SQLite has one writer, and the second waits for the first."""
    add(errands, "a", "b", "c", "d")
    with errands.transaction() as session:
        first = [row.id for row in make().claim(session, 2)]
        assert (first, claim(errands, make())) == ([1, 2], [3, 4])


def test_who_dies_with_a_claim_leaves_it_to_the_others_when_the_lease_has_run_out(
    errands: Database, clock: Clock
) -> None:
    add(errands, "a")
    assert claim(errands, make()) == [1]
    clock.move(LEASE - timedelta(seconds=1))
    assert claim(errands, make()) == []
    clock.move(1)
    assert claim(errands, make()) == [1]
    assert row(errands, 1).attempts == 2


def test_what_was_left_comes_behind_what_became_due_meanwhile(errands: Database, clock: Clock) -> None:
    add(errands, "a")
    assert claim(errands, make()) == [1]
    clock.move(LEASE - timedelta(seconds=10))
    add(errands, "b")
    clock.move(20)
    assert claim(errands, make()) == [2, 1]


def test_who_is_alive_keeps_the_claim(errands: Database, clock: Clock) -> None:
    add(errands, "a", "b")
    claim(errands, make())
    clock.move(LEASE - timedelta(seconds=1))
    with errands.transaction() as session:
        make().renew(session, [1])
    clock.move(2)
    assert claim(errands, make()) == [2]


def test_a_worker_that_wakes_up_late_undoes_nothing(errands: Database, clock: Clock) -> None:
    add(errands, "a")
    claim(errands, make())
    clock.move(LEASE)
    claim(errands, make())
    with errands.transaction() as session:
        assert make().waiting(session, 1, attempt=1) is None
        assert make().waiting(session, 1, attempt=2) is not None
    finish(errands, make(), 1)
    with errands.transaction() as session:
        assert make().waiting(session, 1, attempt=2) is None


def test_a_claim_of_a_transaction_that_failed_is_none(errands: Database) -> None:
    add(errands, "a")

    def dies() -> None:
        with errands.transaction() as session:
            make().claim(session, 1)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        dies()
    assert claim(errands, make()) == [1]
    assert row(errands, 1).attempts == 1


# Order ----------------------------------------------------------------------------------------------------------------


def test_the_rows_of_one_key_go_one_after_the_other_and_hold_up_no_other(errands: Database, clock: Clock) -> None:
    errand = make(key=("person",))
    add(errands, "a", "a", "b", "a")
    assert claim(errands, errand) == [1, 3]
    assert claim(errands, errand) == []
    fail(errands, errand, 1)
    finish(errands, errand, 3)
    assert claim(errands, errand) == []
    clock.move(2)
    assert claim(errands, errand) == [1]
    finish(errands, errand, 1)
    assert claim(errands, errand) == [2]
    finish(errands, errand, 2)
    assert claim(errands, errand) == [4]


def test_what_is_held_holds_up_its_key(errands: Database) -> None:
    errand = make(key=("person",), held=("held",))
    add(errands, "a", state="held")
    add(errands, "a", "b")
    assert claim(errands, errand) == [3]
    with errands.transaction() as session:
        assert errand.head(session, "a").id == 1
        assert not errand.is_due(errand.head(session, "a"))
        errand.head(session, "a").state = "pending"
    assert claim(errands, errand) == [1]


def test_a_dead_letter_lets_what_follows_pass(errands: Database) -> None:
    errand = make(key=("person",))
    add(errands, "a", "a")
    claim(errands, errand)
    with errands.transaction() as session:
        errand.bury(session, errand.waiting(session, 1), "no such house")
    assert claim(errands, errand) == [2]


# Failures -------------------------------------------------------------------------------------------------------------


def test_the_waits_double_up_to_the_longest_and_are_spread() -> None:
    backoff = Backoff(first=2, longest=30, attempts=500)
    for attempts, middle in ((1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (400, 30)):
        waits = {backoff.wait(attempts).total_seconds() for _ in range(20)}
        assert all(0.75 * middle <= wait <= 1.25 * middle for wait in waits)
        assert len(waits) > 1


def test_after_the_last_attempt_it_is_a_dead_letter_that_people_see(errands: Database, clock: Clock) -> None:
    seen: list[tuple[str, str]] = []
    errand = make(on_dead=lambda session, row, error: seen.append((row.person, error)))
    add(errands, "a")
    waits = []
    for attempt in range(1, PATIENT.attempts + 1):
        assert claim(errands, errand) == [1]
        again = fail(errands, errand, 1)
        assert again == (attempt < PATIENT.attempts)
        if again:
            waits.append((row(errands, 1).next_try_at - clock.now).total_seconds())
            clock.now = row(errands, 1).next_try_at
    assert waits == sorted(waits) and waits[-1] >= 3
    dead = row(errands, 1)
    assert (dead.state, dead.attempts, dead.error) == ("dead", PATIENT.attempts, "nobody at home")
    assert seen == [("a", "nobody at home")]
    clock.move(timedelta(days=30))
    assert claim(errands, errand) == []


def test_what_kills_everybody_who_claims_it_is_given_up_too(errands: Database, clock: Clock) -> None:
    add(errands, "a")
    for _ in range(PATIENT.attempts):
        assert claim(errands, make()) == [1]
        clock.move(LEASE)
    assert claim(errands, make()) == []
    assert row(errands, 1).state == "dead"
    assert row(errands, 1).error == f"given up after {PATIENT.attempts} attempts: no outcome"


def test_a_dead_letter_is_taken_up_again_when_somebody_wants_it(errands: Database) -> None:
    errand = make()
    add(errands, "a", "b", "c", state="dead", attempts=4)
    with errands.transaction() as session:
        assert errand.revive(session, [2]) == 1
    assert claim(errands, errand) == [2]
    with errands.transaction() as session:
        assert errand.revive(session) == 2
        assert errand.revive(session) == 0
    assert claim(errands, errand) == [1, 3]


def test_a_long_error_is_cut_and_goes_when_it_is_done(errands: Database) -> None:
    add(errands, "a")
    fail(errands, make(), 1, "x" * 5000)
    assert row(errands, 1).error == "x" * 500
    finish(errands, make(), 1)
    assert (row(errands, 1).state, row(errands, 1).error) == ("done", None)


def test_what_waits_is_due_at_once_when_it_is_released(errands: Database, clock: Clock) -> None:
    add(errands, "a", "b", next_try_at=clock.now + timedelta(hours=6))
    with errands.transaction() as session:
        make().release(session, Errand.person == "a")
    assert claim(errands, make()) == [1]


# Leases ---------------------------------------------------------------------------------------------------------------


def test_one_process_has_a_row_until_it_gives_it_back_or_the_lease_runs_out(errands: Database, clock: Clock) -> None:
    lease: Lease[Runner] = Lease(Runner.out_until, LEASE)
    with errands.transaction() as session:
        session.add_all(Runner(id=n) for n in (1, 2))

    def take() -> list[int]:
        with errands.transaction() as session:
            return [runner.id for runner in lease.claim(session, select(Runner).order_by(Runner.id), 1)]

    assert [take(), take(), take()] == [[1], [2], []]
    with errands.transaction() as session:
        assert lease.held(session.get(Runner, 1))
        lease.free(session.get(Runner, 1))
        assert not lease.held(session.get(Runner, 1))
    assert [take(), take()] == [[1], []]
    clock.move(LEASE)
    assert [take(), take(), take()] == [[1], [2], []]


# Figures and the loop -------------------------------------------------------------------------------------------------


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"queue": "errands", **labels}) or 0.0


def test_what_waits_what_is_dead_and_what_was_tried_is_counted(
    errands: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_measured", [])
    errand = measured(make())
    before = {result: figure("hotline_queue_attempts_total", result=result) for result in ("done", "retry", "dead")}
    add(errands, "a", "b", "c", "d")
    claim(errands, errand)
    finish(errands, errand, 1)
    fail(errands, errand, 2)
    with errands.transaction() as session:
        errand.bury(session, errand.waiting(session, 3), "no such house")
        assert errand.count(session) == {"pending": 2, "dead": 1}
        measure(session)
    assert (figure("hotline_queue", state="pending"), figure("hotline_queue", state="dead")) == (2, 1)
    for result in before:
        assert figure("hotline_queue_attempts_total", result=result) == before[result] + 1


async def test_the_loop_goes_on_after_trouble_and_idles_only_without_work(caplog: pytest.LogCaptureFixture) -> None:
    outcomes: list[Any] = [2, ConnectionError("the store is away"), 0, 1, 0]
    idled_after = []

    async def look() -> int:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return int(outcome)

    async def idle() -> None:
        idled_after.append(5 - len(outcomes))
        if not outcomes:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await work_off(look, idle, "errands could not be read")
    assert idled_after == [2, 3, 5]
    assert "errands could not be read" in caplog.text


def test_the_service_waits_longer_from_attempt_to_attempt_everywhere() -> None:
    for backoff in (queue.TO_BACKEND, queue.TO_PLATFORM, queue.FROM_PLATFORM, queue.FROM_BACKEND):
        assert 0 < backoff.first < backoff.longest and backoff.attempts > 1
        assert replace(backoff, attempts=2).wait(1) < backoff.wait(10)
