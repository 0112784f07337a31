"""Actions run in this process; what they refuse comes back as the engine expects it."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk import Action
from rasa_sdk.executor import ActionNotFoundException
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.dialogue.engine.actions import LocalActions
from bot.dialogue.wording import say


class Rejects(Action):
    """An action that lets another rule speak."""

    def name(self) -> str:
        return "action_of_a_test_that_rejects"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        raise ActionExecutionRejection(self.name(), "not mine")


@pytest.fixture(scope="module")
def actions() -> LocalActions:
    return LocalActions()


def call(name: str) -> dict[str, Any]:
    tracker = {
        "sender_id": "v",
        "slots": {},
        "latest_message": {"text": "取消排队", "intent": {"name": "leave_queue"}, "entities": []},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    return {"next_action": name, "sender_id": "v", "tracker": tracker, "domain": {}}


async def test_an_action_answers_without_a_server(actions: LocalActions) -> None:
    answer = await actions.request(json=call("action_leave_queue"))
    assert [response["text"] for response in answer["responses"]] == [say("handoff.not_queued")]
    assert answer["events"] == []


async def test_a_rejection_looks_like_that_of_a_server(actions: LocalActions) -> None:
    with pytest.raises(ClientResponseError) as error:
        await actions.request(json=call("action_of_a_test_that_rejects"))
    assert error.value.status == 400
    assert '"action_name": "action_of_a_test_that_rejects"' in error.value.text


async def test_an_action_that_does_not_exist_is_an_error(actions: LocalActions) -> None:
    with pytest.raises(ActionNotFoundException):
        await actions.request(json=call("action_of_nobody"))
