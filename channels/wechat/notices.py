"""Notices (通知): from `bot.hotline.notices` into deliveries, and as subscription or template messages outside the 48 hours."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import local_now
from bot.dialogue.notices import in_words, offer
from bot.dialogue.wording import day, say
from bot.storage.tables import Notice, WorkOrderRow, now
from bot.storage.tables_wechat import WeChatDelivery, WeChatPerson
from channels.wechat import deliveries
from channels.wechat.render import Piece, pieces, said

LINK_ROOM = 512
"""Bytes that a text leaves for the link that is put below it when it is sent."""
_LONGEST = {"thing": 20, "character_string": 32, "phrase": 5, "const": 20}
_TYPE = re.compile(r"\d+$")


def gather(session: Session, menus: bool, most: int = 100) -> list[str]:
    """Makes deliveries of the notices to WeChat visitors that no channel has brought; gives the people."""
    query = (
        select(Notice)
        .join(WeChatPerson, WeChatPerson.visitor_id == Notice.visitor_id)
        .outerjoin(WeChatDelivery, WeChatDelivery.notice_id == Notice.id)
        .where(Notice.delivered_at.is_(None), WeChatDelivery.id.is_(None), Notice.created_at > now() - deliveries.KEPT)
        .order_by(Notice.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Notice)
    )
    people = []
    for row in session.scalars(query):
        # A notice without words is none, but it would be looked at again and again.
        words = in_words(row.kind, row.content)
        offer(session, row.visitor_id, words)
        what = pieces(said(words["messages"]), menus, LINK_ROOM) or [Piece("…")]
        deliveries.add_notice(session, row.visitor_id, row.id, what, row.order_number)
        people.append(row.visitor_id)
    return people


def template_data(row: WorkOrderRow, fields: dict[str, str]) -> dict[str, str]:
    """What each field of the template holds, cut to what its type allows (参数值内容限制)."""
    facts: dict[str, str] = {
        "number": row.number,
        "state": say(f"wechat.state.{row.status}"),
        "unit": row.unit,
        "due": day(row.due_date),
        "time": f"{local_now():%Y-%m-%d %H:%M}",
    }
    return {name: facts[fact][: _LONGEST.get(_TYPE.sub("", name), 32)] for name, fact in fields.items()}
