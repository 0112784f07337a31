"""Whose turn it is (轮到谁): a few messages are answered at a time, and who asks for least comes first.

Many addresses that each keep within their limits could still send more than is answered. So each may have only some calls
under way, and one with many waits for all others and gets a part of the time only. Else danger comes first, then who took
least of the last minutes. Nobody waits for long without a word.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from bot.dialogue.wording import say
from bot.errors import Refusal
from bot.settings import settings

TOGETHER = 2
"""Messages that are answered at the same time: while one is read, another is written down."""
CROWD = 5
"""Calls of one address under way that are more than a person's or a family's."""
RESTS = 3.0
"""After a message of a crowd no other crowd has its turn for so many times as long as it took."""
PATIENCE = 20.0
"""Seconds that a message waits for its turn."""
PERIOD = 60.0
"""Seconds after which what somebody took begins to be forgotten."""
_OURS = ("127.0.0.1", "::1")
"""A proxy that does not say for whom it calls."""


@dataclass(eq=False)
class _Waiting:
    """A message that waits: whose it is, from the widest to the narrowest, and whether somebody is in danger."""

    who: tuple[str, ...]
    urgent: bool
    crowd: bool = False
    """Whether it was one of a crowd when it was called."""
    called: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Turns:
    """The turns of one process."""

    def __init__(self, together: int = TOGETHER, patience: float = PATIENCE) -> None:
        self._free, self._patience = together, patience
        self._waiting: defaultdict[str, list[_Waiting]] = defaultdict(list)
        self._under_way: Counter[str] = Counter()
        self._took: Counter[str] = Counter()
        self._took_before: Counter[str] = Counter()
        self._period_ends = self._rests_until = 0.0

    @property
    def busy(self) -> bool:
        """Whether a message might have to wait now."""
        return not self._free or bool(self._waiting)

    def is_crowd(self, address: str) -> bool:
        """Whether more calls of an address are under way than a person's."""
        return self._under_way[address] >= CROWD

    @contextmanager
    def call(self, address: str) -> Iterator[None]:
        """Counts a call of an address as long as it is under way; raises `Refusal` 429 for one too many."""
        if address in _OURS:
            yield
            return
        if self._under_way[address] >= settings().calls_per_address:
            raise Refusal(429, "too_many_calls", say("gate.unavailable"), retry_after=5)
        self._under_way[address] += 1
        try:
            yield
        finally:
            self._under_way[address] -= 1
            if not self._under_way[address]:
                del self._under_way[address]

    @asynccontextmanager
    async def turn(self, *who: str, urgent: bool = False) -> AsyncIterator[None]:
        """Waits for the turn of somebody, told from the widest to the narrowest (address, person); raises `Refusal` 503 for
        one who waited too long."""
        one = _Waiting(who, urgent)
        await self._called(one)
        began = time.monotonic()
        try:
            yield
        finally:
            self._done(one, time.monotonic() - began)

    async def _called(self, one: _Waiting) -> None:
        self._waiting[one.who[0]].append(one)
        if self._free:
            self._call()
        try:
            async with asyncio.timeout(self._patience):
                await one.called
        except BaseException as error:
            if one.called.cancelled():
                self._leave(one)
                self._call()
            else:
                self._done(one, 0.0)
            if isinstance(error, TimeoutError):
                raise Refusal(503, "busy", say("gate.unavailable"), retry_after=30) from error
            raise

    def _leave(self, one: _Waiting) -> None:
        self._waiting[one.who[0]].remove(one)
        if not self._waiting[one.who[0]]:
            del self._waiting[one.who[0]]

    def _done(self, one: _Waiting, took: float) -> None:
        self._free += 1
        self._took.update(dict.fromkeys(one.who, took))
        if one.crowd:
            self._rests_until = time.monotonic() + RESTS * took
            asyncio.get_running_loop().call_later(RESTS * took, self._call)
        self._call()

    def _call(self) -> None:
        """Calls those whose turn it is."""
        while self._free and (one := self._following()):
            self._free -= 1
            self._leave(one)
            if one.crowd:
                self._rests_until = float("inf")  # until it is done
            one.called.set_result(None)

    def _following(self) -> _Waiting | None:
        if (clock := time.monotonic()) >= self._period_ends:
            self._took_before = self._took if clock < self._period_ends + PERIOD else Counter()
            self._took, self._period_ends = Counter(), clock + PERIOD
        address = min(self._waiting, default=None, key=self._place)
        if address is None or ((crowd := self.is_crowd(address)) and clock < self._rests_until):
            return None
        # Who has gone is still there until his task notices; of equals the one who came first.
        here = (one for one in self._waiting[address] if not one.called.done())
        one = min(here, default=None, key=lambda one: (not one.urgent, *map(self._taken, one.who)))
        if one:
            one.crowd = crowd
        return one

    def _place(self, address: str) -> tuple[float, ...]:
        crowd = self.is_crowd(address)
        urgent = not crowd and any(one.urgent for one in self._waiting[address])
        return (crowd, not urgent, self._under_way[address], self._taken(address))

    def _taken(self, who: str) -> float:
        return float(self._took[who] + self._took_before[who])


@lru_cache(maxsize=1)
def turns() -> Turns:
    """The turns of this process, of all channels together."""
    return Turns()
