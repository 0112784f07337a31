"""Visitors (来访者): one session of one person on one channel, known by a token or by the channel's own id."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import orm, select, update

from bot.storage import Database
from bot.storage.tables import Visitor
from bot.storage.types import digest, digests

OFFERED_MOST = 200
"""Buttons that stay valid for one visitor; the oldest go first."""


@dataclass(frozen=True)
class Session:
    """A fresh session: the id is ours, the token is the visitor's secret."""

    id: str
    token: str


class Visitors:
    """The sessions of one store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def open(self, channel: str, address: str | None = None) -> Session:
        """A new session with a token of its own, opened from an address that is kept as a digest."""
        fresh = Session(secrets.token_hex(16), secrets.token_urlsafe(32))
        row = Visitor(
            id=fresh.id,
            channel=channel,
            token_digest=digest(fresh.token),
            address_digest=digest(address) if address else None,
            offered=[],
        )
        await self._store.run(lambda session: session.add(row))
        return fresh

    async def by_token(self, token: str) -> str | None:
        """The visitor that the token belongs to, or None."""
        known = digests(token)
        query = select(Visitor.id, Visitor.token_digest).where(Visitor.token_digest.in_(known))

        found = await self._store.read(lambda session: session.execute(query).first())
        if found is None:
            return None
        if found.token_digest != known[0]:
            # Nothing but the token itself tells its digest by a new key.
            renewed = update(Visitor).where(Visitor.id == found.id).values(token_digest=known[0])
            await self._store.run(lambda session: session.execute(renewed))
        return str(found.id)

    async def offered(self, visitor_id: str) -> list[dict[str, Any]]:
        """The buttons offered to a visitor, oldest first: ``{"title", "payload", "latest"}``.

        ``latest`` marks those of the last answer: only they can be meant by "2" or by their words.
        """
        query = select(Visitor.offered).where(Visitor.id == visitor_id)
        return await self._store.read(lambda session: list(session.scalars(query).first() or []))


def remember_offer(session: orm.Session, visitor_id: str, buttons: list[dict[str, str]], expects: str | None) -> None:
    """Notes in an open transaction what was offered; what is offered again moves to the end."""
    row = session.get(Visitor, visitor_id, with_for_update=True)
    if row is None:
        return
    fresh = [{"title": b["title"], "payload": b["payload"], "latest": True} for b in buttons]
    again = {b["payload"] for b in fresh}
    kept = [{**b, "latest": False} for b in row.offered if b["payload"] not in again]
    row.offered = (kept + fresh)[-OFFERED_MOST:]
    row.expects = expects
