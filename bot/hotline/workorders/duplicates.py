"""The same fact again (重复诉求), Article 15 (5), and the same problem of several people (集中反映), Article 32 (4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from difflib import SequenceMatcher

from scipy.cluster.hierarchy import DisjointSet
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import local_now
from bot.hotline.workorders.life import OPEN
from bot.hotline.workorders.model import Draft
from bot.storage.tables import WorkOrderRow
from bot.storage.types import digests

SAME_FACT = 0.75
"""Likeness (0 to 1) of two accounts of one requester from which they tell the same fact."""
SAME_PLACE = 0.6
"""Likeness of two places below which two accounts tell different facts."""
REMEMBERED = timedelta(days=365)
CLUSTER_DAYS = 30
"""Days for which open orders about the same class and place belong together."""
SEVERAL = 3
"""People from whom on the same problem is flagged for supervision."""


def place_of(draft: Draft) -> str | None:
    """Region, class and place: by their digest orders about the same problem find each other unread."""
    return place_in(draft.region, draft.classification.category, draft.location)


def place_in(region: str, category: Sequence[str], location: str | None) -> str | None:
    """The same, of values that stand apart."""
    place = re.sub(r"[\s,，。、的（）()]|附近|门口|旁边|楼下", "", location or "")
    return "/".join([region, *category[:2], place]) if place else None


def same_fact(session: Session, draft: Draft) -> WorkOrderRow | None:
    """The row of an order of the same requester about the same fact that was not withdrawn, or None.

    The same requester is who filed in this session. A telephone number alone proves nothing: whoever knows it
    could otherwise find out what its owner has reported.
    """
    query = (
        select(WorkOrderRow)
        .where(
            WorkOrderRow.visitor_id == draft.visitor_id,
            WorkOrderRow.created_at >= local_now() - REMEMBERED,
            WorkOrderRow.status != "withdrawn",
        )
        .order_by(WorkOrderRow.id.desc())
    )
    return next((row for row in session.scalars(query.limit(50)) if _same(row, draft)), None)


def like_it(session: Session, draft: Draft) -> list[str]:
    """The cluster of each open order of other people about the same class and place, oldest first."""
    place = place_of(draft)
    if place is None:
        return []
    # No whole rows: of a power cut there may be thousands.
    query = select(WorkOrderRow.number, WorkOrderRow.cluster, WorkOrderRow.phone_digest).where(
        WorkOrderRow.place_digest.in_(digests(place)),
        WorkOrderRow.visitor_id != draft.visitor_id,
        WorkOrderRow.created_at >= local_now() - timedelta(days=CLUSTER_DAYS),
        WorkOrderRow.status.in_(OPEN),
    )
    mine = digests(phone) if (phone := draft.requester.phone) else []
    rows = session.execute(query.order_by(WorkOrderRow.id))
    return [cluster or number for number, cluster, phone in rows if phone not in mine]


def people_of(session: Session, cluster: str) -> int:
    """How many different people have reported the problem of a cluster: one session or one telephone is one person."""
    query = select(WorkOrderRow.visitor_id, WorkOrderRow.phone_digest).where(
        WorkOrderRow.cluster == cluster, WorkOrderRow.status != "withdrawn"
    )
    people = DisjointSet()
    for row in session.execute(query):
        marks = [mark for mark in row if mark]
        for mark in marks:
            people.add(mark)
            people.merge(marks[0], mark)
    return int(people.n_subsets)


def _same(row: WorkOrderRow, draft: Draft) -> bool:
    here, there = draft.location or "", row.location or ""
    if here and there and SequenceMatcher(None, here, there).ratio() < SAME_PLACE:
        return False
    likeness = SequenceMatcher(None, row.description, draft.description, autojunk=False).ratio()
    return likeness >= SAME_FACT or (
        list(row.category) == draft.classification.category and bool(here) and here == there and likeness >= 0.5
    )
