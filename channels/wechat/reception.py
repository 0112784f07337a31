"""Takes each message in its person's turn, has it answered, and says within the time what goes back (接待).

The platform waits five seconds. What is answered within `Times.in_time` goes back as the passive reply; otherwise it
hears ``success``, and the answer is delivered. Who says ``success`` decides that, on the event loop, so that an answer
goes one way and never both.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.dialogue.lifelines import lifelines
from bot.dialogue.wording import say
from bot.errors import Refusal
from bot.hotline.handoff import Queue
from bot.storage import OUT_OF_ORDER, Database
from channels.wechat.answers import Answers
from channels.wechat.client import WeChatApi, WeChatError
from channels.wechat.kept import SUCCESS, Inbox, Kept, Reply
from channels.wechat.messages import Received
from channels.wechat.render import Said, pieces, plain

log = logging.getLogger(__name__)
T = TypeVar("T")

HANDS_OVER = ("text", "image", "voice", "video", "shortvideo", "location", "link")


@dataclass(frozen=True)
class Times:
    """All in seconds. ``in_time``: from a message's arrival until its answer must go back. ``typing_after``: until the
    person sees that an answer is being written. ``look``: between two looks for messages whose worker is gone.
    ``closing``: for the work under way when the service stops."""

    in_time: float = 4.0
    typing_after: float = 1.0
    look: float = 2.0
    closing: float = 3.0


@dataclass
class Turn:
    """One message in its person's line. ``late`` is set by who says ``success`` before the answer is there."""

    visitor_id: str
    key: str
    before: Turn | None
    kept: asyncio.Future[Kept] = field(init=False)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    late: bool = False
    reply: Reply | None = None


def cry(message: Received) -> Reply | None:
    """The reply to who is in danger while nothing can be kept: it needs no store. None for everybody else."""
    lines = lifelines(message.words)
    return Reply("text", plain(lines.beside(say("web.broken")))) if lines.line else None


def unkept(message: Received, error: Exception) -> Reply | None:
    """What is told of words that the store cannot take now; None for other faults and messages without words."""
    if not message.words or not isinstance(error, OUT_OF_ORDER):
        return None
    return Reply("text", plain(lifelines(message.words).beside(say("gate.unavailable"))))


class Reception:
    """The reception of one account.

    ``menus`` tells whether buttons may go as menu messages now; ``wake`` is called when there is something to deliver;
    ``transfer`` hands who asks for a person to WeChat's own agents.
    """

    def __init__(
        self,
        store: Database,
        inbox: Inbox,
        answers: Answers,
        api: WeChatApi | None,
        menus: Callable[[], bool],
        wake: Callable[[], None],
        transfer: bool = False,
        times: Times | None = None,
    ) -> None:
        self._inbox, self._answers, self._api, self._menus, self._wake = inbox, answers, api, menus, wake
        self._queue = Queue(store)
        self._transfer, self._times = transfer, times or Times()
        self._lines: dict[str, Turn] = {}
        self._live: dict[str, Turn] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def take(self, message: Received) -> tuple[Kept, Reply]:
        """Keeps a message and gives what goes back; call `sent` or `not_sent` afterwards."""
        until = asyncio.get_running_loop().time() + self._times.in_time
        key = self._inbox.key_of(message)
        # A repeat of what is being worked on here waits for the same answer.
        turn = self._live.get(key)
        if turn is None:
            turn = self._enter(self._inbox.visitor_of(message), key)
            turn.kept = self._start(self._keep(turn, message))
        try:
            # What is being kept is kept and answered even if the platform hangs up meanwhile.
            kept = await asyncio.shield(turn.kept)
        except asyncio.CancelledError:
            turn.late = True
            raise
        if not kept.fresh:
            # Without a reply another process works on it, or did before it was stopped: it will be delivered.
            return kept, kept.reply or SUCCESS
        return kept, await self._await_reply(turn, until)

    async def _keep(self, turn: Turn, message: Received) -> Kept:
        """Keeps a message and begins to work on it, unless it is a repeat."""
        try:
            kept = await self._inbox.keep(message)
        except BaseException:
            self._leave(turn)
            raise
        if kept.fresh:
            self._start(self._work(turn, kept, message))
        else:
            self._leave(turn)
        return kept

    async def _await_reply(self, turn: Turn, until: float) -> Reply:
        try:
            async with asyncio.timeout_at(until):
                await turn.finished.wait()
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            # The platform has hung up.
            turn.late = turn.late or turn.reply is None
            raise
        if turn.reply is None:
            turn.late = True
            return SUCCESS
        return turn.reply

    def sent(self, kept: Kept, reply: Reply) -> None:
        """The reply has left. Noted in a task of its own: the platform hangs up at once, which ends the request's."""
        if reply != SUCCESS:
            self._start(self._note_sent(kept))

    async def _note_sent(self, kept: Kept) -> None:
        if await self._inbox.sent(kept):
            self._wake()

    def not_sent(self, kept: Kept, reply: Reply) -> None:
        """The reply could not be handed to the platform: it is delivered, and who was handed over waits again."""
        if reply != SUCCESS:
            self._start(self._deliver(kept, reply))

    async def _deliver(self, kept: Kept, reply: Reply) -> None:
        if reply.kind == "transfer":
            await self._queue.join(kept.visitor_id)
        await self._inbox.not_sent(kept)
        self._wake()

    async def run(self) -> None:
        """Renews the claims of this process and takes up what others left, until it is cancelled."""
        while True:
            try:
                await self._inbox.renew([turn.kept.result().id for turn in self._live.values() if turn.kept.done()])
                for waiting in await self._inbox.claim():
                    self._take_up(waiting.kept, waiting.message)
            except Exception:
                log.exception("WeChat: kept messages could not be read")
            await asyncio.sleep(self._times.look)

    async def close(self) -> None:
        """Ends the work under way: what is not answered stays kept and is taken up at the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._times.closing)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # One after the other ----------------------------------------------------------------------------------------------

    def _enter(self, visitor_id: str, key: str) -> Turn:
        """A place at the end of the person's line, in the order of arrival."""
        turn = self._lines[visitor_id] = self._live[key] = Turn(visitor_id, key, self._lines.get(visitor_id))
        return turn

    def _leave(self, turn: Turn) -> None:
        turn.finished.set()
        del self._live[turn.key]
        if self._lines.get(turn.visitor_id) is turn:
            if turn.before is None or turn.before.finished.is_set():
                del self._lines[turn.visitor_id]
            else:
                self._lines[turn.visitor_id] = turn.before
        turn.before = turn.before if turn.before and not turn.before.finished.is_set() else None

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _take_up(self, kept: Kept, message: Received) -> None:
        if kept.key in self._live:
            return
        if kept.reply is not None:
            self.not_sent(kept, kept.reply)
            return
        turn = self._enter(kept.visitor_id, kept.key)
        turn.late = True
        turn.kept = asyncio.get_running_loop().create_future()
        turn.kept.set_result(kept)
        self._start(self._work(turn, kept, message))

    async def _work(self, turn: Turn, kept: Kept, message: Received) -> None:
        try:
            while turn.before is not None:
                await turn.before.finished.wait()
                turn.before = turn.before.before
            what = await self._said(turn, message, kept)
            await self._settle(turn, kept, what)
        except Exception:
            # It stays kept: when the claim has run out it is taken up again.
            log.exception("WeChat: a message could not be answered")
            if not turn.late:
                turn.reply = cry(message)
            turn.late = True
        finally:
            self._leave(turn)

    async def _settle(self, turn: Turn, kept: Kept, what: Said) -> None:
        """Keeps what is to be said, then decides which way its first part goes."""
        rest = pieces(what, self._menus())
        reply = SUCCESS
        if what.transfer:
            reply = Reply("transfer")
            await self._queue.leave(kept.visitor_id)
        elif not turn.late and rest and not rest[0].options:
            reply = Reply("text", rest.pop(0).text)
        await self._inbox.answered(kept, reply, rest)
        if turn.late and reply != SUCCESS:
            await self._deliver(kept, reply)
            return
        turn.reply = reply
        if reply == SUCCESS and rest:
            self._wake()

    # The answer -------------------------------------------------------------------------------------------------------

    async def _said(self, turn: Turn, message: Received, kept: Kept) -> Said:
        if await self._waits_for_agent(kept):
            return self._hand_over(turn, message)
        typing = asyncio.create_task(self._show_typing(message))
        try:
            what = await self._answers(message, kept)
        except Refusal as refusal:
            what = Said(plain(lifelines(message.words).beside(refusal.message)))
        except Exception:
            log.exception("WeChat: a message was not understood")
            what = Said(plain(lifelines(message.words).beside(say("web.broken"))))
        finally:
            typing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await typing
        return self._hand_over(turn, message) if await self._waits_for_agent(kept) else what

    async def _waits_for_agent(self, kept: Kept) -> bool:
        """Whether WeChat's own agents are to take this person over."""
        return self._transfer and await self._queue.state(kept.visitor_id) == "queued"

    def _hand_over(self, turn: Turn, message: Received) -> Said:
        """Only the passive reply to a message hands over; else the person is asked for one."""
        if turn.late or message.kind not in HANDS_OVER:
            return Said(say("wechat.transfer_again"))
        return Said(say("wechat.transfer"), transfer=True)

    async def _show_typing(self, message: Received) -> None:
        if self._api is None or message.kind == "event":
            return
        await asyncio.sleep(self._times.typing_after)
        with contextlib.suppress(WeChatError):
            await self._api.typing(message.sender)
