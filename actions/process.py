"""Questions about the process (办理过程) outside a form: whether somebody is there, how long it takes, who handles it."""

from __future__ import annotations

from actions.order import tell_progress
from actions.services import orders
from actions.turn import Turn
from bot.dialogue.acts import topic_of

_ALWAYS_KNOWN = ("here", "robot", "privacy", "why_contact")
"""Topics whose answer depends on no order."""
_OF_THE_ORDER = ("term", "unit", "useful")


async def about_process(turn: Turn) -> bool:
    """Answers a question about the process; False where the message is none, or there is no order to speak of."""
    topic = topic_of(turn.text)
    if topic in _ALWAYS_KNOWN:
        turn.say(f"aside.{topic}")
        return True
    number = turn.slot("last_order")
    if topic in _OF_THE_ORDER and number and (order := await orders().find(number, turn.visitor_id, None)):
        tell_progress(turn, order)
        return True
    return False
