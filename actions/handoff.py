"""Handing over to a human agent, at any moment (Article 8)."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action

from actions.process import about_process, tell_position
from actions.services import queue
from actions.turn import Event, Turn
from bot.dialogue.cues import mood, wants_person
from bot.dialogue.wording import CHINESE


class Handoff(Action):
    """Puts the person into the queue and tells the position."""

    def name(self) -> str:
        return "action_handoff"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        if turn.text and not wants_person(turn.text):
            # "When will somebody call me?" asks for no person.
            if mood(turn.text) == "lonely":
                turn.say("manners.lonely")
                return []
            if await about_process(turn):
                return []
        if await tell_position(turn):
            return []
        position = await queue().join(turn.visitor_id, "general" if turn.language == CHINESE else "foreign_language")
        turn.say("handoff.queued", position=position)
        return []


class LeaveQueue(Action):
    """Gives the place up."""

    def name(self) -> str:
        return "action_leave_queue"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        left = await queue().leave(turn.visitor_id)
        turn.say("handoff.left" if left else "handoff.not_queued")
        return []
