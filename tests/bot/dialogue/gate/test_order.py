"""The messages of one person are answered one after the other; other people do not wait for them."""

from __future__ import annotations

import asyncio

from bot.dialogue.gate import Gate
from bot.dialogue.visitors import Visitors
from bot.storage import Database
from tests.bot.dialogue.gate.echo import Echo, say


async def test_the_messages_of_one_person_are_answered_one_after_the_other_in_order(
    gate: Gate, engine: Echo, me: str
) -> None:
    under_way: list[str] = []

    async def alone(text: str) -> None:
        under_way.append(text)
        for _ in range(100 * (8 - int(text))):
            await asyncio.sleep(0)
        assert under_way == [text]
        under_way.clear()

    engine.before = alone
    answers = await asyncio.gather(*(gate.handle(say(me, str(n))) for n in range(8)))
    assert engine.texts == [str(n) for n in range(8)]
    assert [answer.messages[0]["text"] for answer in answers] == [f"{n + 1}: {n}" for n in range(8)]


async def test_people_do_not_wait_for_each_other(gate: Gate, engine: Echo, store: Database, me: str) -> None:
    other = (await Visitors(store).open("web")).id
    first_came, second_done = asyncio.Event(), asyncio.Event()

    async def meet(text: str) -> None:
        if text == "一":
            first_came.set()
            await second_done.wait()

    engine.before = meet
    first = asyncio.create_task(gate.handle(say(me, "一")))
    await asyncio.wait_for(first_came.wait(), 10)
    await asyncio.wait_for(gate.handle(say(other, "二")), 10)
    second_done.set()
    assert (await first).messages[0]["text"] == "2: 一"


async def test_a_message_that_failed_does_not_hold_up_the_next(gate: Gate, engine: Echo, me: str) -> None:
    async def fail(text: str) -> None:
        if text == "一":
            raise RuntimeError("the model fell over")

    engine.before = fail
    first, second = await asyncio.gather(gate.handle(say(me, "一")), gate.handle(say(me, "二")), return_exceptions=True)
    assert isinstance(first, RuntimeError)
    assert not isinstance(second, BaseException) and second.messages[0]["text"] == "2: 二"
