"""Who sends too fast is slowed down, alone."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from bot.dialogue.gate import Gate, Limiter
from bot.dialogue.visitors import Visitors
from bot.errors import Refusal
from bot.settings import Settings
from bot.storage import Database
from tests.bot.dialogue.gate.echo import Echo, refused, say


async def test_who_sends_too_fast_is_told_how_long_to_wait(
    store: Database, engine: Echo, me: str, environment: Callable[..., Settings]
) -> None:
    environment(BOT_RATE_LIMIT="3/minute")
    gate = Gate(store, engine)
    for n in range(3):
        await gate.handle(say(me, str(n)))
    refusal = await refused(gate.handle(say(me, "3")))
    assert (refusal.status, refusal.code) == (429, "too_fast")
    assert refusal.retry_after is not None and 0 < refusal.retry_after <= 60
    assert str(refusal.retry_after) in refusal.message
    assert len(engine.heard) == 3


async def test_the_rate_of_one_person_does_not_hinder_another(
    store: Database, engine: Echo, me: str, environment: Callable[..., Settings]
) -> None:
    environment(BOT_RATE_LIMIT="1/minute")
    gate, other = Gate(store, engine), (await Visitors(store).open("web")).id
    await gate.handle(say(me, "一"))
    await gate.handle(say(other, "二"))
    assert (await refused(gate.handle(say(me, "三")))).status == 429


async def test_a_repeat_is_answered_also_when_the_rate_is_used_up(
    store: Database, engine: Echo, me: str, environment: Callable[..., Settings]
) -> None:
    environment(BOT_RATE_LIMIT="1/minute")
    gate = Gate(store, engine)
    first = await gate.handle(say(me, "一", client_id="c1"))
    assert await gate.handle(say(me, "一", client_id="c1")) == first


async def test_a_refused_message_can_be_sent_again_with_the_same_client_id(
    store: Database, engine: Echo, me: str, environment: Callable[..., Settings]
) -> None:
    environment(BOT_RATE_LIMIT="1/minute")
    gate = Gate(store, engine)
    await gate.handle(say(me, "一", client_id="c1"))
    assert (await refused(gate.handle(say(me, "二", client_id="c2")))).status == 429
    later = Gate(store, engine)
    assert (await later.handle(say(me, "二", client_id="c2"))).messages[0]["text"] == "2: 二"


async def test_a_limit_still_counts_after_the_garbage_was_collected(environment: Callable[..., Settings]) -> None:
    environment(BOT_RATE_LIMIT="2/minute")
    limiter = Limiter("2/minute", "messages")
    for _ in range(2):
        limiter.take("somebody")
        gc.collect()
    with pytest.raises(Refusal):
        limiter.take("somebody")


async def test_off_means_no_limit_for_messages_and_sessions(environment: Callable[..., Settings]) -> None:
    environment(BOT_RATE_LIMIT="off")
    for rule in ("off", "1/minute"):
        limiter = Limiter(rule, "sessions")
        for _ in range(100):
            limiter.take("somebody")


async def test_two_limits_with_different_names_count_apart(environment: Callable[..., Settings]) -> None:
    environment(BOT_RATE_LIMIT="1/minute")
    messages, sessions = Limiter("1/minute", "messages"), Limiter("1/minute", "sessions")
    messages.take("somebody")
    sessions.take("somebody")
    with pytest.raises(Refusal):
        sessions.take("somebody")


async def test_an_old_person_who_writes_ten_short_messages_in_a_minute_is_heard(
    store: Database, engine: Echo, me: str, environment: Callable[..., Settings]
) -> None:
    environment(BOT_RATE_LIMIT=Settings.__fields__["rate_limit"].default)
    gate = Gate(store, engine)
    for n in range(10):
        await gate.handle(say(me, f"第{n}句", address="203.0.113.7"))
    assert len(engine.heard) == 10


async def test_all_people_of_an_address_together_are_slowed_down_and_others_are_not(
    store: Database, engine: Echo, environment: Callable[..., Settings]
) -> None:
    environment(BOT_RATE_LIMIT="60/minute", BOT_ADDRESS_RATE_LIMIT="8/minute")
    gate, visitors = Gate(store, engine), Visitors(store)
    people = [(await visitors.open("web")).id for _ in range(5)]
    for n in range(8):
        await gate.handle(say(people[n % 5], str(n), address="203.0.113.7"))
    refusal = await refused(gate.handle(say(people[0], "9", address="203.0.113.7")))
    assert (refusal.status, refusal.code) == (429, "too_fast")
    await gate.handle(say(people[0], "9", address="203.0.113.8"))
