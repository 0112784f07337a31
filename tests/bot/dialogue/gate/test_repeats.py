"""A message that is sent twice is answered twice and done once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.dialogue.gate import Gate
from bot.dialogue.visitors import Visitors
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Answered, now
from tests.bot.dialogue.gate.echo import Echo, say
from tests.bot.hotline.tickets import draft


async def test_a_repeat_gets_the_first_answer_and_does_nothing_twice(gate: Gate, engine: Echo, me: str) -> None:
    first = await gate.handle(say(me, "路灯坏了", client_id="c1"))
    again = await gate.handle(say(me, "路灯坏了", client_id="c1"))
    other_text = await gate.handle(say(me, "别的话", client_id="c1"))
    assert first == again == other_text
    assert engine.texts == ["路灯坏了"]


async def test_a_repeat_at_the_same_moment_gets_the_first_answer(gate: Gate, engine: Echo, me: str) -> None:
    async def slow(text: str) -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    engine.before = slow
    answers = await asyncio.gather(*(gate.handle(say(me, f"第{n}次", client_id="c1")) for n in range(5)))
    assert all(answer == answers[0] for answer in answers)
    assert engine.texts == ["第0次"]


async def test_a_repeat_after_a_new_start_gets_the_first_answer(
    gate: Gate, engine: Echo, store: Database, me: str
) -> None:
    first = await gate.handle(say(me, "buttons", client_id="c1"))
    assert await Gate(Database(store.url), engine).handle(say(me, "buttons", client_id="c1")) == first
    assert engine.texts == ["buttons"]


async def test_the_same_client_id_of_another_person_is_another_message(
    gate: Gate, engine: Echo, store: Database, me: str
) -> None:
    other = (await Visitors(store).open("web")).id
    await gate.handle(say(me, "一", client_id="c1"))
    await gate.handle(say(other, "二", client_id="c1"))
    assert engine.texts == ["一", "二"]


async def test_messages_without_client_id_are_never_repeats(gate: Gate, engine: Echo, me: str) -> None:
    await gate.handle(say(me, "一"))
    await gate.handle(say(me, "一"))
    assert engine.texts == ["一", "一"]


async def test_a_message_that_failed_can_be_sent_again_with_the_same_client_id(
    gate: Gate, engine: Echo, me: str
) -> None:
    async def fail(_: str) -> None:
        engine.before = None
        raise RuntimeError("the model fell over")

    engine.before = fail
    with pytest.raises(RuntimeError):
        await gate.handle(say(me, "路灯坏了", client_id="c1"))
    assert (await gate.handle(say(me, "路灯坏了", client_id="c1"))).messages[0]["text"] == "2: 路灯坏了"


async def test_a_client_id_holds_for_a_day(gate: Gate, engine: Echo, store: Database, me: str) -> None:
    async def age(hours: float) -> None:
        def work(session: Any) -> None:
            session.get(Answered, (me, "c1")).created_at = now() - timedelta(hours=hours)

        await store.run(work)

    await gate.handle(say(me, "一", client_id="c1"))
    await age(23.9)
    assert (await gate.handle(say(me, "二", client_id="c1"))).messages[0]["text"] == "1: 一"
    await age(24.1)
    assert (await gate.handle(say(me, "三", client_id="c1"))).messages[0]["text"] == "2: 三"


async def test_where_the_engine_has_no_answer_nothing_of_it_is_kept_and_it_is_done_when_sent_again(
    gate: Gate, engine: Echo, store: Database, me: str
) -> None:
    async def file_then_fail(_: str) -> None:
        await WorkOrders(store).file([draft(visitor_id=me)])
        engine.silent = len(engine.heard) == 1

    engine.before = file_then_fail
    assert (await gate.handle(say(me, "路灯坏了", client_id="c1"))).failed
    assert await WorkOrders(store).own(me) == []
    assert not (await gate.handle(say(me, "路灯坏了", client_id="c1"))).failed
    assert len(await WorkOrders(store).own(me)) == 1
