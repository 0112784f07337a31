"""Abuse, yes and no outside a form, and what was not understood."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from rasa_sdk import Action

from actions.answer import article_buttons, follow_up, unknown
from actions.process import about_process
from actions.services import store
from actions.triage_replies import insists, tell_standing
from actions.turn import OPEN_FORM, Event, Turn, resumes, set_slot
from bot.dialogue import phrases
from bot.dialogue.cues import is_question, mood
from bot.hotline.observations import observe
from kb.search.live import knowledge_base

_GROSS = re.compile(
    r"[他她你妈草操日艹肏]妈|妈的|尼玛|我操|卧槽|傻[逼屄B比]|煞笔|脑残|畜生|王八|狗(?:东西|日|官|杂)|杂种|贱|婊|废物|人渣|不得好死|去死|弄死|杀(?:了|光|你)|打死|砍|炸(?:了|掉)|全家|滚|\bfuck|\bidiot|\bkill",
    re.IGNORECASE,
)
"""Insults and threats of which Article 21 speaks."""


class Abuse(Action):
    """Urges kindly, names the rule, and keeps a record (Article 21)."""

    def name(self) -> str:
        return "action_abuse"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        if not _GROSS.search(turn.text):
            # 傻机器人 is anger about us, and no offence that a rule speaks of.
            turn.say("intake.sorry")
            return []
        await observe(store(), "abuse", turn.visitor_id, content=turn.text)
        turn.say("smalltalk.abuse")
        return []


class Affirm(Action):
    """Yes: to "was this solved?", else to nothing in particular."""

    def name(self) -> str:
        return "action_affirm"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        return [OPEN_FORM] if resumes(turn) else await verdict(turn, "solved", otherwise="smalltalk.affirm")


class Deny(Action):
    """No: to "was this solved?", else to nothing in particular."""

    def name(self) -> str:
        return "action_deny"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        return [OPEN_FORM] if resumes(turn) else await verdict(turn, "unsolved", otherwise="smalltalk.deny")


class Verdict(Action):
    """The button below an answer."""

    def name(self) -> str:
        return "action_verdict"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        return await verdict(turn, "solved" if turn.intent == "solved" else "unsolved")


async def verdict(turn: Turn, said: Any, otherwise: str | None = None) -> list[Event]:
    """Keeps what the person says of the last answer, and offers what follows."""
    answer, standing = turn.slot("last_answer"), turn.slot("standing")
    if standing and turn.text and insists(turn.text):
        return await tell_standing(turn, standing, turn.text)
    if otherwise and turn.text and is_question(turn.text):
        # 你们会打电话给我吗 is neither a yes nor a no.
        return [] if await about_process(turn) else await follow_up(turn, any_point=True) or await unknown(turn)
    if not answer and otherwise:
        turn.say(otherwise)
        return []
    if answer:
        await observe(store(), said, turn.visitor_id, subject=answer["article"], content=answer["question"])
    none_fits = turn.intent == "unsolved" and answer and not answer["article"]
    turn.say("answer.none_of_these" if none_fits else f"answer.{said}")
    return [set_slot("last_answer", None)]


class Unclear(Action):
    """Asks which of the likely things is meant, instead of guessing."""

    def name(self) -> str:
        return "action_unclear"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        understanding = turn.understanding
        if understanding is None:
            turn.say("smalltalk.help")
            return []
        if understanding.unread:
            buttons = [{"title": t, "payload": p} for t, p in phrases.question_back(understanding)]
            turn.say("smalltalk.unread", buttons=buttons)
            return [set_slot("last_matter", {"text": turn.text, "understanding": understanding.to_dict()})]
        if turn.form is None and resumes(turn):
            return [OPEN_FORM]
        if turn.form is None and (await about_process(turn)):
            return []
        if turn.form is None and (followed := await follow_up(turn)):
            return followed
        # A single word such as 公积金 is often a question: what the knowledge base has of it is offered first.
        result = await asyncio.to_thread(knowledge_base().search, turn.text, 2)
        near = result.hits if result.answerable else result.choices
        buttons = article_buttons(near[:2])
        buttons += [{"title": t, "payload": p} for t, p in phrases.question_back(understanding)]
        turn.say("smalltalk.unclear", buttons=buttons)
        return [set_slot("last_matter", {"text": turn.text, "understanding": understanding.to_dict()})]


class NoRule(Unclear):
    """Where no rule fits: asks, and waits. Without the wait the engine would fall back here again and again."""

    def name(self) -> str:
        return "action_no_rule"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        events = await super().run(dispatcher, tracker, domain)
        return [*events, {"event": "followup", "name": "action_listen", "timestamp": None}]


class React(Action):
    """A reaction (表情): a thumb up is a yes where something was asked, a heart is a thanks."""

    def name(self) -> str:
        return "action_react"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        reaction = turn.understanding.reaction if turn.understanding else None
        if turn.form is None and reaction in ("yes", "no") and turn.slot("last_answer"):
            return await verdict(turn, "solved" if reaction == "yes" else "unsolved")
        if reaction == "help":
            turn.say("smalltalk.reaction_help")
        elif reaction == "thanks" or (reaction == "yes" and turn.form is None):
            turn.say("smalltalk.thank")
        elif turn.form is None and mood(turn.text):
            turn.say("smalltalk.reaction_upset")
        else:
            turn.say("smalltalk.reaction" if turn.form is None else "smalltalk.reaction_in_form")
        return []
