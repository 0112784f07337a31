"""What a person tells, from the first message to the order: the class and the contact reach it whole."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.intake import ValidateIntake
from actions.intake_says import AskConfirm, File
from bot.hotline.classification import Classification
from bot.hotline.requester import Requester
from bot.hotline.workorders.orders import WorkOrders
from bot.language.understanding import Slots, Understanding
from bot.storage import Database
from tests.bot.hotline.workorders.factories import row_of

TEXT = "莲都区丽阳街123号楼下的烧烤店特别吵，我叫王芳，电话13812345678"
NOISE = Classification("complaint", ["环境保护", "噪声污染"], "expedited", False, 0.82, ["环境保护", "大气污染"])
SLOTS = Slots("莲都区丽阳街123号", "昨天晚上十点", "王芳", "13812345678")


class Talk:
    """One visitor's turns: keeps the slots that the actions set, as the dialogue engine does."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}
        self.said: list[dict[str, Any]] = []
        self.text = TEXT

    async def turn(self, action: Any, intent: str, understanding: Understanding | None = None) -> None:
        message: dict[str, Any] = {"intent": {"name": intent}, "entities": []}
        if understanding:
            message |= {"original_text": self.text, "understanding": understanding.to_dict()}
        loop = {"name": "intake_form"} if self.slots.get("requested_slot") else {}
        tracker = Tracker("me", dict(self.slots), message, [], False, None, loop, None)
        dispatcher = CollectingDispatcher()
        for event in await action.run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        self.said = dispatcher.messages


@pytest.fixture
def talk(store: Database, monkeypatch: pytest.MonkeyPatch) -> Talk:
    for module in ("actions.intake", "actions.intake_says"):
        monkeypatch.setattr(f"{module}.orders", lambda: WorkOrders(store))
    return Talk()


async def test_what_the_message_says_stands_in_the_summary_and_in_the_order(talk: Talk, store: Database) -> None:
    found = Understanding("report_matter", 0.9, "accept", classification=NOISE, region="莲都区", slots=SLOTS)
    await talk.turn(ValidateIntake(), "report_matter", found)
    assert talk.slots["requested_slot"] == "confirm"
    await talk.turn(AskConfirm(), "report_matter", found)
    for fact in ("投诉", "丽阳街123号", "王芳", "138****5678", "给您保密"):
        assert fact in talk.said[0]["text"]
    await talk.turn(ValidateIntake(), "affirm")
    await talk.turn(File(), "affirm")
    row = await row_of(store, talk.slots["last_order"])
    assert Classification.from_dict(vars(row)) == NOISE
    assert Requester.of(row) == Requester("王芳", "13812345678")
    assert talk.slots["contact"] == {"name": "王芳", "phone": "13812345678"}


async def test_a_step_back_at_the_first_question_is_answered_and_the_question_stays(talk: Talk) -> None:
    await talk.turn(ValidateIntake(), "report_matter")
    assert talk.slots["requested_slot"] == "description"
    talk.text = "上一步"
    await talk.turn(ValidateIntake(), "cancel", Understanding("cancel", 0.4))
    assert "第一个问题" in talk.said[0]["text"]
    assert talk.slots["requested_slot"] == "description"
