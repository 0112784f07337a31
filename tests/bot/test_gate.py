"""Every message passes the gate once, in order, within limits, and never as a command of the engine."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from sqlalchemy import select

from bot.engine.collector import Collector
from bot.errors import Refusal
from bot.gate import LONGEST, Gate, IncomingMessage, Limiter
from bot.handoff import Queue
from bot.notices import Notices
from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import Answered, Handoff, Utterance, now
from bot.visitors import Visitors

BUTTONS = [{"title": "提交", "payload": "/affirm"}, {"title": "取消", "payload": "/cancel"}]


class Echo:
    """An engine that says what it heard; a message "buttons" offers buttons, "expects" expects a place."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.before: Callable[[str], Awaitable[None]] | None = None

    async def __call__(self, text: str, visitor_id: str, collector: Collector) -> None:
        self.heard.append((visitor_id, text))
        if self.before:
            await self.before(text)
        message: dict[str, Any] = {"text": f"{len(self.heard)}: {text}"}
        if text == "buttons":
            message["buttons"] = BUTTONS
        if text == "expects":
            message["custom"] = {"expects": "location"}
        await collector.send_response(visitor_id, message)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.heard]


@pytest.fixture
def engine() -> Echo:
    return Echo()


@pytest.fixture
def gate(store: Database, engine: Echo) -> Gate:
    return Gate(store, engine)


@pytest_asyncio.fixture
async def me(store: Database) -> AsyncIterator[str]:
    yield (await Visitors(store).open("web")).id


def say(visitor_id: str, text: str | None = None, **values: Any) -> IncomingMessage:
    return IncomingMessage(visitor_id, "web", text, **values)


async def refused(answer: Awaitable[Any]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await answer
    return refusal.value


# One message, one answer ----------------------------------------------------------------------------------------------


async def test_a_message_gets_the_engines_answer(gate: Gate, me: str) -> None:
    assert (await gate.handle(say(me, "路灯坏了"))).to_json() == {
        "messages": [{"text": "1: 路灯坏了", "buttons": [], "links": [], "source": None}],
        "expects": None,
        "state": "bot",
    }


async def test_what_is_expected_next_is_told(gate: Gate, me: str) -> None:
    assert (await gate.handle(say(me, "expects"))).expects == "location"


async def test_a_new_visitor_is_greeted(gate: Gate, engine: Echo, me: str) -> None:
    answer = await gate.greet(me, "web")
    assert engine.texts == ["/greet"]
    assert len(answer.messages) == 1


async def test_a_person_in_the_queue_sees_it(gate: Gate, store: Database, me: str) -> None:
    await Queue(store).join(me)
    assert (await gate.handle(say(me, "还在吗"))).state == "queued"


async def test_a_message_goes_to_the_agent_who_holds_the_conversation(
    gate: Gate, engine: Echo, store: Database, me: str
) -> None:
    await store.run(lambda session: session.add(Handoff(visitor_id=me, state="served")))
    answer = await gate.handle(say(me, "你好"))
    assert (answer.state, answer.messages, engine.heard) == ("agent", [], [])


async def test_the_transcript_keeps_both_sides_in_order(gate: Gate, store: Database, me: str) -> None:
    await gate.handle(say(me, "路灯坏了"))
    await gate.handle(say(me, "在丽阳街"))
    rows = await store.run(
        lambda session: [
            (row.speaker, row.content) for row in session.scalars(select(Utterance).order_by(Utterance.id))
        ]
    )
    assert [speaker for speaker, _ in rows] == ["visitor", "bot", "visitor", "bot"]
    assert rows[0][1] == {"text": "路灯坏了"}
    assert rows[3][1][0]["text"] == "2: 在丽阳街"


# Repeats --------------------------------------------------------------------------------------------------------------


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


# Order ----------------------------------------------------------------------------------------------------------------


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


# Size and commands ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n\t　"])
async def test_an_empty_text_is_refused(gate: Gate, engine: Echo, me: str, text: str) -> None:
    refusal = await refused(gate.handle(say(me, text)))
    assert (refusal.status, refusal.code, engine.heard) == (422, "empty", [])


async def test_a_text_of_two_thousand_signs_is_taken_and_a_longer_one_refused(
    gate: Gate, engine: Echo, me: str
) -> None:
    await gate.handle(say(me, "字" * LONGEST))
    assert LONGEST == 2000
    refusal = await refused(gate.handle(say(me, "字" * 2001)))
    assert (refusal.status, refusal.code) == (422, "too_long")
    assert engine.texts == ["字" * 2000]


@pytest.mark.parametrize("text", ["/restart", "/affirm", '/inform{"phone": "1"}', "//", " /restart "])
async def test_text_that_looks_like_a_command_reaches_the_engine_as_text(
    gate: Gate, engine: Echo, me: str, text: str
) -> None:
    await gate.handle(say(me, text))
    assert engine.texts == ["／" + text.strip()[1:]]


async def test_a_slash_further_on_is_left_alone(gate: Gate, engine: Echo, me: str) -> None:
    await gate.handle(say(me, "3/4的路灯坏了"))
    assert engine.texts == ["3/4的路灯坏了"]


# Buttons --------------------------------------------------------------------------------------------------------------


async def test_an_offered_button_reaches_the_engine_as_its_payload(gate: Gate, engine: Echo, me: str) -> None:
    await gate.handle(say(me, "buttons"))
    await gate.handle(say(me, button="/cancel"))
    assert engine.texts == ["buttons", "/cancel"]


@pytest.mark.parametrize("payload", ["/affirm", "/restart", "", "提交", '/pick{"region_choice": "莲都区"}'])
async def test_a_button_that_was_not_offered_is_refused(gate: Gate, engine: Echo, me: str, payload: str) -> None:
    refusal = await refused(gate.handle(say(me, button=payload)))
    assert (refusal.status, refusal.code, engine.heard) == (422, "unknown_button", [])


async def test_a_button_of_somebody_else_is_refused(gate: Gate, store: Database, me: str) -> None:
    other = (await Visitors(store).open("web")).id
    await gate.handle(say(other, "buttons"))
    assert (await refused(gate.handle(say(me, button="/affirm")))).code == "unknown_button"


async def test_an_earlier_button_still_works(gate: Gate, engine: Echo, me: str) -> None:
    await gate.handle(say(me, "buttons"))
    await gate.handle(say(me, "别的话"))
    await gate.handle(say(me, button="/affirm"))
    assert engine.texts[-1] == "/affirm"


@pytest.mark.parametrize(("text", "payload"), [("提交", "/affirm"), ("2", "/cancel"), ("第一个", "/affirm")])
async def test_a_typed_word_does_what_the_button_of_the_last_answer_does(
    gate: Gate, engine: Echo, me: str, text: str, payload: str
) -> None:
    await gate.handle(say(me, "buttons"))
    await gate.handle(say(me, text))
    assert engine.texts[-1] == payload


async def test_a_number_does_not_press_a_button_of_an_earlier_answer(gate: Gate, engine: Echo, me: str) -> None:
    await gate.handle(say(me, "buttons"))
    await gate.handle(say(me, "别的话"))
    await gate.handle(say(me, "2"))
    assert engine.texts[-1] == "2"


async def ask_for_a_rating(store: Database, visitor_id: str) -> None:
    buttons = [
        {"title": title, "payload": f'/rate{{"number": "LS20260309-7K3M9Q", "rating": "{rating}"}}'}
        for title, rating in (("满意", "satisfied"), ("一般", "neutral"), ("不满意", "dissatisfied"))
    ]
    await Notices(store).send(visitor_id, [{"text": "办得怎么样？", "buttons": buttons}], expects="rating")


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("挺好的", "satisfied"),
        ("还行", "neutral"),
        ("根本没解决", "dissatisfied"),
        ("3", "dissatisfied"),
        ("满意", "satisfied"),
    ],
)
async def test_a_few_words_after_a_notice_that_asks_for_a_rating_give_it(
    gate: Gate, engine: Echo, store: Database, me: str, text: str, rating: str
) -> None:
    await ask_for_a_rating(store, me)
    await gate.handle(say(me, text))
    assert engine.texts == [f'/rate{{"number": "LS20260309-7K3M9Q", "rating": "{rating}"}}']


@pytest.mark.parametrize("text", ["满意吗？", "着火了", "这件事还没有解决，楼下还是每天吵到两点"])
async def test_a_question_danger_and_a_longer_text_after_it_are_left_to_the_engine(
    gate: Gate, engine: Echo, store: Database, me: str, text: str
) -> None:
    await ask_for_a_rating(store, me)
    await gate.handle(say(me, text))
    assert engine.texts == [text]


async def test_words_of_a_rating_rate_nothing_once_something_else_was_answered(
    gate: Gate, engine: Echo, store: Database, me: str
) -> None:
    await ask_for_a_rating(store, me)
    await gate.handle(say(me, "路灯坏了"))
    await gate.handle(say(me, "挺好的"))
    assert engine.texts == ["路灯坏了", "挺好的"]


@pytest.mark.parametrize("text", ["取消排队", "我不排了", "退出排队吧"])
async def test_who_waits_can_leave_the_queue_in_words(
    gate: Gate, engine: Echo, store: Database, me: str, text: str
) -> None:
    await gate.handle(say(me, text))
    await Queue(store).join(me)
    await gate.handle(say(me, text))
    assert engine.texts == [text, "/leave_queue"]


async def test_messages_and_their_time_are_counted_for_the_dashboard(gate: Gate, me: str) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("hotline_messages_total", {"channel": "web"}) or 0.0

    before = counted()
    await gate.handle(say(me, "路灯坏了"))
    await refused(gate.handle(say(me, "")))
    assert counted() == before + 1


# Rate -----------------------------------------------------------------------------------------------------------------


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
