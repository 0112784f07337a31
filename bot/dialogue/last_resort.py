"""What is said when nothing can be kept (应急答复): the disk is full, or the database is gone.

Read by the rules alone (`bot.language.danger`), which need neither the store nor the model.
"""

from __future__ import annotations

from bot.dialogue import phrases
from bot.dialogue.engine.collector import Reply
from bot.dialogue.wording import CHINESE, say
from bot.errors import Refusal
from bot.language.danger.detector import detect
from bot.language.danger.helpers import also_ambulance, self_harm
from bot.language.triage import language_of

READ = 2000
"""Characters that are looked at."""


def help_for(text: str) -> Reply | None:
    """The line to call now, for whoever is in danger."""
    text = text[:READ]
    line, alone = detect(text), self_harm(text)
    if line is None and not alone:
        return None
    line, hurt = line or "110", also_ambulance(text)
    words = phrases.emergency(line, hurt, alone, language_of(text) or CHINESE)
    return Reply(words, links=phrases.emergency_links(line, hurt, alone))


def refusal() -> Refusal:
    """Why nothing else is taken now, with all lines."""
    return Refusal(503, "unavailable", say("gate.unavailable"), retry_after=60)
