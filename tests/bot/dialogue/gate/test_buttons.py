"""Only offered buttons can be pressed; the words of a button, a rating or a wish to leave the queue press it too."""

from __future__ import annotations

import pytest

from bot.dialogue.gate import Gate
from bot.dialogue.notices import Announcements
from bot.dialogue.visitors import Visitors
from bot.hotline.handoff import Queue
from bot.storage import Database
from tests.bot.dialogue.gate.echo import Echo, refused, say


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
    await Announcements(store).send(visitor_id, [{"text": "办得怎么样？", "buttons": buttons}], expects="rating")
    await Announcements(store).after(visitor_id, 0)


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
