"""The conversation gate (会话闸门): every message of every channel passes here before the engine.

One line per person, each `client_id` once, limits of size and rate; the engine's own commands typed by a person stay
text; a conversation that an agent holds goes to the agent.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from weakref import WeakValueDictionary

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.orm import Session

from bot.dialogue.admission import turns
from bot.dialogue.buttons import pressed, said_rating
from bot.dialogue.engine.collector import Collector, Reply
from bot.dialogue.engine.escape import as_text
from bot.dialogue.lifelines import lifelines
from bot.dialogue.own_data import OwnData, asked
from bot.dialogue.visitors import Visitors, remember_offer
from bot.dialogue.wording import say
from bot.errors import Refusal
from bot.hotline.handoff import Queue, State
from bot.hotline.retention import REPEATS
from bot.metrics import MESSAGES, SECONDS
from bot.settings import settings
from bot.storage import OUT_OF_ORDER, Database
from bot.storage.tables import Answered, Utterance, now

log = logging.getLogger(__name__)

_LEAVES_QUEUE = re.compile(r"^我?(?:要|想)?(?:(?:取消|退出|不要?|别)(?:排队?|人工)|不排了|不等了)[了吧。.!！\s]*$")
_UNPRINTABLE = {code: None for code in (*range(0x20), 0x7F, *range(0xD800, 0xE000)) if chr(code) not in "\n\t\r"}
"""Control characters and halves of surrogate pairs: no store takes them, and nobody typed them."""
LONGEST = 2000
"""Characters of one message."""


@dataclass(frozen=True)
class IncomingMessage:
    """What a channel hands in: a text or a button's payload, never both."""

    visitor_id: str
    channel: str
    text: str | None = None
    button: str | None = None
    client_id: str | None = None
    address: str | None = None
    """From where it came, where the channel knows."""


@dataclass
class Answer:
    """What the channel renders: bubbles, what is expected next, and who speaks."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    expects: str | None = None
    state: State = "bot"
    failed: bool = False
    """Whether the engine had no answer; the bubbles only say so."""

    def to_json(self) -> dict[str, Any]:
        """The shape of the web API."""
        return {"messages": self.messages, "expects": self.expects, "state": self.state}


def who(message: IncomingMessage) -> tuple[str, ...]:
    """Whose turn a message takes."""
    return (message.address, message.visitor_id) if message.address else (message.visitor_id,)


class Engine(Protocol):
    """What understands and answers; Rasa in the service."""

    async def __call__(self, text: str, visitor_id: str, collector: Collector) -> None: ...


class _NotAnswered(Exception):
    """Takes back what was done for a message to which the engine had no answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Limiter:
    """A moving-window rate limit, in memory or in Redis."""

    def __init__(self, rule: str, name: str) -> None:
        off = "off" in (rule, settings().rate_limit)
        self._rule: RateLimitItem | None = None if off else parse(rule)
        self._name = name
        # Kept here because the strategy itself holds its storage only weakly.
        self._storage = storage_from_string(settings().redis_url or "memory://")
        self._window = MovingWindowRateLimiter(self._storage)

    def take(self, who: str) -> None:
        """Counts one; raises `Refusal` 429 when it is one too many."""
        if self._rule and not self._window.hit(self._rule, self._name, who):
            raise self._refusal(self._rule, who)

    def hit(self, who: str) -> bool:
        """Counts one; whether it is not one too many."""
        return not self._rule or bool(self._window.hit(self._rule, self._name, who))

    def check(self, who: str) -> None:
        """Counts nothing; raises `Refusal` 429 when one more would be too many."""
        if self._rule and not self._window.test(self._rule, self._name, who):
            raise self._refusal(self._rule, who)

    def _refusal(self, rule: RateLimitItem, who: str) -> Refusal:
        free_at, _ = self._window.get_window_stats(rule, self._name, who)
        wait = max(1, math.ceil(free_at - time.time()))
        return Refusal(429, "too_fast", say("gate.too_fast", seconds=wait), retry_after=wait)


class Gate:
    """The one way into the engine."""

    def __init__(self, store: Database, engine: Engine) -> None:
        self._store, self._engine = store, engine
        self._visitors, self._queue, self._own_data = Visitors(store), Queue(store), OwnData(store)
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._turns = turns()
        self._limit = Limiter(settings().rate_limit, "messages")
        self._address_limit = Limiter(settings().address_rate_limit, "messages of an address")

    async def handle(self, message: IncomingMessage) -> Answer:
        """The answer to one message; raises `Refusal`. Who is in danger gets one also when nothing can be kept."""
        try:
            return await self._take(message)
        except OUT_OF_ORDER as error:
            log.error("a message could not be kept: %s", type(error).__name__)
            lines = lifelines(message.text or "")
            if lines.line:
                return Answer([Reply(lines.sentence, links=lines.links).to_json()])
            raise Refusal(503, "unavailable", say("gate.unavailable"), retry_after=60) from error

    async def _take(self, message: IncomingMessage) -> Answer:
        if message.text is not None:
            message = replace(message, text=message.text.translate(_UNPRINTABLE))
        async with self._line(message.visitor_id):
            if message.client_id and (known := await self._first_answer(message)):
                return known
            started = time.perf_counter()
            text = await self._checked(message)
            self._limit.take(message.visitor_id)
            if message.address:
                self._address_limit.take(message.address)
            # Whether somebody is in danger is looked up only where it counts: others would come first, and it is no crowd.
            waits = self._turns.busy and not self._turns.is_crowd(who(message)[0]) and message.text
            urgent = bool(waits and (await asyncio.to_thread(lifelines, waits)).line)
            async with self._turns.turn(*who(message), urgent=urgent):
                if await self._queue.state(message.visitor_id) == "agent":
                    answer = Answer(state="agent")
                    await self._keep(message, answer)
                else:
                    answer = await self._take_turn(text, message)
            MESSAGES.labels(message.channel).inc()
            SECONDS.labels(message.channel).observe(time.perf_counter() - started)
            return answer

    async def greet(self, visitor_id: str, channel: str, address: str | None = None) -> Answer:
        """The first words to a new visitor."""
        message = IncomingMessage(visitor_id, channel, address=address)
        async with self._line(visitor_id), self._turns.turn(*who(message)):
            return await self._take_turn("/greet", message)

    async def _take_turn(self, text: str, message: IncomingMessage) -> Answer:
        """All of a turn is kept in one transaction: what was done, the conversation, the answer and the transcript.

        So a message that is sent again after a crash was either answered, or nothing of it was done.
        """
        try:
            async with self._store.unit():
                answer = await self._ask_engine(text, message)
                if answer.failed:
                    raise _NotAnswered(answer)
                await self._keep(message, answer)
        except _NotAnswered as failure:
            answer = failure.answer
            # What failed is tried again when it is sent again.
            await self._keep(replace(message, client_id=None), answer)
        return answer

    async def _ask_engine(self, text: str, message: IncomingMessage) -> Answer:
        if reply := await self._own_data.answer(text, message.visitor_id, message.channel):
            return Answer([reply.to_json()], state=await self._queue.state(message.visitor_id))
        collector = Collector(message.channel)
        await self._engine(text, message.visitor_id, collector)
        replies = [reply.to_json() for reply in collector.replies]
        failed = not replies
        if failed:
            # Nobody is left without a word, whatever went wrong; the next message is answered again.
            lines = lifelines(message.text or "")
            helps = [Reply(lines.sentence, links=lines.links)] if lines.line else []
            replies = [reply.to_json() for reply in [*helps, Reply(say("gate.trouble"))]]
        return Answer(replies, collector.expects, await self._queue.state(message.visitor_id), failed)

    async def _checked(self, message: IncomingMessage) -> str:
        """The text for the engine: a payload that was offered, or text that cannot be mistaken for one."""
        offered = await self._visitors.offered(message.visitor_id)
        if message.button is not None:
            if message.button not in {button["payload"] for button in offered}:
                raise Refusal(422, "unknown_button", say("gate.unknown_button"))
            return message.button
        text = (message.text or "").strip()
        if not text:
            raise Refusal(422, "empty", say("gate.empty"))
        if len(text) > LONGEST:
            raise Refusal(422, "too_long", say("gate.too_long", most=LONGEST))
        if _LEAVES_QUEUE.match(text) and await self._queue.state(message.visitor_id) == "queued":
            return "/leave_queue"
        latest = [button for button in offered if button.get("latest")]
        if payload := pressed(text, latest) or said_rating(text, latest) or asked(text):
            return payload
        return as_text(text)

    async def _first_answer(self, message: IncomingMessage) -> Answer | None:
        def look(session: Session) -> dict[str, Any] | None:
            row = session.get(Answered, (message.visitor_id, message.client_id))
            return row.answer if row and now() - row.created_at < REPEATS else None

        known = await self._store.read(look)
        return Answer(**known) if known else None

    async def _keep(self, message: IncomingMessage, answer: Answer) -> None:
        """Keeps both sides of the transcript, the offered buttons and the first answer."""
        buttons = [button for bubble in answer.messages for button in bubble["buttons"]]

        def write(session: Session) -> None:
            if message.text is not None:
                content = {"text": message.text}
                session.add(Utterance(visitor_id=message.visitor_id, speaker="visitor", content=content))
                session.flush()
            if answer.messages:
                session.add(Utterance(visitor_id=message.visitor_id, speaker="bot", content=answer.messages))
            remember_offer(session, message.visitor_id, buttons, answer.expects)
            if message.client_id:
                session.merge(
                    Answered(
                        visitor_id=message.visitor_id,
                        client_id=message.client_id,
                        answer=answer.to_json(),
                        created_at=now(),
                    )
                )

        await self._store.run(write)

    @asynccontextmanager
    async def _line(self, visitor_id: str) -> AsyncIterator[None]:
        """Each person's messages one after the other, in the order in which they came."""
        lock = self._lines.setdefault(visitor_id, asyncio.Lock())
        async with lock:
            yield
