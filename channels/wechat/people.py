"""Followers (粉丝) and their allowance of customer-service messages (客服消息额度). All in open transactions.

A message of the person gives 5 within 48 hours, a click, scan or follow 3 within a minute; neither adds up. The one
that ends first is used first. Of the 5 one is kept back from the bot's answers, for agents and notices.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.storage.tables import Visitor
from bot.storage.tables_wechat import WeChatPerson
from channels.wechat.messages import FOLLOWED, Received

CHANNEL = "wechat"
MESSAGES, MESSAGE_TIME = 5, timedelta(hours=48)
EVENTS, EVENT_TIME = 3, timedelta(minutes=1)
KEPT_BACK = 1
"""Messages of the large allowance that answers of the bot leave for agents and notices."""


def meet(session: Session, visitor_id: str, message: Received) -> bool:
    """Notes who came, and what it allows; gives whether the person was known before."""
    person = session.get(WeChatPerson, visitor_id, with_for_update=True)
    known = person is not None
    if person is None:
        person = WeChatPerson(visitor_id=visitor_id, openid=message.sender, message_left=0, event_left=0)
        session.add(person)
    if session.get(Visitor, visitor_id) is None:
        session.add(Visitor(id=visitor_id, channel=CHANNEL, offered=[]))
    if message.event == "unsubscribe":
        person.following = False
        return known
    if message.kind != "event" or message.event in FOLLOWED:
        person.following = True
    if message.is_click:
        person.event_left, person.event_until = EVENTS, message.moment + EVENT_TIME
    elif message.kind != "event":
        person.message_left, person.message_until = MESSAGES, message.moment + MESSAGE_TIME
    return known


def spend(person: WeChatPerson, now: datetime, for_answer: bool) -> str | None:
    """Takes one message from the allowance; gives which, ``event`` or ``message``, or None if there is none."""
    if person.event_until and person.event_until > now and person.event_left > 0:
        person.event_left -= 1
        return "event"
    least = KEPT_BACK if for_answer else 0
    if person.message_until and person.message_until > now and person.message_left > least:
        person.message_left -= 1
        return "message"
    return None


def give_back(person: WeChatPerson, which: str) -> None:
    """Puts one back that was not sent after all."""
    if which == "event":
        person.event_left += 1
    else:
        person.message_left += 1


def exhaust(person: WeChatPerson) -> None:
    """Notes that the platform says that nothing is left, or that the time is over."""
    person.event_left = person.message_left = 0
