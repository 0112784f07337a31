"""The messages that came, each kept once (来信留存), and what has become of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.dialogue.wording import say
from bot.storage import Database
from bot.storage.queue import FROM_PLATFORM, Queue, change, lock, measured
from bot.storage.tables import Observation, now
from bot.storage.tables_wechat import WeChatInbound
from channels.wechat import deliveries
from channels.wechat.messages import Received, visitor_of
from channels.wechat.people import meet
from channels.wechat.render import Piece

LEASE = 30.0
"""Seconds for which who works on a message is trusted to be alive; renewed in between."""
REMEMBERED = timedelta(days=3)
"""How long a key is kept to tell repeats; the platform repeats within seconds."""


def _tell_people(session: Session, row: WeChatInbound, error: str) -> None:
    session.add(Observation(kind="dead_letter", visitor_id=row.visitor_id, subject="WeChat", content=error))


QUEUE = measured(
    Queue(
        "wechat_inbound",
        WeChatInbound,
        FROM_PLATFORM,
        timedelta(seconds=LEASE),
        ready=("kept", "answered"),
        on_dead=_tell_people,
    )
)
"""Who keeps a message has claimed it; the order of a person's messages is that of `reception`."""


@dataclass(frozen=True)
class Reply:
    """What goes back at once: nothing (``success``), a text, or the handing over to WeChat's own agents."""

    kind: Literal["none", "text", "transfer"] = "none"
    text: str = ""


SUCCESS = Reply()


@dataclass(frozen=True)
class Kept:
    """A message that is kept. ``fresh`` is false for a repeat; ``reply`` is what the first one got, if it has."""

    id: int
    key: str
    visitor_id: str
    fresh: bool
    known: bool
    reply: Reply | None = None


@dataclass(frozen=True)
class Waiting:
    """A message that somebody left half done: without ``reply`` it is to be answered, with it the reply is delivered."""

    kept: Kept
    message: Received


class Inbox:
    """The kept messages of one account in one store."""

    def __init__(self, store: Database, app_id: str, lease: float = LEASE) -> None:
        self._store, self._app_id = store, app_id
        self._lease = timedelta(seconds=lease)

    def visitor_of(self, message: Received) -> str:
        """The visitor who sent it."""
        return visitor_of(self._app_id, message.sender)

    def key_of(self, message: Received) -> str:
        """What a repeat has in common with the first."""
        return message.key(self._app_id)

    async def keep(self, message: Received) -> Kept:
        """Keeps a message, its sender and what it allows, in one transaction; a repeat gives what the first became."""
        visitor_id, key = self.visitor_of(message), self.key_of(message)

        def work(session: Session) -> Kept:
            row = session.scalars(select(WeChatInbound).where(WeChatInbound.key == key)).first()
            if row is not None:
                if row.state == "answered":
                    # The reply goes back once more, and nobody else sends it meanwhile.
                    QUEUE.hold(row, self._lease)
                return Kept(row.id, key, visitor_id, False, True, _reply(row))
            known = meet(session, visitor_id, message)
            deliveries.release(session, visitor_id)
            row = WeChatInbound(key=key, visitor_id=visitor_id, message=message.to_json(), attempts=1)
            QUEUE.hold(row, self._lease)
            session.add(row)
            session.flush()
            return Kept(row.id, key, visitor_id, True, known)

        try:
            return await self._store.run(work)
        except IntegrityError:
            # Another process has just kept the same message, or met the same person: they are there now.
            return await self._store.run(work)

    async def answered(self, kept: Kept, reply: Reply, rest: list[Piece]) -> None:
        """Notes what goes back at once and, in the same transaction, what is to be delivered otherwise.

        The passive reply is among the latter, held until it is known whether it has left.
        """
        passive = reply != SUCCESS
        first = [Piece(say("wechat.transfer_again") if reply.kind == "transfer" else reply.text)] if passive else []

        def work(session: Session) -> None:
            row = lock(session, WeChatInbound, kept.id)
            row.reply = asdict(reply)
            row.state = "answered" if passive else "done"
            row.message = row.message if passive else None
            deliveries.add_answer(session, kept.visitor_id, kept.key, [*first, *rest], held=passive)

        await self._store.run(work)

    async def sent(self, kept: Kept) -> bool:
        """Notes that the passive reply has left; gives whether more of the answer is to be delivered."""

        def work(session: Session) -> bool:
            row = lock(session, WeChatInbound, kept.id)
            if row.state != "answered":
                return False
            row.state, row.message = "done", None
            return deliveries.passive_left(session, kept.visitor_id, kept.key)

        return await self._store.run(work)

    async def not_sent(self, kept: Kept) -> None:
        """The passive reply did not leave: it is delivered otherwise, before what was to follow it."""

        await self._store.run(lambda session: _deliver(session, lock(session, WeChatInbound, kept.id)))

    async def claim(self, most: int = 20) -> list[Waiting]:
        """Claims messages whose worker is gone, oldest first. What is answered is given to the deliverer at once."""

        def work(session: Session) -> list[Waiting]:
            found = []
            for row in sorted(QUEUE.claim(session, most, self._lease), key=lambda row: row.id):
                kept = Kept(row.id, row.key, row.visitor_id, True, True, _reply(row))
                found.append(Waiting(kept, Received(**(row.message or {}))))
                _deliver(session, row)
            return found

        return await self._store.run(work)

    async def renew(self, ids: list[int]) -> None:
        """Says that whoever works on these is alive."""
        if ids:
            await self._store.run(lambda session: QUEUE.renew(session, ids, self._lease))

    async def forget(self) -> None:
        """Deletes what is done and old, and what nobody could answer for as long as it is of use."""
        row, moment = WeChatInbound, now()
        done = and_(row.state == "done", row.received_at < moment - REMEMBERED)
        dead = and_(row.state == "dead", row.received_at < moment - deliveries.KEPT)
        query = delete(row).where(or_(done, dead))
        await self._store.run(lambda session: change(session, query))


def _deliver(session: Session, row: WeChatInbound) -> None:
    """What should have been the passive reply is sent otherwise: a repeat gets ``success`` from now on."""
    if row.state == "answered":
        row.state, row.message, row.reply = "done", None, asdict(SUCCESS)
        deliveries.let_go(session, row.visitor_id, row.key)


def _reply(row: WeChatInbound) -> Reply | None:
    return Reply(**row.reply) if row.reply else None
