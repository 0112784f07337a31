"""Notices (通知) in words: what `bot.hotline.notices` keeps as events, as the person reads it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.dialogue import phrases
from bot.dialogue.visitors import remember_offer
from bot.hotline.notices import Notices, add_notice, wake
from bot.hotline.workorders.model import WorkOrder
from bot.storage import Database


def in_words(kind: str | None, content: dict[str, Any]) -> dict[str, Any]:
    """The bubbles of a notice, and what they ask for: ``{"messages", "expects"}``."""
    if "messages" in content:  # a person's own words, such as an agent's
        return content
    message = phrases.notice(WorkOrder.from_data(content["order"]), kind or "", content["data"])
    return {"messages": [message], "expects": "rating" if message["buttons"] else None}


def offer(session: Session, visitor_id: str, words: dict[str, Any]) -> None:
    """Notes in an open transaction that the buttons of a notice were offered."""
    if buttons := [button for message in words["messages"] for button in message.get("buttons", [])]:
        remember_offer(session, visitor_id, buttons, words["expects"])


class Announcements:
    """The notices of one store, in words."""

    def __init__(self, store: Database) -> None:
        self._store, self._notices = store, Notices(store)

    async def send(self, visitor_id: str, messages: list[dict[str, Any]], expects: str | None = None) -> None:
        """Keeps bubbles that are in words already, and wakes whoever waits for them."""
        content = {"messages": messages, "expects": expects}
        await self._store.run(lambda session: add_notice(session, visitor_id, content))
        wake(visitor_id)

    async def brought(self, visitor_id: str) -> int:
        """The id of the newest notice that a channel has brought to the person, 0 if there is none."""
        return await self._notices.brought(visitor_id)

    async def after(self, visitor_id: str, last_id: int) -> list[tuple[int, dict[str, Any]]]:
        """Notices newer than ``last_id`` in words, their buttons offered; waits some seconds for the first."""
        found = await self._notices.after(visitor_id, last_id)
        told = [(notice.id, in_words(notice.kind, notice.content), notice.brought) for notice in found]
        fresh = [words for _, words, brought in told if not brought]

        def offer_all(session: Session) -> None:
            for words in fresh:
                offer(session, visitor_id, words)

        if fresh:
            await self._store.run(offer_all)
        return [(number, words) for number, words, _ in told]
