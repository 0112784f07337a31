"""The one durable queue (持久队列): rows that are to be worked off, each by one process at a time, whatever dies when.

A table takes part by the columns of `Queued`. What waits is due at ``next_try_at``. A claim counts the attempt and puts
that moment off by the lease: if the process dies, the row is due again when the lease has run out, behind what became
due meanwhile. What failed comes back after a wait that doubles; after the last attempt it is a dead letter (死信), which
people see. With a key, the rows of one key go one after the other.

PostgreSQL hands several processes different rows without waiting (``FOR UPDATE SKIP LOCKED``). SQLite needs no lock: it
has one writer, and every transaction is one (`bot.storage.engine`). Everything here happens in the caller's transaction.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Integer, String, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from bot.clock import local_now
from bot.metrics import QUEUE, QUEUE_ATTEMPTS
from bot.storage.mapping import Mapped, mapped_column
from bot.storage.types import Encrypted, Instant

log = logging.getLogger(__name__)
Row = TypeVar("Row")
LONGEST_ERROR = 500
"""Characters of an error that are kept."""


def lock(session: Session, table: type[Row], id_: Any) -> Row:
    """The row, which must be there, for this transaction alone until its end."""
    row: Row | None = session.get(table, id_, with_for_update=True)
    if row is None:
        raise LookupError(f"no row {id_} of {table.__name__}")
    return row


def change(session: Session, query: Any) -> int:
    """Changes or deletes rows, of which the session holds none; gives how many."""
    result: Any = session.execute(query.execution_options(synchronize_session=False))
    return int(result.rowcount)


class Queued:
    """The columns of a table that is a queue. A table may name its own first state, and what an error is."""

    state: Mapped[str] = mapped_column(String(12), nullable=False, default="pending")
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    next_try_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=local_now)
    error: Mapped[str | None] = mapped_column(Encrypted)


@dataclass(frozen=True)
class Backoff:
    """How long to wait after a failure (退避): ``first`` seconds, doubled each time up to ``longest``, a quarter more
    or less, so that what failed together does not come back together; and how many ``attempts`` there are."""

    first: float
    longest: float
    attempts: int

    def wait(self, attempts: int) -> timedelta:
        """The wait after so many attempts."""
        seconds = min(self.first * 2.0 ** min(max(attempts - 1, 0), 30), self.longest)
        return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311


TO_BACKEND = Backoff(first=1, longest=120, attempts=500)
"""What the ticket backend is told: given up after about 16 hours."""
TO_PLATFORM = Backoff(first=2, longest=600, attempts=150)
"""Texts to the citizens of a platform: given up after about a day."""
FROM_PLATFORM = Backoff(first=30, longest=600, attempts=150)
"""Messages of citizens whose worker died or broke: given up after about a day."""
FROM_BACKEND = Backoff(first=60, longest=3 * 3600, attempts=60)
"""Reports that wait for an earlier one: people are told after about a week."""


class Lease(Generic[Row]):
    """Rows that one process has to itself for a while (租约); a column says until when."""

    def __init__(self, column: Any, length: timedelta) -> None:
        self.length = length
        self._column, self._name = column, column.key

    def claim(self, session: Session, query: Any, most: int) -> list[Row]:
        """Takes rows of a query that nobody holds."""
        free = (self._column.is_(None)) | (self._column <= local_now())
        rows = list(session.scalars(query.where(free).limit(most).with_for_update(skip_locked=True)))
        for row in rows:
            self.hold(row)
        return rows

    def hold(self, row: Row) -> None:
        """Takes or keeps a row that this transaction has locked."""
        setattr(row, self._name, local_now() + self.length)

    def free(self, row: Row) -> None:
        """Gives a row back before its time."""
        setattr(row, self._name, None)

    def held(self, row: Row) -> bool:
        """Whether somebody holds a row."""
        until: datetime | None = getattr(row, self._name)
        return until is not None and until > local_now()


class Queue(Generic[Row]):
    """The queue in one table. ``ready`` are the states of what can be claimed, ``held`` those of what is not done
    either; ``dead`` is the state of what was given up, and ``on_dead`` tells people of it. ``key`` names the columns
    that rows of one order have in common."""

    def __init__(
        self,
        name: str,
        table: type[Row],
        backoff: Backoff,
        lease: timedelta,
        key: Sequence[str] = (),
        ready: Sequence[str] = ("pending",),
        held: Sequence[str] = (),
        dead: str = "dead",
        on_dead: Callable[[Session, Row, str], None] | None = None,
    ) -> None:
        self.name, self.backoff, self.lease = name, backoff, lease
        self._table: Any = table
        self._key, self._ready, self._open = tuple(key), tuple(ready), (*ready, *held)
        self._dead, self._on_dead = dead, on_dead

    # Taking -----------------------------------------------------------------------------------------------------------

    def due(self) -> Any:
        """The condition of a row that can be claimed now: its time has come, and nothing of its key is before it."""
        table = self._table
        due = and_(table.state.in_(self._ready), table.next_try_at <= local_now())
        if not self._key:
            return due
        earlier = aliased(table)
        same = [getattr(earlier, name) == getattr(table, name) for name in self._key]
        return and_(
            due, ~select(earlier.id).where(*same, earlier.id < table.id, earlier.state.in_(self._open)).exists()
        )

    def claim(self, session: Session, most: int, lease: timedelta | None = None) -> list[Row]:
        """Claims what is due, the longest due first, for the lease."""
        table = self._table
        query = select(table).where(self.due()).order_by(table.next_try_at, table.id).limit(most)
        claimed = []
        for row in session.scalars(query.with_for_update(skip_locked=True)).all():
            if row.attempts >= self.backoff.attempts:
                # Nobody has come to an end with it; perhaps it is what they died of.
                self.bury(session, row, f"given up after {row.attempts} attempts: {row.error or 'no outcome'}")
                continue
            self.hold(row, lease)
            row.attempts += 1
            claimed.append(row)
        session.flush()
        return claimed

    def hold(self, row: Any, lease: timedelta | None = None) -> None:
        """Keeps or takes a claim on a row that this transaction has locked."""
        row.next_try_at = local_now() + (lease or self.lease)

    def renew(self, session: Session, ids: Sequence[Any], lease: timedelta | None = None) -> None:
        """Says that whoever has claimed these is alive."""
        query = update(self._table).where(self._table.id.in_(ids), self._table.state.in_(self._open))
        change(session, query.values(next_try_at=local_now() + (lease or self.lease)))

    def head(self, session: Session, *key: Any) -> Any | None:
        """The first row of a key that is not done, due or not."""
        mine = [getattr(self._table, name) == value for name, value in zip(self._key, key, strict=True)]
        query = select(self._table).where(*mine, self._table.state.in_(self._open)).order_by(self._table.id)
        return session.scalars(query.limit(1)).first()

    def is_due(self, row: Any) -> bool:
        """Whether the time of a row has come."""
        return bool(row.state in self._ready and row.next_try_at <= local_now())

    def begin(self, row: Any) -> None:
        """Counts an attempt at a row that is claimed by its key, not by itself."""
        row.attempts += 1

    # What became of it ------------------------------------------------------------------------------------------------

    def waiting(self, session: Session, id_: Any, attempt: int | None = None) -> Any | None:
        """The row, locked, if it is not done; for the outcome of an ``attempt``, if no later one has begun."""
        row = session.get(self._table, id_, with_for_update=True, populate_existing=True)
        if row is None or row.state not in self._open or (attempt is not None and row.attempts != attempt):
            return None
        return row

    def done(self, row: Any, state: str) -> None:
        """Notes that a row is done."""
        row.state, row.error = state, None
        QUEUE_ATTEMPTS.labels(self.name, "done").inc()

    def retry(self, row: Any, error: str, wait: timedelta | None = None) -> bool:
        """Puts a row off after a failure, by how often it was tried or for a given time; False if that was the last."""
        row.error = error[:LONGEST_ERROR]
        if row.attempts >= self.backoff.attempts:
            return False
        row.next_try_at = local_now() + (wait if wait is not None else self.backoff.wait(row.attempts))
        QUEUE_ATTEMPTS.labels(self.name, "retry").inc()
        return True

    def put_off(self, row: Any, wait: timedelta) -> None:
        """Looks at a row again later, although nothing failed."""
        row.next_try_at = local_now() + wait

    def bury(self, session: Session, row: Any, error: str) -> None:
        """Gives a row up: a dead letter that people see."""
        row.state, row.error = self._dead, error[:LONGEST_ERROR]
        QUEUE_ATTEMPTS.labels(self.name, "dead").inc()
        if self._on_dead:
            self._on_dead(session, row, row.error)

    def revive(self, session: Session, ids: Sequence[Any] | None = None) -> int:
        """Puts dead letters back (all of them, or these), as tried once; gives how many."""
        where = [self._table.state == self._dead] + ([self._table.id.in_(ids)] if ids is not None else [])
        values = {"state": self._ready[0], "attempts": 1, "next_try_at": local_now()}
        query = update(self._table).where(*where).values(**values)
        return change(session, query)

    def release(self, session: Session, *where: Any) -> None:
        """Makes due at once what waits under these conditions."""
        query = update(self._table).where(*where, self._table.state.in_(self._ready))
        change(session, query.values(next_try_at=local_now()))

    # Figures ----------------------------------------------------------------------------------------------------------

    def count(self, session: Session) -> dict[str, int]:
        """How many rows stand in each state that is not done, dead ones among them; for the dashboard, too."""
        states, table = (*self._open, self._dead), self._table
        query = select(table.state, func.count()).where(table.state.in_(states)).group_by(table.state)
        found = dict.fromkeys(states, 0)
        for state, number in session.execute(query):
            found[state] = number
        for state, number in found.items():
            QUEUE.labels(self.name, state).set(number)
        return found


_measured: list[Queue[Any]] = []


def measured(queue: Queue[Row]) -> Queue[Row]:
    """A queue of the service, whose figures stand at ``/metrics``."""
    _measured.append(queue)
    return queue


def measure(session: Session) -> None:
    """Counts what stands in the queues of this process."""
    for queue in _measured:
        queue.count(session)


async def work_off(look: Callable[[], Awaitable[int]], idle: Callable[[], Awaitable[object]], trouble: str) -> None:
    """Looks again and again, until cancelled, and idles where there was nothing to do.

    The store may be away for a moment: ``trouble`` is logged; what is to be done is in the store and waits.
    """
    while True:
        try:
            busy = await look()
        except Exception:
            log.exception(trouble)
            busy = 0
        if not busy:
            await idle()
