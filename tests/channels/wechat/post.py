"""The deliverer at work for one person, and what of it the person sees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from bot.dialogue.notices import Announcements
from bot.storage import Database
from bot.storage.tables_wechat import WeChatDelivery, WeChatPerson
from channels.pages.links import address
from channels.wechat import deliveries
from channels.wechat.client import WeChatApi
from channels.wechat.deliverer import Deliverer
from channels.wechat.kept import Inbox
from channels.wechat.messages import read, visitor_of
from channels.wechat.render import Piece
from channels.wechat.settings import WeChatSettings
from tests.channels.wechat.raw import xml
from tests.tools.wechat_standin.driver import APP_ID, APP_SECRET, Standin

SEND = "/cgi-bin/message/custom/send"


class Post:
    """The deliverer of an account, and one person who has written to it."""

    def __init__(self, store: Database, standin: Standin, settings: WeChatSettings) -> None:
        self.store = store
        self.api = WeChatApi(standin.url, APP_ID, APP_SECRET, store)
        self.inbox = Inbox(store, APP_ID)
        self.deliverer = Deliverer(store, self.api, settings, self.inbox, address)
        self.citizen = standin.citizen()
        # What the follow itself allows is over.
        standin.skip(61)
        self.visitor = visitor_of(APP_ID, self.citizen.openid)

    async def writes(self, text: str = "您好", **fields: Any) -> None:
        """The person writes, here and at the platform."""
        if "bizmsgmenuid" in fields:
            self.citizen.does("pick", content=text, id=fields["bizmsgmenuid"])
        else:
            self.citizen.says(text)
        await self.inbox.keep(read(xml(sender=self.citizen.openid, Content=text, **fields)))

    async def answer(self, key: str, *texts: str) -> None:
        """The bot's answer, late."""
        pieces = [Piece(text) for text in texts]
        await self.store.run(lambda session: deliveries.add_answer(session, self.visitor, key, pieces))

    async def agent_says(self, text: str) -> None:
        """An agent writes to the person."""
        bubble = {"text": text, "buttons": [], "links": [], "source": None}
        await Announcements(self.store).send(self.visitor, [bubble])

    async def deliver(self) -> None:
        """As long as there is something to do."""
        while await self.deliverer.deliver_due():
            pass

    async def person(self, **values: Any) -> Any:
        """What is known about the person, after these changes."""

        def work(session: Any) -> Any:
            row = session.get(WeChatPerson, self.visitor)
            for name, value in values.items():
                setattr(row, name, value)
            session.flush()
            session.expunge(row)
            return row

        return await self.store.run(work)

    async def rows(self, table: Any = WeChatDelivery) -> list[Any]:
        """What stands in a table, oldest first."""

        def look(session: Any) -> list[Any]:
            found = list(session.scalars(select(table).order_by(table.id)))
            session.expunge_all()
            return found

        return await self.store.run(look)

    async def due_now(self) -> None:
        """As if the time of the next try had come."""
        await self.store.run(lambda session: deliveries.release(session, self.visitor))


OpenPost = Callable[..., Awaitable[Post]]
"""Opens the post of one more person; takes changes of the account's settings."""


def custom(post: Post) -> list[str]:
    """The texts that came as customer-service messages."""
    return [item["text"] for item in post.citizen.seen() if item["via"] == "custom"]


def as_notice(post: Post) -> list[dict[str, Any]]:
    """What came as a notice, outside the conversation."""
    return [item for item in post.citizen.seen() if item["type"] == "notice"]
