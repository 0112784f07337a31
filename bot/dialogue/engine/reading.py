"""Reads messages beside the event loop, within a time (限时阅读): one that is slow to read keeps nobody else waiting.

A thread of its own reads one message after the other. Every regular expression is bounded (`tests/bot/test_patterns.py`),
so that the loop gets its turn in between. Past the time the rules of danger answer alone, and the matter is taken as said.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.cues import EDGE, asks_for_order, is_question, wants_order
from bot.dialogue.intake import FORM, is_bare_time
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
            and (asks_for_order(text) or answers_help(tracker, text))
        ):
            # 登记工单 in words is the button; which order is meant is no question. So is a bare place after "call 110".
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
    """The question of the intake form that waits for an answer."""
    if tracker is None or tracker.active_loop_name != FORM:
        return None
    question: str | None = tracker.get_slot("requested_slot")
    return question


def answers_help(tracker: DialogueStateTracker, text: str) -> bool:
    """Whether somebody who was told which line to call goes on with the matter: a bare place or time, or name and number."""
    before = (tracker.get_slot("last_matter") or {}).get("understanding") or {}
    bare = text.strip(EDGE)
    if before.get("route") != "emergency" or len(bare) > _LONGEST_FACT or detect(bare):
        return False
    return not is_question(bare) and bool(find_phone(bare) or is_place(bare) or is_bare_time(bare) or is_skip(bare))


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
