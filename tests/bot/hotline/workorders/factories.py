"""Drafts, orders and lives for the tests of work orders: every life is made of legal moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import ZONE, local, local_now
from bot.hotline.classification import Classification
from bot.hotline.requester import Requester
from bot.hotline.workorders.life import Happening, Refused, check
from bot.hotline.workorders.orders import Draft, WorkOrder, WorkOrders
from bot.storage import Database
from bot.storage.tables import Notice, OutboxRow, WorkOrderEvent, WorkOrderRow

PHONE = "13812345678"
DRAFT = Draft(
    key="key-0",
    visitor_id="me",
    channel="web",
    classification=Classification("complaint", ["环境保护", "噪声污染"]),
    unit="莲都区综合行政执法局",
    region="莲都区",
    description="丽阳街123号楼下的烧烤店每天半夜两点还在营业，很吵，睡不着",
    location="丽阳街123号",
    occurred_at="每天半夜",
    requester=Requester("王芳", PHONE),
)


def changed(draft: Draft, **values: Any) -> Draft:
    """Another draft: its own values, those of its classification and those of its requester are named alike."""
    parts: dict[str, Any] = {}
    for name, part in (("classification", draft.classification), ("requester", draft.requester)):
        parts[name] = replace(part, **{key: values.pop(key) for key in tuple(values) if hasattr(part, key)})
    return replace(draft, **parts, **values)


POTHOLE = changed(
    DRAFT,
    key="pothole",
    category=["城乡建设", "市政设施"],
    description="大洋路中间有一个很深的坑，昨天有老人骑车摔伤了",
    location="大洋路",
)
MONDAY = datetime(2026, 3, 9, 9, 30, tzinfo=ZONE)
"""An ordinary Monday, the first day of a life that is not stored."""
DUE = "2026-03-18"
"""Seven working days after it."""

REQUESTER, HOTLINE, UNIT, SERVICE = "requester", "hotline", "unit", "service"
USUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "registered": (REQUESTER, {"channel": "web", "due_date": DUE}),
    "accepted": (SERVICE, {}),
    "dispatched": (HOTLINE, {"unit": DRAFT.unit}),
    "signed": (UNIT, {}),
    "return_asked": (UNIT, {"reason": "不归我们管", "proposed_unit": "丽水市生态环境局莲都分局"}),
    "return_granted": (HOTLINE, {}),
    "return_refused": (HOTLINE, {"reason": "按派单目录由你单位办理"}),
    "co_units_named": (UNIT, {"units": ["丽水市公安局莲都区分局"]}),
    "extended": (UNIT, {"reason": "要等检测结果"}),
    "replied": (UNIT, {"text": "已责令整改"}),
    "closed": (UNIT, {}),
    "followed_up": (HOTLINE, {}),
    "rated": (REQUESTER, {"rating": "satisfied"}),
    "rating_explained": (REQUESTER, {"text": "还是吵"}),
    "reopened": (SERVICE, {"reason": "rated_dissatisfied"}),
    "verified": (UNIT, {"text": "现场核实，确实还在营业", "sound": False}),
    "put_right": (UNIT, {"text": "已经停业整顿"}),
    "excluded": (HOTLINE, {"evidence": "情况说明和现场照片"}),
    "withdrawn": (REQUESTER, {}),
    "supplemented": (REQUESTER, {"text": "昨天又吵到三点"}),
    "urged": (REQUESTER, {}),
    "supervised": (HOTLINE, {"ground": "other"}),
    "rescheduled": (SERVICE, {"before": DUE}),
}
"""Who usually makes a move, and what is told with it."""


@dataclass(frozen=True)
class Step:
    """A move to be made; what is left open is the usual."""

    kind: str
    at: datetime | None = None
    by: str | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def happening(self, now: datetime) -> Happening:
        by, data = USUAL.get(self.kind, (HOTLINE, {}))
        at = self.at or now
        if self.kind in ("extended", "rescheduled"):
            data = data | {"due_date": (local(at).date() + timedelta(days=60)).isoformat()}
        return Happening(self.kind, self.by or by, at, data | self.data)


def step(kind: str, at: datetime | str | None = None, by: str | None = None, **data: Any) -> Step:
    """A move, at a time such as ``2026-03-10T09:30`` in Lishui."""
    return Step(kind, clock_time(at) if isinstance(at, str) else at, by, data)


def clock_time(text: str) -> datetime:
    """A time by the clock of Lishui."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


SIGNED = ("dispatched", "signed")
REPLIED = (*SIGNED, "replied")
DISSATISFIED = step("rated", rating="dissatisfied")
SOUND = step("verified", text="现场核实，已经停业", sound=True)
UNSOUND = step("verified", text="现场核实，确实还在营业", sound=False)
WAYS = {
    "registered": (),
    "dispatched": ("dispatched",),
    "in_progress": SIGNED,
    "extended": (*SIGNED, "extended"),
    "replied": REPLIED,
    "closed": (*REPLIED, "closed"),
    "reopened": (*REPLIED, DISSATISFIED),
    "withdrawn": ("withdrawn",),
}
"""The straight way into each state, as the store goes it: there the service reopens after a bad rating."""
BACK = (*REPLIED, DISSATISFIED, "reopened")
STRAIGHT = WAYS | {"reopened": BACK}
"""The same ways in a life that is not stored, where nothing follows by itself."""


# Lives that are not stored --------------------------------------------------------------------------------------------


def life(*moves: str | Step, begins: datetime = MONDAY) -> list[Happening]:
    """A history in which each move is legal; what has no time of its own happens at that of the one before."""
    told = [step("registered").happening(begins)]
    for move in moves:
        happening = (move if isinstance(move, Step) else step(move)).happening(told[-1].at)
        check(told, happening)
        told.append(happening)
    return told


def refusal_of(history: list[Happening], move: str | Step) -> str | None:
    """Why this move may not follow the history; None if it may."""
    try:
        check(history, (move if isinstance(move, Step) else step(move)).happening(history[-1].at))
    except Refused as refused:
        return refused.reason
    return None


# Lives in a store -----------------------------------------------------------------------------------------------------


async def file(store: Database, draft: Draft = DRAFT) -> str:
    """Files a draft and gives its number."""
    return (await WorkOrders(store).file([draft]))[0].number


async def live(orders: WorkOrders, number: str, *moves: str | Step) -> None:
    """Makes moves of an order, one after the other."""
    for move in moves:
        happening = (move if isinstance(move, Step) else step(move)).happening(local_now())
        await orders.move(number, happening.kind, happening.by, happening.data, at=happening.at)


async def order_with(store: Database, *moves: str | Step) -> tuple[str, WorkOrders]:
    """The number of a fresh order that has made these moves, and the orders of the store."""
    number, orders = await file(store), WorkOrders(store)
    await live(orders, number, *moves)
    return number, orders


async def found(store: Database, number: str) -> WorkOrder:
    """The order as who filed it sees it."""
    order = await WorkOrders(store).find(number, "me")
    assert order is not None
    return order


async def refusal(move: Any) -> str:
    """The reason why a move of a stored order is refused; it must be refused."""
    with pytest.raises(Refused) as refused:
        await move
    return refused.value.reason


async def row_of(store: Database, number: str) -> Any:
    """The row of an order, to be read after its transaction."""

    def read(session: Any) -> Any:
        row = session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number)).one()
        session.expunge_all()
        return row

    return await store.run(read)


async def events_of(store: Database, number: str) -> list[str]:
    """The kinds of the events of an order, oldest first."""
    return [event.kind for event in (await row_of(store, number)).events]


async def rows(store: Database, table: Any) -> list[Any]:
    """All rows of a table by id, to be read after their transaction."""

    def read(session: Any) -> list[Any]:
        found = list(session.scalars(select(table).order_by(table.id)))
        session.expunge_all()
        return found

    return await store.run(read)


async def written(store: Database) -> tuple[list[Any], ...]:
    """What is written down about all orders, to compare a moment with a later one."""
    orders = [(row.status, row.unit, row.co_units, row.due_date) for row in await rows(store, WorkOrderRow)]
    return orders, *[[row.id for row in await rows(store, table)] for table in (WorkOrderEvent, OutboxRow, Notice)]
