"""Notices (通知): what happened that a person is told outside a turn; kept until the channel has brought them.

Kept is the event; `bot.dialogue.notices` puts it into words when a channel brings it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage import Database
from bot.storage.tables import Notice, Visitor

OTHER_PROCESS = 5.0
"""Seconds after which a waiting channel looks by itself, for notices that another process wrote."""

_waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)


def add_notice(
    session: Session,
    visitor_id: str,
    content: dict[str, Any],
    order_number: str | None = None,
    kind: str | None = None,
) -> None:
    """Keeps a notice in an open transaction; `wake` the person's channel afterwards."""
    # One after the other for each person: a channel that has brought a later notice does not look for earlier ones.
    session.execute(select(Visitor.id).where(Visitor.id == visitor_id).with_for_update())
    session.add(Notice(visitor_id=visitor_id, content=content, order_number=order_number, kind=kind))


def wake(visitor_id: str) -> None:
    """Wakes the channels of this process that wait for a notice to this person; call it in the event loop."""
    for event in _waiting.get(visitor_id, ()):
        event.set()


@dataclass(frozen=True)
class Kept:
    """A notice as it is kept; ``brought`` says whether a channel has brought it."""

    id: int
    kind: str | None
    content: dict[str, Any]
    brought: bool


def _kept(row: Notice) -> Kept:
    return Kept(row.id, row.kind, row.content, row.delivered_at is not None)


class Notices:
    """The notices of one store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def brought(self, visitor_id: str) -> int:
        """The id of the newest notice that a channel has brought to the person, 0 if there is none."""
        query = select(func.max(Notice.id)).where(Notice.visitor_id == visitor_id, Notice.delivered_at.is_not(None))
        return await self._store.read(lambda session: session.scalar(query) or 0)

    async def after(self, visitor_id: str, last_id: int) -> list[Kept]:
        """Notices newer than ``last_id``; waits up to `OTHER_PROCESS` seconds for the first."""
        query = select(Notice).where(Notice.visitor_id == visitor_id, Notice.id > last_id).order_by(Notice.id)
        woken = asyncio.Event()
        _waiting[visitor_id].add(woken)
        try:
            found = await self._store.read(lambda session: [_kept(row) for row in session.scalars(query)])
            if not found:
                try:
                    await asyncio.wait_for(woken.wait(), OTHER_PROCESS)
                except asyncio.TimeoutError:
                    return []
                found = await self._store.read(lambda session: [_kept(row) for row in session.scalars(query)])
            return found
        finally:
            _waiting[visitor_id].discard(woken)
            if not _waiting[visitor_id]:
                del _waiting[visitor_id]
