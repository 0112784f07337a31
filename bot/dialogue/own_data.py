"""A person asks for what is kept of them, or to have it removed (导出、删除我的信息), in their own words.

Answered before the dialogue engine, so that it is the same in every state of a conversation.
"""

from __future__ import annotations

from bot.dialogue.engine.collector import Reply
from bot.dialogue.responses import respond
from bot.dialogue.wording import say
from bot.hotline.personal import Personal, link_token
from bot.language.extract.wishes import wish_about_own_data
from bot.settings import settings
from bot.storage import Database

EXPORT, ERASE, ERASE_NOW, KEEP = "/export_my_data", "/erase_my_data", "/erase_my_data_now", "/keep_my_data"
PAGE = "/w/mine/"
"""Where `channels.pages` shows it."""


def asked(text: str) -> str | None:
    """What the person wants done with their data, as a button's payload, or None."""
    wish = wish_about_own_data(text)
    return {"export": EXPORT, "erase": ERASE}[wish] if wish else None


class OwnData:
    """Answers such wishes from one store."""

    def __init__(self, store: Database) -> None:
        self._personal = Personal(store)

    async def answer(self, payload: str, visitor_id: str, channel: str) -> Reply | None:
        """The answer, or None where it is about something else."""
        if payload == EXPORT:
            return _export(visitor_id, channel)
        if payload == ERASE:
            orders = await self._personal.orders(visitor_id)
            kept = say("own_data.kept", count=orders.under_way) if orders.under_way else ""
            found = respond("own_data.ask_erase", count=orders.settled, kept=kept)
            return Reply(found.text, found.buttons)
        if payload == ERASE_NOW:
            orders = await self._personal.erase(visitor_id)
            kept = say("own_data.kept", count=orders.under_way) if orders.under_way else ""
            return Reply(say("own_data.erased", kept=kept))
        return Reply(say("own_data.not_erased")) if payload == KEEP else None


def _export(visitor_id: str, channel: str) -> Reply:
    base = (settings().public_url or "").rstrip("/")
    if not base and channel != "web":
        found = respond("own_data.export_by_person")
        return Reply(found.text, found.buttons)
    link = {"title": say("button.own_data"), "url": f"{base}{PAGE}{link_token(visitor_id)}"}
    return Reply(say("own_data.export"), links=[link])
