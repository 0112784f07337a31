"""Notices (通知): what a person is told outside a turn; kept until the channel can bring it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

from sqlalchemy import func, select

from bot.storage import Database
from bot.storage.tables import Notice

OTHER_PROCESS = 15.0
"""Seconds after which a waiting channel looks by itself, for notices that another process wrote."""


class Notices:
    """The notices of one store, and the waking of channels that wait for them in this process."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def send(self, visitor_id: str, messages: list[dict[str, Any]], expects: str | None = None) -> None:
        """Keeps a notice and wakes whoever waits for it."""
        row = Notice(visitor_id=visitor_id, content={"messages": messages, "expects": expects})
        await self._store.run(lambda session: session.add(row))
        for event in self._waiting.get(visitor_id, ()):
            event.set()

    async def newest(self, visitor_id: str) -> int:
        """The id of the newest notice, 0 if there is none."""
        query = select(func.max(Notice.id)).where(Notice.visitor_id == visitor_id)
        return await self._store.run(lambda session: session.scalar(query) or 0)

    async def after(self, visitor_id: str, last_id: int) -> list[tuple[int, dict[str, Any]]]:
        """Notices newer than ``last_id``; waits up to `OTHER_PROCESS` seconds for the first."""
        query = select(Notice).where(Notice.visitor_id == visitor_id, Notice.id > last_id).order_by(Notice.id)
        wake = asyncio.Event()
        self._waiting[visitor_id].add(wake)
        try:
            found = await self._store.run(lambda session: [(row.id, row.content) for row in session.scalars(query)])
            if not found:
                try:
                    await asyncio.wait_for(wake.wait(), OTHER_PROCESS)
                except asyncio.TimeoutError:
                    return []
                found = await self._store.run(lambda session: [(row.id, row.content) for row in session.scalars(query)])
            return found
        finally:
            self._waiting[visitor_id].discard(wake)
            if not self._waiting[visitor_id]:
                del self._waiting[visitor_id]
