"""What the intake form asks and shows, and the filing of what was confirmed."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action

from actions.intake import close
from actions.services import orders
from actions.turn import Event, Turn, set_slot
from bot.dialogue import phrases
from bot.dialogue.intake import Intake
from bot.dialogue.responses import button

_ALMOST_A_PHONE = re.compile(r"(?<!\d)(?!9[56]\d{3,4}(?!\d))\d{6,}")
"""Digits that look like a number somebody has shortened; 95598 is a hotline."""


class AskLocation(Action):
    """Asks where it is; more exactly where only the person knows the place."""

    def name(self) -> str:
        return "action_ask_intake_form_location"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        intake = Intake.from_dict(turn.slot("draft"))
        if intake.listening:
            turn.say("intake.still_telling")
        elif intake.vague:
            turn.say("intake.ask_location_exact", place=intake.vague)
        else:
            turn.say("intake.ask_location")
        return []


class AskPhone(Action):
    """Asks for name and telephone at once; the second time only for what was missing or wrong."""

    def name(self) -> str:
        return "action_ask_intake_form_phone"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        intake = Intake.from_dict(turn.slot("draft"))
        if intake.listening:
            turn.say("intake.still_telling")
        elif "phone" not in intake.asked and not intake.requester.name:
            turn.say("intake.ask_phone")
        elif _ALMOST_A_PHONE.search(turn.text):
            turn.say("intake.wrong_phone")
        elif intake.requester.name:
            turn.say("intake.only_name", name=intake.requester.name)
        else:
            turn.say("intake.only_phone")
        return []


class AskConfirm(Action):
    """Shows what will be filed."""

    def name(self) -> str:
        return "action_ask_intake_form_confirm"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        if turn.slot("confirm") == "shown":
            return []
        intake = Intake.from_dict(turn.slot("draft"))
        drafts = intake.drafts(turn.visitor_id, turn.channel)
        others = sum([await orders().similar_of_others(draft) for draft in drafts])
        media = await orders().loose_media(turn.visitor_id)
        summary = phrases.summary(intake, drafts, others, media, turn.language)
        turn.tell(
            turn.word("intake.summary.again") if turn.said_last(summary) else summary,
            buttons=[button("submit_together" if others else "submit"), button("change"), button("cancel")],
            expects="confirm",
        )
        return []


class File(Action):
    """Files what was confirmed. Filing the same draft again gives the same number."""

    def name(self) -> str:
        return "action_file"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        if turn.slot("confirm") is not True or not turn.slot("draft"):
            return []
        intake = Intake.from_dict(turn.slot("draft"))
        filed = await orders().file(intake.drafts(turn.visitor_id, turn.channel))
        requester = intake.requester
        turn.tell(phrases.filed(filed, bool(requester.phone), turn.language), buttons=[button("progress")])
        events = close()
        if requester.phone:
            events.append(set_slot("contact", {"name": requester.name, "phone": requester.phone}))
        return [*events, set_slot("last_order", filed[-1].number), set_slot("last_answer", None)]
