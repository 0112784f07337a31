"""Under load those who ask for least come first, and nobody waits without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest

import bot.dialogue.admission
from bot.dialogue.admission import CROWD, Turns
from bot.errors import Refusal
from bot.settings import Settings

CROWDED, OTHER_CROWD = "198.51.100.1", "198.51.100.2"
"""Addresses with many calls under way."""


class Line:
    """People who wait for their turn, and in which order they had it."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.order = turns, list[str]()
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, *who: str, urgent: bool = False) -> None:
        async def one() -> None:
            async with self.turns.turn(*who, urgent=urgent):
                self.order.append(name)

        self.tasks[name] = asyncio.create_task(one())
        await asyncio.sleep(0)

    async def all_had_theirs(self) -> list[str]:
        await asyncio.gather(*self.tasks.values())
        return self.order


@pytest.fixture
def crowds() -> Callable[[Turns], ExitStack]:
    def opened(turns: Turns) -> ExitStack:
        stack = ExitStack()
        for address in (CROWDED, OTHER_CROWD):
            for _ in range(CROWD):
                stack.enter_context(turns.call(address))
        return stack

    return opened


async def test_who_waits_comes_after_danger_and_who_took_less(crowds: Callable[[Turns], ExitStack]) -> None:
    turns = Turns(together=1)
    line = Line(turns)
    with crowds(turns):
        async with turns.turn("203.0.113.9", "talker"):
            await line.come("crowd", CROWDED, "a")
            await line.come("danger in a crowd", CROWDED, "b", urgent=True)
            await line.come("talker", "203.0.113.9", "talker")
            await line.come("newcomer", "203.0.113.7", "c")
            await line.come("danger", "203.0.113.8", "d", urgent=True)
        assert await line.all_had_theirs() == ["danger", "newcomer", "talker", "danger in a crowd", "crowd"]


async def test_crowds_leave_time_for_others(
    crowds: Callable[[Turns], ExitStack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.dialogue.admission, "RESTS", 1e9)
    turns = Turns()
    line = Line(turns)
    with crowds(turns):
        async with turns.turn(CROWDED, "a"):
            await line.come("while one of a crowd has its turn", OTHER_CROWD, "b")
            await line.come("a person", "203.0.113.7", "c")
            await line.tasks["a person"]
        await line.come("another person", "203.0.113.8", "d")
        await line.tasks["another person"]
    assert line.order == ["a person", "another person"]
    line.tasks["while one of a crowd has its turn"].cancel()


async def test_an_address_with_too_many_calls_under_way_is_refused(environment: Callable[..., Settings]) -> None:
    environment(BOT_CALLS_PER_ADDRESS="1")
    turns = Turns()
    with turns.call(CROWDED):
        with pytest.raises(Refusal) as refusal, turns.call(CROWDED):
            pass
        assert (refusal.value.status, refusal.value.code) == (429, "too_many_calls")
        with turns.call(OTHER_CROWD), turns.call("127.0.0.1"), turns.call("127.0.0.1"):
            pass
    with turns.call(CROWDED):
        pass


async def test_who_waits_too_long_is_told_so_and_keeps_nobody_else_waiting() -> None:
    turns = Turns(together=1, patience=0.01)
    async with turns.turn("a"):
        with pytest.raises(Refusal) as refusal:
            async with turns.turn("b"):
                pass
        assert (refusal.value.status, refusal.value.code) == (503, "busy")
    async with turns.turn("c"):
        assert turns.busy
    assert not turns.busy


async def test_who_goes_away_keeps_nobody_waiting() -> None:
    turns = Turns(together=1)
    line = Line(turns)
    async with turns.turn("a"):
        for name in ("goes while waiting", "goes when called", "stays"):
            await line.come(name, name)
        line.tasks["goes while waiting"].cancel()
        await asyncio.sleep(0)
    line.tasks["goes when called"].cancel()
    await line.tasks["stays"]
    assert line.order == ["stays"]
    assert not turns.busy
