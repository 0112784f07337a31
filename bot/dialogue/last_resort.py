"""What is said when nothing can be kept (应急答复): the disk is full, or the database is gone.

Read by the rules alone (`bot.language.danger`), which need neither the store nor the model.
"""

from __future__ import annotations

from bot.dialogue.engine.collector import Reply
from bot.dialogue.lifelines import lifelines
from bot.dialogue.wording import say
from bot.errors import Refusal


def help_for(text: str) -> Reply | None:
    """The line to call now, for whoever is in danger."""
    lines = lifelines(text)
    return Reply(lines.sentence, links=lines.links) if lines.line else None


def refusal() -> Refusal:
    """Why nothing else is taken now, with all lines."""
    return Refusal(503, "unavailable", say("gate.unavailable"), retry_after=60)
