"""The pages as HTML: made for the phone, without scripts, readable large and by screen readers."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from bot.clock import local
from bot.dialogue.phrases import KIND, STATUS, day
from bot.hotline.workorders.life import ANSWERED, MOVES
from bot.hotline.workorders.model import Step, WorkOrder
from channels.templates import rendered

RATINGS = (("satisfied", "满意"), ("neutral", "一般"), ("dissatisfied", "不满意"))
LONGEST_REASON = 500
"""Characters of the reason for a rating."""

_STYLE = (Path(__file__).parent / "templates/page.css").read_text(encoding="utf-8").removesuffix("\n")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""Names the style in the content security policy."""

REFUSED = {
    "rated_already": "您已经评价过了，谢谢。",
    "rating_too_late": "已经过了30天的评价时间。还有问题，回公众号告诉我。",
    "not_finished": "这件事还没有答复，答复后再请您评价。",
    "withdrawn": "这件事已经撤回，不用评价了。",
}
CHOOSE = "请先选一个评价。"
TOO_LONG = f"原因请写在{LONGEST_REASON}字以内。"
THANKS = {
    "satisfied": "谢谢您的评价！",
    "neutral": "谢谢您的评价，我们会继续改进。",
    "dissatisfied": "记下了，已经退回办理单位核实，核实的情况会告诉您。",
}
EXPIRED = "这个链接过期了"
HOW_FRESH = "为了保护您的信息，链接只能用3天。回到公众号发“查进度”，就有新的链接。"
UNKNOWN = "没有找到这个页面"


def order_page(order: WorkOrder, told: str | None = None) -> str:
    """Where an order stands, with its steps; and the rating where it may be rated."""
    facts = [
        ("工单号", order.number),
        ("类型", f"{KIND[order.kind]}：{'/'.join(order.category)}"),
        ("办理单位", "、".join([order.unit, *order.co_units])),
        ("内容", order.description),
    ]
    if order.status not in ("replied", "closed", "withdrawn"):
        facts.append(("最晚答复", day(order.due_date)))
    if order.extension:
        facts.append(("延期原因", order.extension))
    steps = [Step("registered", order.created_at), *order.history]
    rate_by = order.rate_by if order.status in ANSWERED and not order.rating else None
    return _page(
        "order.html",
        told=told,
        state=STATUS[order.status],
        facts=facts,
        reply=order.reply,
        rate_by=rate_by and day(rate_by),
        ratings=RATINGS,
        longest_reason=LONGEST_REASON,
        steps=[(local(step.at), MOVES[step.event].title, step.text) for step in reversed(steps)],
    )


def expired_page() -> str:
    """Says how to get a fresh link."""
    return _page("no_order.html", title=EXPIRED, how_fresh=HOW_FRESH)


def unknown_page() -> str:
    """For what is no link of ours, or leads to nothing."""
    return _page("no_order.html", title=UNKNOWN, how_fresh=HOW_FRESH)


def _page(template: str, **values: Any) -> str:
    return rendered(f"pages/templates/{template}", **values)
