"""Actions that only say one sentence: small talk, and the questions of the two forms."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action

from actions.answer import follow_up
from actions.process import about_process
from actions.turn import OPEN_FORM, Event, Turn, resumes
from bot.dialogue.cues import cleaned, mood
from bot.dialogue.responses import button

_SMALL_TALK = ("smalltalk.greet", "smalltalk.goodbye", "smalltalk.thank", "smalltalk.chitchat", "smalltalk.help")
"""What is said to small talk, behind which a question may stand (好的，那几天有人来？)."""
_MERE_THANKS = 12
"""Characters of a thanks that tells nothing more."""


def saying(action: str, key: str) -> type[Action]:
    """An action of this name that says the sentence with this key; Rasa's SDK registers classes."""

    class Says(Action):
        def name(self) -> str:
            return action

        async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
            turn = Turn(tracker, dispatcher)
            if turn.form is None and resumes(turn):
                return [OPEN_FORM]
            if key in _SMALL_TALK and turn.text and turn.form is None:
                if await about_process(turn):
                    return []
                if followed := await follow_up(turn):
                    return followed
                if mood(turn.text) == "lonely":
                    turn.say("manners.lonely")
                    return []
            number = turn.slot("last_order")
            if key == "smalltalk.thank" and number and len(cleaned(turn.text)) > _MERE_THANKS:
                turn.say("order.offer_supplement", buttons=[button("supplement", number)])
            else:
                turn.say(key)
            return []

    return Says


SAYINGS = [
    saying(action, key)
    for action, key in {
        "action_greet": "smalltalk.greet",
        "action_goodbye": "smalltalk.goodbye",
        "action_thank": "smalltalk.thank",
        "action_chitchat": "smalltalk.chitchat",
        "action_help": "smalltalk.help",
        "action_cancel": "smalltalk.nothing_to_cancel",
        # Rasa asks for a slot of a form with the action of this name.
        "action_ask_intake_form_description": "intake.ask_description",
        "action_ask_intake_form_region": "intake.ask_region",
        "action_ask_intake_form_occurred_at": "intake.ask_occurred_at",
        "action_ask_order_form_order_proof": "order.ask_proof",
        "action_ask_order_form_order_text": "order.ask_text",
        "action_ask_order_form_order_consent": "order.ask_consent",
        "action_ask_order_form_order_rating": "order.ask_rating",
        "action_ask_order_form_order_reason": "order.ask_reason",
    }.items()
]
"""Kept here, as the SDK finds classes only while something holds them."""
