"""What is answered to each kind of message and event (消息与事件).

Texts, voices with recognised words, and keys of the menu go through the gate like every message. The rest is answered
here; while an agent holds the conversation it only goes into the transcript.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogue.gate import Answer, Gate, IncomingMessage, Limiter
from bot.dialogue.visitors import Visitors
from bot.dialogue.wording import say
from bot.hotline.handoff import Queue
from bot.hotline.media import MEGABYTES, MediaRefused
from bot.hotline.media import keep as keep_media
from bot.hotline.workorders.orders import WorkOrders
from bot.language.extract.facts import find_case_number
from bot.settings import settings
from bot.storage import Database
from bot.storage.tables import Utterance, Visitor
from channels.wechat.client import TooLarge, WeChatApi, WeChatError
from channels.wechat.kept import Kept
from channels.wechat.menu import ASK, SAYS, says
from channels.wechat.messages import FOLLOWED, Received
from channels.wechat.people import CHANNEL
from channels.wechat.render import Said, option_id, plain, said
from channels.wechat.reports import Reports

log = logging.getLogger(__name__)

SILENT = Said()
_MEDIA = {
    "image": ("picture", "photo"),
    "video": ("video", "video"),
    "shortvideo": ("video", "video"),
    "voice": ("voice", "voice"),
}
"""The key of what is said to a kind of file, and the name that it is kept under."""
Handler = Callable[[Received, Kept], Awaitable[Said]]
PageLink = Callable[[str], str | None]
"""The address of the page of an order, by its number; None where there is none."""


class Answers:
    """Answers for one account."""

    def __init__(
        self, store: Database, gate: Gate, api: WeChatApi | None, page: PageLink, notice_template: str | None = None
    ) -> None:
        self._store, self._gate, self._api, self._page = store, gate, api, page
        self._orders = WorkOrders(store)
        reports = Reports(store, notice_template)
        self._visitors, self._queue = Visitors(store), Queue(store)
        self._limit = Limiter(settings().rate_limit, "wechat_media")
        self._messages: dict[str, Handler] = {
            "text": self._text,
            "voice": self._voice,
            "location": self._place,
            "link": self._link,
            **dict.fromkeys(("image", "video", "shortvideo"), self._media),
        }
        self._events: dict[str, Handler] = {
            **dict.fromkeys(FOLLOWED, self._followed),
            "unsubscribe": self._unfollowed,
            "click": self._clicked,
            "scan": self._scanned,
            "scancode_waitmsg": self._scanned,
            "templatesendjobfinish": reports.template_sent,
            "subscribe_msg_popup_event": reports.subscribed,
            "subscribe_msg_change_event": reports.subscribed,
            "subscribe_msg_sent_event": reports.notice_sent,
        }

    async def __call__(self, message: Received, kept: Kept) -> Said:
        """What is to be said; raises `Refusal` like the gate."""
        if message.kind == "event":
            handler = self._events.get(message.event)
            # Nobody says an event: what is not known here is answered with silence.
            return await handler(message, kept) if handler else SILENT
        return await self._messages.get(message.kind, self._unknown)(message, kept)

    # Through the gate -------------------------------------------------------------------------------------------------

    async def _text(self, message: Received, kept: Kept) -> Said:
        return await self._say(kept, message.text("Content"), message.text("bizmsgmenuid"))

    async def _say(self, kept: Kept, text: str, menu_id: str = "") -> Said:
        """Says it for the person. A click in a menu message is told by its id, else by its words."""
        payload = None
        if menu_id:
            offered = await self._visitors.offered(kept.visitor_id)
            payload = next((b["payload"] for b in reversed(offered) if option_id(b["payload"]) == menu_id), None)
        words = text if payload is None else None
        message = IncomingMessage(kept.visitor_id, CHANNEL, words, payload, client_id=kept.key)
        return await self._rendered(await self._gate.handle(message), kept)

    async def _voice(self, message: Received, kept: Kept) -> Said:
        heard = message.text("Recognition").strip()
        if heard:
            return await self._say(kept, heard)
        # A recording that nobody is there to hear is not kept.
        if await self._queue.state(kept.visitor_id) == "bot":
            return await self._told(kept, say("wechat.note.voice"), say("wechat.voice"))
        return await self._media(message, kept)

    async def _clicked(self, message: Received, kept: Kept) -> Said:
        key = message.text("EventKey")
        if key == ASK:
            return await self._told(kept, None, say("wechat.ask"))
        return await self._say(kept, says(key if key in SAYS else "help"))

    async def _scanned(self, message: Received, kept: Kept) -> Said:
        scene = message.text("EventKey")
        if scene in SAYS:
            return await self._say(kept, says(scene))
        return await self._told(kept, None, say("wechat.welcome_back"))

    async def _followed(self, message: Received, kept: Kept) -> Said:
        if await self._agent_speaks(kept):
            return SILENT
        if message.text("EventKey") in SAYS:
            return await self._say(kept, says(message.text("EventKey")))
        if kept.known:
            return await self._told(kept, None, say("wechat.welcome_back"))
        return await self._rendered(await self._gate.greet(kept.visitor_id, CHANNEL), kept)

    # Answered here ----------------------------------------------------------------------------------------------------

    async def _media(self, message: Received, kept: Kept) -> Said:
        self._limit.take(kept.visitor_id)
        key, name = _MEDIA[message.kind]
        note = say(f"wechat.note.{key}")
        if self._api is None:
            # Sending it again would not help.
            return await self._told(kept, note, say("wechat.unknown"))
        try:
            file = await self._api.download(message.text("MediaId"))
            media_id = await keep_media(self._store, kept.visitor_id, name, file.body)
        except TooLarge:
            return await self._told(kept, note, say("wechat.media_large", megabytes=MEGABYTES))
        except MediaRefused as error:
            log.warning("WeChat: a file of a message was not kept: %s", error.reason)
            return await self._told(kept, note, say(f"media.{error.reason}", megabytes=MEGABYTES))
        except WeChatError as error:
            log.warning("WeChat: a file of a message was not kept: %s", type(error).__name__)
            return await self._told(kept, note, say("wechat.media_lost"))
        return await self._told(kept, note, say(f"wechat.{key}"), media_id)

    async def _place(self, message: Received, kept: Kept) -> Said:
        """A place answers the question for it, and is added to what is being told; else the matter is asked for."""
        place = plain(message.text("Label")).strip()[:100]
        if not place:
            latitude, longitude = (message.text(name)[:12] for name in ("Location_X", "Location_Y"))
            place = say("wechat.coordinates", latitude=latitude, longitude=longitude)
        expects = await self._expects(kept)
        if expects == "location":
            return await self._say(kept, place)
        if expects in ("description", "confirm") and not await self._agent_speaks(kept):
            return await self._say(kept, say("intake.place", place=place))
        return await self._told(kept, say("wechat.note.place", place=place), say("wechat.place", place=place))

    async def _link(self, message: Received, kept: Kept) -> Said:
        note = say("wechat.note.link", title=message.text("Title")[:200], url=message.text("Url")[:500])
        return await self._told(kept, note, say("wechat.link"))

    async def _unknown(self, message: Received, kept: Kept) -> Said:
        return await self._told(kept, say("wechat.note.unknown"), say("wechat.unknown"))

    async def _unfollowed(self, message: Received, kept: Kept) -> Said:
        await self._queue.leave(kept.visitor_id)
        return SILENT

    # Transcript -------------------------------------------------------------------------------------------------------

    async def _told(self, kept: Kept, note: str | None, answer: str, media_id: str | None = None) -> Said:
        """Keeps both sides in the transcript; says nothing where an agent speaks."""
        silent = await self._agent_speaks(kept)

        def write(session: Session) -> None:
            if note:
                content = {"text": note, **({"media": [media_id]} if media_id else {})}
                session.add(Utterance(visitor_id=kept.visitor_id, speaker="visitor", content=content))
            if not silent:
                bubble: dict[str, Any] = {"text": answer, "buttons": [], "links": [], "source": None}
                session.add(Utterance(visitor_id=kept.visitor_id, speaker="bot", content=[bubble]))

        await self._store.run(write)
        return SILENT if silent else Said(plain(answer))

    async def _agent_speaks(self, kept: Kept) -> bool:
        return await self._queue.state(kept.visitor_id) == "agent"

    async def _rendered(self, answer: Answer, kept: Kept) -> Said:
        """The answer. The order that a bubble names first gets a link to its page, if it is the person's own."""
        messages = []
        for bubble in answer.messages:
            number = find_case_number(bubble["text"])
            url = self._page(number) if number and await self._orders.find(number, kept.visitor_id) else None
            more = [{"title": say("button.see_progress"), "url": url}] if url else []
            messages.append({**bubble, "links": [*bubble["links"], *more]})
        return said(messages)

    async def _expects(self, kept: Kept) -> str | None:
        query = select(Visitor.expects).where(Visitor.id == kept.visitor_id)
        return await self._store.run(lambda session: session.scalar(query))
