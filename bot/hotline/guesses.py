"""Wrong guesses (猜号) of the telephone that opens somebody's order: counted, then slowed down, then stopped for a while.

Counted per order number (whether there is such an order or not), per person and per address, in the store, so that
neither a new session nor a restart begins anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.storage.tables import Guesses, Visitor, now

FREE = {"address": 30, "order": 4, "person": 4}
"""Wrong guesses that may follow each other at once; many people may share an address."""
WAITS = (60, 5 * 60, 30 * 60, 4 * 3600, 24 * 3600)
"""Seconds to wait after each further one."""
FORGOTTEN = timedelta(days=1)
"""Time without a wrong guess after which the earlier ones are forgotten."""
_LOCK = 12346
"""Key of PostgreSQL's advisory locks on what is guessed about."""


class TooManyGuesses(Exception):
    """Nothing was looked up: there were too many wrong guesses."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


def check(session: Session, number: str, visitor_id: str) -> list[Guesses]:
    """The counts that a wrong guess adds to, held by this transaction; raises `TooManyGuesses` where it must wait."""
    address = session.scalar(select(Visitor.address_digest).where(Visitor.id == visitor_id))
    about = {"address": address, "order": number[:24], "person": visitor_id}
    counts = [_held(session, f"{kind}:{whose}") for kind, whose in about.items() if whose]
    moment = now()
    if wait := max(_wait(count, moment) for count in counts):
        raise TooManyGuesses(wait)
    return counts


def wrong(session: Session, counts: list[Guesses]) -> None:
    """Counts one more."""
    for count in counts:
        count.wrong, count.last_at = count.wrong + 1, now()
    session.add_all(counts)


def forget(session: Session) -> None:
    """Deletes what does not count any more."""
    session.execute(delete(Guesses).where(Guesses.last_at < now() - FORGOTTEN))


def _held(session: Session, subject: str) -> Guesses:
    if session.get_bind().dialect.name == "postgresql":
        # Always in the same order, so that two never wait for each other. SQLite has one writer at a time.
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(subject))))
    count: Guesses | None = session.get(Guesses, subject, populate_existing=True)
    if count is None:
        return Guesses(subject=subject, wrong=0, last_at=now())
    if now() - count.last_at > FORGOTTEN:
        count.wrong = 0
    return count


def _wait(count: Guesses, moment: datetime) -> int:
    """Seconds until the next guess is looked up."""
    over = count.wrong - FREE[count.subject.partition(":")[0]]
    if over < 0:
        return 0
    free_at = count.last_at + timedelta(seconds=WAITS[min(over, len(WAITS) - 1)])
    return max(0, round((free_at - moment).total_seconds()))
