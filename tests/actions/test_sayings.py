"""Actions that only say one sentence: each action of the domain exists, and each question of a form can be asked."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.sayings import SAYINGS
from bot.cities import city
from bot.settings import ROOT

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def executor() -> ActionExecutor:
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor


async def said_by(action: Action, language: str | None) -> dict[str, Any]:
    message = {"intent": {"name": "help"}, "entities": [], "original_text": "你好"}
    tracker = Tracker("v", {"language": language}, message, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    assert await action.run(dispatcher, tracker, {}) == []
    [said] = dispatcher.messages
    return said


def test_every_action_of_the_domain_exists_and_every_question_of_a_form_has_one(executor: ActionExecutor) -> None:
    assert [name for name in DOMAIN["actions"] if name not in executor.actions] == []
    asked = {f"action_ask_{form}_{slot}" for form, data in DOMAIN["forms"].items() for slot in data["required_slots"]}
    assert asked <= set(DOMAIN["actions"])


@pytest.mark.parametrize("kind", SAYINGS, ids=lambda kind: kind().name())
async def test_each_says_its_sentence_in_the_language_of_the_person(kind: type[Action]) -> None:
    chinese, english, unknown = [await said_by(kind(), language) for language in ("zh", "en", "ko")]
    assert chinese["text"] == unknown["text"] != english["text"]
    assert not chinese["text"].isascii() and english["text"][:5].isascii()


async def test_the_question_for_the_county_has_a_button_for_each() -> None:
    [ask] = [kind for kind in SAYINGS if kind().name() == "action_ask_intake_form_region"]
    said = await said_by(ask(), None)
    assert [button["title"] for button in said["buttons"]] == [*city().counties, "不清楚"]
    assert said["custom"]["expects"] == "location"
