"""Emergencies, legal routes and refusals: Article 15 (2) to (4)."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action

from actions.process import about_process
from actions.services import legal_routes, store
from actions.turn import INTAKE, ORDER, Event, Turn, set_slot
from bot.dialogue import phrases
from bot.dialogue.cues import denies_danger, help_called, is_over
from bot.dialogue.intake import is_bare_wish
from bot.dialogue.responses import button
from bot.hotline.observations import observe
from bot.language.danger.detector import detect
from bot.language.danger.helpers import also_ambulance, scam, self_harm

_WHEN = re.compile(r"(?:几号|几时|几天|多久|什么时候|哪天|啥时候).{0,6}来人")
_OFFICE_PHONE = re.compile(r"(?:派出所|局|中心|街道|社区|村委会?|医院|学校|大厅|窗口|所).{0,8}(?:电话|号码|怎么联系)")
"""A number that is no secret."""
_INSISTS = re.compile(
    r"就要|一定要|必须|坚持|还是要|非要|偏要|我不管|不管怎样|给我登记|帮我登记|登记上|就想|凭什么不|为什么不(?:能|给|受理|登记)|insist|file it anyway"
)


class Emergency(Action):
    """The right line at once, before any question; an agent is alerted. A form under way waits."""

    def name(self) -> str:
        return "action_emergency"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        understanding = turn.understanding
        line = (understanding and understanding.hotline) or "110"
        if turn.was_no_danger:
            # The form says so, and takes what was told.
            return [{"event": "followup", "name": INTAKE, "timestamp": None}] if turn.form != ORDER else waits(turn)
        if turn.form is None and only_asks_when(turn.text) and await about_process(turn):
            return []
        if weak(turn) and not self_harm(turn.text):
            turn.tell(phrases.caution(line, turn.language), links=phrases.call_links([line]))
            # The message is then taken as what it says.
            return [{"event": "followup", "name": INTAKE if turn.form != ORDER else ORDER, "timestamp": None}]
        hurt, suicide = also_ambulance(turn.text), self_harm(turn.text)
        swindled = line == "110" and scam(turn.text)
        text = phrases.emergency(line, hurt, suicide, turn.language, swindled)
        if not suicide and is_over(turn.text) and detect(turn.text) is None:
            turn.say("danger.over")
            return waits(turn)
        if not suicide and help_called(turn.text):
            text = turn.word("danger.called", line=line)
        elif turn.said_last(text):
            text = turn.word("danger.again", line=line)
        turn.tell(
            text,
            links=phrases.emergency_links(line, hurt, suicide, swindled),
            buttons=[button("file_after_calling"), button("human")],
        )
        await observe(store(), "emergency", turn.visitor_id, subject=line, content=turn.text)
        events: list[Event] = []
        if understanding:
            events.append(set_slot("last_matter", {"text": turn.text, "understanding": understanding.to_dict()}))
        return events + waits(turn)


def be_cautious(turn: Turn, line: str) -> None:
    """Names the line where danger is hardly likely: once in a conversation, and not to who says that there is none."""
    text = phrases.caution(line, turn.language)
    if not (turn.has_offered(f"tel:{line}") or denies_danger(turn.text)):
        turn.tell(text, links=phrases.call_links([line]))


def waits(turn: Turn) -> list[Event]:
    """A form under way stays as it is and asks nothing now; without this it would be taken as rejected for good."""
    if not turn.form:
        return []
    return [
        {"event": "active_loop", "name": turn.form, "timestamp": None},
        {"event": "followup", "name": "action_listen", "timestamp": None},
    ]


def weak(turn: Turn) -> bool:
    """Whether no rule and only a likelihood speaks for danger, in the middle of a form that knows its matter.

    There 号码不留了 and 到底几号来人啊 are more often anger than danger: the line is named first, and the message then
    taken as what it says. A first account is taken at its word.
    """
    understanding = turn.understanding
    if understanding is None or understanding.route != "emergency":
        return False
    if not turn.form or turn.slot("requested_slot") == "description":
        return False
    return detect(turn.text) is None or only_asks_when(turn.text)


def only_asks_when(text: str) -> bool:
    """几号来人啊, without any other sign of danger: 来人啊 alone is a cry for help."""
    return bool(_WHEN.search(text)) and detect(_WHEN.sub("", text)) is None


class LegalRoute(Action):
    """Tells which body, how, by when, and by which law (Article 15 (3)); nothing is filed."""

    def name(self) -> str:
        return "action_legal_route"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        understanding = turn.understanding
        if understanding is None or understanding.legal_route is None:
            return []
        return await tell_standing(turn, {"route": "legal_route", "detail": understanding.legal_route}, turn.text)


class Decline(Action):
    """Explains kindly why not (Article 15 (4)); nothing is filed."""

    def name(self) -> str:
        return "action_decline"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        understanding = turn.understanding
        if understanding is None or understanding.decline_reason is None:
            return []
        if understanding.decline_reason == "privacy" and _OFFICE_PHONE.search(turn.text):
            return [{"event": "followup", "name": "action_answer", "timestamp": None}]
        return await tell_standing(turn, {"route": "decline", "detail": understanding.decline_reason}, turn.text)


async def tell_standing(turn: Turn, standing: dict[str, str], text: str) -> list[Event]:
    """Says why the matter is not filed and what helps instead; remembers it, for one who insists."""
    detail = standing["detail"]
    if standing["route"] == "legal_route":
        route = legal_routes()[detail]
        told, links = phrases.legal_route(route, turn.language), phrases.call_links(route["lines"])
    else:
        told, links = phrases.decline(detail, turn.language), []
    turn.tell(told, links=links, buttons=[button("human")])
    await observe(store(), "refused", turn.visitor_id, subject=detail, content=text)
    return [set_slot("standing", standing), set_slot("last_matter", None)]


def insists(text: str) -> bool:
    """Whether somebody whose matter was not taken says nothing new but wants it filed all the same."""
    return is_bare_wish(text) or (len(text) <= 40 and bool(_INSISTS.search(text)))
