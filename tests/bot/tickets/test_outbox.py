"""Every case reaches the ticket backend once, in order, whatever dies when."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, literal, select
from sqlalchemy.exc import IntegrityError

from bot.metrics import OUTBOX
from bot.storage import Database
from bot.storage.tables import Media, OutboxRow, WorkOrderRow
from bot.tickets import outbox
from bot.tickets.outbox import ATTEMPTS, FIRST_WAIT, LEASE, LONGEST_WAIT, Letter, Outbox, claim, count
from bot.tickets.seam import Attachment, Case, CaseEvent, Rejected, Report, Unavailable
from bot.workorders import orders
from bot.workorders.life import HOTLINE, SERVICE, UNIT
from bot.workorders.orders import WorkOrders, file_one
from tests.bot.tickets import PERSON, Call, Clock, Recorder, draft, file, kinds, observations, row_of, settled


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(outbox, "local_now", clock)
    return clock


@pytest.fixture
def backend() -> Recorder:
    return Recorder()


@pytest.fixture
def relay(store: Database, backend: Recorder, clock: Clock) -> Outbox:
    return Outbox(store, backend)


async def all_done(relay: Outbox) -> int:
    """Makes rounds until nothing is due; gives how many attempts it took."""
    attempts = 0
    while made := await relay.deliver_due():
        attempts += made
    return attempts


async def letter(relay: Outbox, state: str | None = None) -> Letter:
    [only] = await relay.letters(state)
    return only


async def attempts_so_far(store: Database, attempts: int) -> None:
    def work(session: Any) -> None:
        for row in session.scalars(select(OutboxRow)):
            row.attempts = attempts

    await store.run(work)


# Together or not at all -----------------------------------------------------------------------------------------------


async def test_a_filed_case_waits_to_be_delivered(store: Database, relay: Outbox) -> None:
    number = await file(store)
    waiting = await letter(relay)
    assert (waiting.number, waiting.kind, waiting.state, waiting.attempts) == (number, "registered", "pending", 0)


async def test_a_case_that_could_not_be_filed_leaves_no_delivery(store: Database, relay: Outbox) -> None:
    with pytest.raises(KeyError):
        await WorkOrders(store).file([draft(), draft(urgency="no such urgency")])
    assert await relay.letters() == []

    def lost_at_the_end(session: Any) -> None:
        file_one(session, draft())
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await store.run(lost_at_the_end)
    assert await relay.letters() == []


async def test_without_its_delivery_a_case_is_not_filed_either(
    store: Database, relay: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await file(store)
    # The next case draws a number whose place in the outbox is taken.
    taken = await row_of(store, number)
    await store.run(
        lambda session: session.add(
            OutboxRow(key="LS20260309-222222", order_id=taken.id, kind="urged", next_try_at=taken.created_at)
        )
    )
    monkeypatch.setattr(orders, "new_number", lambda day: "LS20260309-222222")
    with pytest.raises(IntegrityError):
        await file(store)
    assert [order.number for order in await WorkOrders(store).own(PERSON)] == [number]


async def test_an_event_and_its_delivery_are_written_together_or_not_at_all(store: Database, relay: Outbox) -> None:
    number = await file(store)

    def lost(session: Any) -> None:
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await WorkOrders(store).move(number, "urged", "requester", also=lost)
    assert "urged" not in await kinds(store, number)
    assert len(await relay.letters()) == 1
    await WorkOrders(store).urge(number)
    assert [found.kind for found in await relay.letters()] == ["registered", "urged"]


async def test_what_requester_and_service_do_is_delivered_and_what_the_backend_did_itself_is_not(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    cases = WorkOrders(store)
    number = await file(store)
    await cases.supplement(number, "还有一个", PERSON)
    await cases.move(number, "dispatched", HOTLINE, {"unit": "莲都区综合行政执法局"})
    await cases.move(number, "signed", SERVICE)
    await cases.move(number, "replied", UNIT, {"text": "已经处理"})
    await cases.move(number, "closed", UNIT)
    await cases.rate(number, "dissatisfied")
    await all_done(relay)
    # The bad rating sends the case back by itself (Article 30).
    assert backend.told == [(what, number) for what in ("file", "supplemented", "signed", "rated", "reopened")]
    assert backend.events[0].data == {"text": "还有一个"}
    assert backend.events[2].data == {"rating": "dissatisfied"}


# Once, with everything ------------------------------------------------------------------------------------------------


async def test_a_case_is_delivered_once(store: Database, relay: Outbox, backend: Recorder) -> None:
    number = await file(store)
    assert await relay.deliver_due() == 1
    assert await relay.deliver_due() == 0
    assert backend.calls == [Call("file", number, number, again=False)]
    assert await relay.letters() == []
    assert (await letter(relay, "delivered")).number == number


async def test_the_number_that_the_backend_gave_is_kept_and_told_with_what_follows(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    number = await file(store)
    await WorkOrders(store).urge(number)
    await all_done(relay)
    assert (await row_of(store, number)).external_id == f"EXT-{number}"
    assert [case.external_id for case in backend.cases] == [None, f"EXT-{number}"]


async def test_the_backend_gets_everything_that_the_case_holds(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    known = {
        "category": ["城乡建设", "违法建设"],
        "unit": "莲都区综合行政执法局",
        "region": "莲都区",
        "location": "丽阳街",
    }
    sure = {"confidence": 0.82, "runner_up": ["城乡建设", "物业管理"], "occurred_at": "昨天", "urgency": "expedited"}
    await store.run(
        lambda session: session.add(
            Media(id="m1", visitor_id=PERSON, name="现场.png", content_type="image/png", size=1)
        )
    )
    number = await file(store, **known, **sure, immediate=True, confidential=False)
    await relay.deliver_due()
    [case] = backend.cases
    assert {name: getattr(case, name) for name in known | sure} == known | sure
    assert (case.number, case.name, case.phone) == (number, "王芳", "13812345678")
    assert (case.immediate, case.confidential, case.status, case.cluster) == (True, False, "registered", number)
    assert case.service_code == "0102"
    assert case.co_units == ["丽水市自然资源和规划局", "丽水市建设局"]
    assert case.due_date == (await row_of(store, number)).due_date
    assert case.attachments == [Attachment("m1", "现场.png", "image/png")]


# In order -------------------------------------------------------------------------------------------------------------


async def test_what_belongs_to_one_case_is_delivered_in_order_while_other_cases_go_on(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    slow, quick = await file(store), await file(store)
    for number in (slow, quick):
        await WorkOrders(store).supplement(number, "还有", PERSON)
        await WorkOrders(store).urge(number)

    async def fail(call: Call) -> None:
        if call.number == slow:
            raise Unavailable("away")

    backend.before = fail
    await all_done(relay)
    assert backend.told == [("file", slow), ("file", quick), ("supplemented", quick), ("urged", quick)]
    backend.before = None
    backend.calls.clear()
    clock.move(minutes=1)
    await all_done(relay)
    assert backend.told == [("file", slow), ("supplemented", slow), ("urged", slow)]


async def test_one_round_delivers_nothing_of_a_case_beside_what_comes_before_it(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    numbers = [await file(store) for _ in range(2)]
    for number in numbers:
        await WorkOrders(store).urge(number)
    assert await relay.deliver_due() == 2
    assert {call.what for call in backend.calls} == {"file"}
    assert await relay.deliver_due() == 2
    assert [call.what for call in backend.calls[2:]] == ["urged", "urged"]


# Failures -------------------------------------------------------------------------------------------------------------


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
        middle = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
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
    for attempts, state in ((ATTEMPTS - 2, "pending"), (ATTEMPTS - 1, "dead")):
        await attempts_so_far(store, attempts)
        backend.faults = [Unavailable("HTTP 502")]
        await relay.deliver_due()
        assert (await letter(relay)).state == state
        clock.move(hours=1)
    error = f"given up after {ATTEMPTS} attempts: HTTP 502"
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
    await attempts_so_far(store, ATTEMPTS - 1)
    assert await relay.deliver_due() == 0
    assert (await letter(relay)).state == "dead"
    assert [subject for subject, _ in await observations(store, "dead_letter")] == [number]


# Relays that die, and several of them ---------------------------------------------------------------------------------


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


# Running --------------------------------------------------------------------------------------------------------------


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
