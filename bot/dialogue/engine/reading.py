"""Reads messages beside the event loop, within a time (限时阅读): one that is slow to read keeps nobody else waiting.

A thread of its own reads one message after the other. Every regular expression is bounded (`tests/bot/test_patterns.py`),
so that the loop gets its turn in between. Past the time the rules of danger answer alone, and the matter is taken as said.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.cues import EDGE, asks_for_order, is_question, standard, wants_order
from bot.dialogue.intake import FORM, account_of, is_bare_time
from bot.dialogue.spoken_places import is_place
from bot.hotline.classification import Classification
from bot.language.danger.detector import detect
from bot.language.extract.answers import is_skip
from bot.language.nlu.ahead import encode_ahead
from bot.language.nlu.extractor import MENTIONS
from bot.language.nlu.normaliser import ORIGINAL, normalise
from bot.language.nlu.understander import UNDERSTANDING, dialogue_intent
from bot.language.triage import RULES, language_of
from bot.language.understanding import Slots, Understanding
from bot.privacy import find_phone

Parsed = dict[str, Any]
Parse = Callable[..., Coroutine[Any, Any, Parsed]]

_LONGEST_FACT = 30
"""Characters of a message that only gives a fact."""
_GOES_ON = ("report_matter", "deny", "affirm", "supplement", "unclear", "chitchat", "ask_question")
"""Intents as which more about the same matter may be read."""
_LONG_AGO = re.compile(
    r"(?:不是|没有|没)(?:啊|呀|的|要|在)?(?:急救|现在|今天|报警)?[，,。\s啊呀]|^(?:不|没)是?的?$|上(?:上)?(?:个)?(?:周|星期|礼拜|月)|好?几天(?:了|前)|老早|昨天|昨晚|前天|大前天|前几天|去年|早就|已经(?:过去|好了|看过|治|报|没事|处理|送|出院)|没事了|过去(?:了|的事)|之前的事"
)
"""How people say that it is not now."""

log = logging.getLogger(__name__)


class Reader:
    """Takes the place of the engine's own `parse`, which it calls; ``prepare`` does what already runs in a thread."""

    def __init__(self, parse: Parse, prepare: Callable[[str], Awaitable[None]], seconds: float) -> None:
        self._parse, self._prepare, self._seconds = parse, prepare, seconds
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "reader")

    async def __call__(
        self, message: UserMessage, tracker: DialogueStateTracker | None = None, only_output_properties: bool = True
    ) -> Parsed:
        """What the message means; a button's payload is no language and is read at once."""
        text = message.text or ""
        message.metadata = {**(message.metadata or {}), "asked": asked(tracker)}
        if text.startswith("/"):
            return await self._parse(message, tracker, only_output_properties)
        try:
            async with asyncio.timeout(self._seconds):
                await self._prepare(text)
                async with self._turn:
                    parsed = await self._read(self._parse(message, tracker, only_output_properties))
        except TimeoutError:
            log.warning("a message was not read in %.1f seconds: the rules of danger answer alone", self._seconds)
            parsed = await asyncio.to_thread(by_rules, text)
        if (
            tracker is not None
            and tracker.active_loop_name is None
            and (asks_for_order(text) or goes_on(tracker, parsed))
        ):
            # 登记工单 in words is the button, as is more about the matter after "call 110"; which order is meant is no question.
            parsed["intent"] = {"name": "file_last", "confidence": 1.0}
        elif parsed["intent"]["name"] == "check_progress" and wants_order(text):
            parsed["intent"] = {"name": "report_matter", "confidence": 1.0}
        return parsed

    async def _read(self, parsing: Coroutine[Any, Any, Parsed]) -> Parsed:
        context = copy_context()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: context.run(asyncio.run, parsing)
            )
        except asyncio.CancelledError:
            # What is not done with its message is left to end by itself; the next one is read by another thread.
            self._thread.shutdown(wait=False)
            self._thread = ThreadPoolExecutor(1, "reader")
            raise


def asked(tracker: DialogueStateTracker | None) -> str | None:
    """The question of the intake form that waits for an answer; ``nothing`` where only a line to call was told."""
    if tracker is None or tracker.active_loop_name != FORM:
        return "nothing" if told_danger(tracker) else None
    question: str | None = tracker.get_slot("requested_slot")
    return question


def goes_on(tracker: DialogueStateTracker, parsed: Parsed) -> bool:
    """Whether somebody who was told which line to call goes on with the matter: with a bare place, time, name or number, by
    saying that it is over or was none, or with more about a matter of the same kind."""
    before = Understanding.from_dict(told) if (told := told_danger(tracker)) else None
    intent, bare = parsed["intent"]["name"], standard(str(parsed["text"])).strip(EDGE)
    if before is None or UNDERSTANDING not in parsed:
        return False
    if intent == "emergency":
        return bool(_LONG_AGO.search(bare)) and detect(bare) is None
    if intent not in _GOES_ON:
        return False
    if len(bare) <= _LONGEST_FACT and (find_phone(bare) or is_place(bare) or is_bare_time(bare) or is_skip(bare)):
        return not is_question(bare)
    if account_of(bare, (tracker.get_slot("last_matter") or {}).get("text", "")):
        # 那路灯帮我报一下 after a fire and a lamp is about the lamp.
        return False
    if _LONG_AGO.search(bare):
        return True
    found = Understanding.from_dict(parsed[UNDERSTANDING]).classification
    same = found and before.classification and found.category[:1] == before.classification.category[:1]
    return intent == "report_matter" and bool(same)


def told_danger(tracker: DialogueStateTracker | None) -> Parsed | None:
    """What was taken for danger last, and no form is under way since."""
    if tracker is None or tracker.active_loop_name is not None:
        return None
    before: Parsed = (tracker.get_slot("last_matter") or {}).get(UNDERSTANDING) or {}
    return before if before.get("route") == "emergency" else None


def by_rules(text: str) -> Parsed:
    """What is known of a message by rules alone, in the shape of the engine: danger, else a matter as it was said."""
    plain = normalise(text)
    language = language_of(plain) or "zh"
    found = Understanding(
        "report_matter",
        RULES,
        route="accept",
        classification=Classification("complaint", []),
        slots=Slots(phone=find_phone(plain)),
        mentions={name: [] for name in MENTIONS},
        language=language,
        alternatives=["report_matter"],
        unread=True,
    )
    if line := detect(plain):
        found.route, found.route_confidence, found.hotline = "emergency", RULES, line
    return {
        "text": plain,
        ORIGINAL: text,
        "intent": {"name": dialogue_intent(found), "confidence": RULES},
        "entities": [{"entity": "language", "value": language, "start": 0, "end": 0}],
        UNDERSTANDING: found.to_dict(),
    }


async def warm(text: str) -> None:
    """Encodes what the pipeline will ask for, in a thread of the encoder."""
    if not text.startswith("/"):
        await asyncio.to_thread(encode_ahead, [text])
