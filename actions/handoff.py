"""Handing over to a human agent, at any moment (Article 8)."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action

from actions.services import queue
from actions.turn import Event, Turn


class Handoff(Action):
    """Puts the person into the queue and tells the position."""

    def name(self) -> str:
        return "action_handoff"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        position = await queue().join(turn.visitor_id, "foreign_language" if turn.english else "general")
        turn.say("utter_queued", position=position)
        return []


class LeaveQueue(Action):
    """Gives the place up."""

    def name(self) -> str:
        return "action_leave_queue"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        left = await queue().leave(turn.visitor_id)
        turn.say("utter_left_queue" if left else "utter_not_queued")
        return []
