"""A conversation is kept as its state and its last turns, however long it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select

from bot.dialogue.engine.conversations import ConversationStore, bounded
from bot.settings import ROOT
from bot.storage import Database
from bot.storage.tables import Conversation


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def conversations(store: Database, domain: Domain) -> ConversationStore:
    return ConversationStore(domain, store=store)


def begin(domain: Domain, visitor_id: str = "me") -> DialogueStateTracker:
    tracker = DialogueStateTracker(visitor_id, domain.slots)
    for event in (ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")):
        tracker.update(event, domain)
    return tracker


def turn(tracker: DialogueStateTracker, domain: Domain, text: str, *events: Any, intent: str = "report_matter") -> None:
    """One turn: the engine listens, a message comes, things happen, the bot answers."""
    parsed = {"intent": {"name": intent, "confidence": 0.9}, "original_text": text}
    said = UserUttered(text, parsed["intent"], parse_data=parsed, input_channel="web")
    for event in (said, *events, BotUttered(f"好的：{text}"), ActionExecuted("action_listen")):
        tracker.update(event, domain)


def slots(tracker: DialogueStateTracker) -> dict[str, Any]:
    return {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}


def size(tracker: DialogueStateTracker) -> int:
    return len(json.dumps(bounded(tracker), ensure_ascii=False))


def raw_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("x.db*"))


async def again(conversations: ConversationStore, tracker: DialogueStateTracker) -> DialogueStateTracker:
    await conversations.save(tracker)
    found = await conversations.retrieve(tracker.sender_id)
    assert found is not None
    return found


async def test_nobody_known_has_no_conversation(conversations: ConversationStore) -> None:
    assert await conversations.retrieve("nobody") is None
    assert list(await conversations.keys()) == []


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 4, 7])
async def test_what_counts_for_the_next_turn_is_kept(
    conversations: ConversationStore, domain: Domain, turns: int
) -> None:
    tracker = begin(domain)
    for number in range(turns):
        turn(tracker, domain, f"第{number}句", SlotSet("location", f"丽阳街{number}号"), ActiveLoop("intake_form"))
    found = await again(conversations, tracker)
    assert slots(found) == slots(tracker)
    assert found.active_loop_name == tracker.active_loop_name
    assert found.latest_action_name == tracker.latest_action_name
    assert found.get_latest_input_channel() == tracker.get_latest_input_channel()
    if turns:
        assert found.latest_message is not None and tracker.latest_message is not None
        assert found.latest_message.as_dict() == tracker.latest_message.as_dict()
        assert list(found.events)[-1].as_dict() == list(tracker.events)[-1].as_dict()


async def test_after_four_hundred_turns_little_is_kept_and_the_state_survives(
    conversations: ConversationStore, domain: Domain
) -> None:
    tracker = begin(domain)
    draft = {"key": "k", "account": ["楼下的烧烤店特别吵"], "location": "莲都区丽阳街123号"}
    opening = (SlotSet("draft", draft), SlotSet("contact", {"name": "王芳", "phone": "13812345678"}))
    turn(tracker, domain, "我要投诉", ActiveLoop("intake_form"), *opening, SlotSet("requested_slot", "location"))
    sizes = []
    for number in range(400):
        turn(
            tracker,
            domain,
            f"第{number}句话",
            SlotSet("language", "zh"),
            SlotSet("last_answer", {"article": "id-card"}),
        )
        tracker = await again(conversations, tracker)
        sizes.append(size(tracker))
    assert max(sizes[10:]) <= sizes[10] + 200
    assert len(tracker.events) < 40
    assert slots(tracker)["draft"] == draft
    assert slots(tracker)["contact"] == {"name": "王芳", "phone": "13812345678"}
    assert slots(tracker)["requested_slot"] == "location"
    assert tracker.active_loop_name == "intake_form"
    assert tracker.latest_message is not None and tracker.latest_message.text == "第399句话"


async def test_a_slot_that_was_emptied_and_a_form_that_was_closed_stay_so(
    conversations: ConversationStore, domain: Domain
) -> None:
    tracker = begin(domain)
    turn(tracker, domain, "我要投诉", ActiveLoop("intake_form"), SlotSet("location", "丽阳街"))
    turn(tracker, domain, "取消", ActiveLoop(None), SlotSet("location", None), intent="cancel")
    for number in range(5):
        turn(tracker, domain, f"第{number}句", intent="greet")
        tracker = await again(conversations, tracker)
    assert tracker.active_loop_name is None
    assert "location" not in slots(tracker)


async def test_the_conversations_of_two_people_are_apart(conversations: ConversationStore, domain: Domain) -> None:
    for visitor_id in ("a", "b"):
        tracker = begin(domain, visitor_id)
        turn(tracker, domain, f"我是{visitor_id}", SlotSet("location", visitor_id))
        await conversations.save(tracker)
    for visitor_id in ("a", "b"):
        found = await conversations.retrieve(visitor_id)
        assert found is not None
        assert (found.sender_id, slots(found)["location"]) == (visitor_id, visitor_id)
    assert sorted(await conversations.keys()) == ["a", "b"]


async def test_a_person_has_one_row_that_cannot_be_read_in_the_file(
    conversations: ConversationStore, store: Database, domain: Domain, tmp_path: Path
) -> None:
    tracker = begin(domain)
    for number in range(3):
        turn(tracker, domain, f"第{number}次，我的电话是13812345678", SlotSet("location", "丽阳街123号"))
        tracker = await again(conversations, tracker)
    assert await store.run(lambda session: session.scalars(select(Conversation.visitor_id)).all()) == ["me"]
    store.engine.dispose()
    raw = raw_bytes(tmp_path)
    assert b"13812345678" not in raw
    assert "丽阳街".encode() not in raw and b"\\u4e3d" not in raw


async def test_a_turn_that_was_broken_off_leaves_a_conversation_that_waits(
    conversations: ConversationStore, domain: Domain
) -> None:
    tracker = begin(domain)
    turn(tracker, domain, "路灯坏了")
    tracker.update(UserUttered("👍", {"name": None, "confidence": 0.0}), domain)
    for _ in range(10):
        tracker.update(ActionExecuted("action_no_rule"), domain)
    kept = await again(conversations, tracker)
    assert kept.latest_action_name == "action_listen"
