"""Where an order stands, and questions about the process (办理过程) outside a form."""

from __future__ import annotations

from actions.services import orders, queue
from actions.turn import Turn
from bot.dialogue import phrases
from bot.dialogue.cues import topics_in
from bot.dialogue.responses import button
from bot.hotline.workorders.life import ANSWERED, OPEN
from bot.hotline.workorders.model import WorkOrder

_ALWAYS_KNOWN = (
    "here",
    "robot",
    "privacy",
    "why_contact",
    "language",
    "police",
    "free",
    "contact_back",
    "evidence",
    "office_phone",
    "supply",
)
"""Topics whose answer depends on no order."""
_MOST = 2
"""Questions that are answered of one message."""
_OF_THE_ORDER = ("term", "unit", "useful")
_OF_AN_ARTICLE = ("free", "term", "unit")
"""Topics that are about the answer just given, where there is one: 要钱吗 asks for its fee."""
_ANY = ("term", "useful", "now")
"""Topics with an answer for who has no order here."""


async def about_process(turn: Turn) -> bool:
    """Answers the questions about the process in the message; False where there is none that can be answered."""
    about_article = _OF_AN_ARTICLE if turn.slot("last_answer") else ()
    topics = [topic for topic in topics_in(turn.text) if topic not in about_article]
    return any([await _answered(turn, topic) for topic in topics[:_MOST]])


async def _answered(turn: Turn, topic: str) -> bool:
    if topic in ("term", "here") and await tell_position(turn):
        return True
    if topic in _ALWAYS_KNOWN:
        turn.say(f"aside.{topic}")
        return True
    number = turn.slot("last_order")
    if topic in _OF_THE_ORDER and number and (order := await orders().find(number, turn.visitor_id, None)):
        tell_progress(turn, order)
        return True
    if topic in _ANY:
        turn.say(f"aside.{topic}_any")
        return True
    return False


async def tell_position(turn: Turn) -> bool:
    """Where the person stands in the queue for an agent; False for who does not wait."""
    if await queue().state(turn.visitor_id) != "queued":
        return False
    turn.say("handoff.position", position=await queue().join(turn.visitor_id))
    return True


def tell_progress(turn: Turn, order: WorkOrder) -> None:
    """Where the order stands, with what can be done about it."""
    if order.status in OPEN:
        names = ["supplement", "urge", "withdraw"]
    elif order.status in ANSWERED and not order.rating:
        names = ["rate"]
    else:
        names = []
    turn.tell(phrases.progress(order, turn.language), buttons=[button(name, order.number) for name in names])
