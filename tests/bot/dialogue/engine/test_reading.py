"""A message that is slow to read keeps nobody waiting: past its time the rules of danger answer alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.engine.reading import Reader, by_rules, goes_on
from bot.hotline.classification import Classification
from bot.language.nlu.understander import UNDERSTANDING
from bot.language.understanding import Understanding

SCHOOL, LAMPS = ["科教文体", "学校管理"], ["城乡建设", "市政设施"]


class Slow:
    """Reads a text "慢…" only when it may, anything else at once; it blocks its thread, as computing does."""

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()
        self.threads: list[str] = []

    async def __call__(self, message: UserMessage, tracker: Any, only_output_properties: bool) -> dict[str, Any]:
        self.threads.append(threading.current_thread().name)
        if "慢" in (message.text or ""):
            self.began.set()
            self.may_end.wait(60)
        return {"text": message.text, "intent": {"name": "read"}}


@pytest.fixture
def slow() -> Iterator[Slow]:
    reading = Slow()
    yield reading
    reading.may_end.set()


async def prepared(text: str) -> None:
    """Nothing to prepare."""


async def test_others_are_served_while_one_message_is_read(slow: Slow) -> None:
    read = Reader(slow, prepared, 60)
    first = asyncio.create_task(read(UserMessage("慢慢来")))
    await asyncio.to_thread(slow.began.wait, 60)
    button = await read(UserMessage("/affirm"))
    assert button["text"] == "/affirm" and not first.done()
    slow.may_end.set()
    assert (await first)["intent"]["name"] == "read"
    assert slow.threads[0].startswith("reader")


async def test_past_its_time_the_rules_answer_and_the_next_message_is_read(slow: Slow) -> None:
    read = Reader(slow, prepared, 0.05)
    late = await read(UserMessage("慢慢来，救命着火了"))
    assert (late["intent"]["name"], late["understanding"]["hotline"]) == ("emergency", "119")
    patient = Reader(slow, prepared, 60)
    patient._thread = read._thread
    assert (await patient(UserMessage("路灯坏了")))["intent"]["name"] == "read"


async def test_who_waits_too_long_for_the_reader_is_answered_by_the_rules(slow: Slow) -> None:
    async def stuck(text: str) -> None:
        await asyncio.Event().wait()

    late = await Reader(slow, stuck, 0.01)(UserMessage("路灯坏了"))
    assert late["intent"]["name"] == "unclear" and slow.threads == []


@pytest.mark.parametrize(
    ("text", "intent", "line", "language"),
    [
        ("救命着火了", "emergency", "119", "zh"),
        ("我爸突然晕倒了", "emergency", "120", "zh"),
        ("著火了！！", "emergency", "119", "zh"),
        ("my house is on fire", "emergency", "119", "en"),
        ("丽阳街的路灯坏了", "unclear", None, "zh"),
        ("", "unclear", None, "zh"),
    ],
)
def test_what_the_rules_know(text: str, intent: str, line: str | None, language: str) -> None:
    parsed = by_rules(text)
    found = Understanding.from_dict(parsed["understanding"])
    assert (parsed["intent"]["name"], found.hotline, found.language) == (intent, line, language)
    assert found.unread and parsed["original_text"] == text


def after_an_alarm(text: str, **meant: Any) -> bool:
    """Whether a message goes on with a matter for which the line to call was told just before."""
    alarm = Understanding("emergency", 0.9, "emergency", classification=Classification("assistance", SCHOOL))
    tracker = DialogueStateTracker("v", [AnySlot("last_matter", [{"type": "custom"}])])
    tracker.update(SlotSet("last_matter", {"text": "儿子被推下楼梯", "understanding": alarm.to_dict()}))
    found = Understanding(**{"intent": "chitchat", "confidence": 0.5, **meant})
    return goes_on(tracker, {"text": text, "intent": {"name": found.intent}, UNDERSTANDING: found.to_dict()})


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("莲都区人民路小学", {"intent": "ask_question"}),
        ("不留", {"intent": "deny"}),
        ("弗是啊是上周五的事", {"intent": "deny"}),
        ("人没事，车老早开走了", {"intent": "emergency", "route": "emergency"}),
        ("学校不管", {"intent": "report_matter", "classification": Classification("complaint", SCHOOL)}),
    ],
)
def test_after_a_line_to_call_the_same_matter_goes_on(text: str, meant: dict[str, Any]) -> None:
    assert after_an_alarm(text, **meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("他又打我了", {"intent": "emergency", "route": "emergency"}),
        ("谢谢", {"intent": "thank"}),
        ("社保卡丢了怎么补办？", {"intent": "ask_question"}),
        ("路灯坏了", {"intent": "report_matter", "classification": Classification("complaint", LAMPS)}),
    ],
)
def test_danger_thanks_and_another_matter_do_not_go_on_with_it(text: str, meant: dict[str, Any]) -> None:
    assert not after_an_alarm(text, **meant)
