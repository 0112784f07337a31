"""What hotline and units usually do with an order, and the reports of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.hotline.tickets.inbox import Inbox
from bot.hotline.tickets.seam import Report
from bot.hotline.workorders.life import Refused
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database

OFFICE = "莲都区综合行政执法局"
USUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "dispatched": ("hotline", {"unit": OFFICE}),
    "signed": ("unit", {}),
    "return_asked": ("unit", {"reason": "不归我们管", "proposed_unit": "丽水市生态环境局"}),
    "return_granted": ("hotline", {}),
    "return_refused": ("hotline", {"reason": "按目录归你单位"}),
    "co_units_named": ("hotline", {"units": ["丽水市建设局"]}),
    "extended": ("unit", {"reason": "要等检测结果", "due_date": "2099-12-31"}),
    "replied": ("unit", {"text": "已经责令整改"}),
    "closed": ("unit", {}),
    "followed_up": ("hotline", {}),
    "reopened": ("hotline", {"reason": "还是吵"}),
    "verified": ("unit", {"text": "现场核实，确实还在营业", "sound": False}),
    "put_right": ("unit", {"text": "已经停业整顿"}),
    "excluded": ("hotline", {"evidence": "情况说明"}),
    "supervised": ("hotline", {"ground": "other"}),
}


async def move(store: Database, number: str, *kinds_of: str) -> None:
    """Moves an order as its work is usually done."""
    for kind in kinds_of:
        await WorkOrders(store).move(number, kind, *USUAL[kind])


def report(number: str, kind: str, id: str | None = None, at: datetime | None = None, **data: Any) -> Report:
    """What a backend usually says about this kind of event."""
    by, usual = USUAL[kind]
    return Report(id or f"{number}/{kind}", number, kind, by, {**usual, **data}, OFFICE if by == "unit" else None, at)


async def take(store: Database, number: str, *kinds_of: str) -> None:
    """Takes plain reports that all fit."""
    for kind in kinds_of:
        assert await Inbox(store).take(report(number, kind)) == "applied", kind


async def refusal(taking: Any) -> str:
    """Why a report is refused."""
    with pytest.raises(Refused) as refused:
        await taking
    return refused.value.reason
