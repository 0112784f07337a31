"""The pages as HTML: made for the phone, without scripts, readable large and by screen readers."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from bot.clock import local
from bot.dialogue.phrases import reason
from bot.dialogue.wording import day, say
from bot.hotline.workorders.life import ANSWERED, RATINGS
from bot.hotline.workorders.model import Step, WorkOrder
from channels.templates import rendered

LONGEST_REASON = 500
"""Characters of the reason for a rating."""

_STYLE = (Path(__file__).parent / "templates/page.css").read_text(encoding="utf-8").removesuffix("\n")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""Names the style in the content security policy."""


def order_page(order: WorkOrder, told: str | None = None) -> str:
    """Where an order stands, with its steps; and the rating where it may be rated."""
    facts = [
        ("number", order.number),
        ("kind", say(f"kind.{order.kind}") + "：" + "/".join(order.category)),
        ("unit", "、".join([order.unit, *order.co_units])),
        ("description", order.description),
    ]
    if order.status not in ("replied", "closed", "withdrawn"):
        facts.append(("due", day(order.due_date)))
    if order.extension:
        facts.append(("extension", reason(order.extension)))
    steps = [Step("registered", order.created_at), *order.history]
    rate_by = order.rate_by if order.status in ANSWERED and not order.rating else None
    return _page(
        "order.html",
        told=told,
        state=say(f"order.state.{order.status}"),
        facts=[(say(f"page.facts.{name}"), value) for name, value in facts],
        reply=order.reply,
        rate_by=rate_by,
        ratings=[(rating, say(f"order.rating.{rating}")) for rating in RATINGS],
        longest_reason=LONGEST_REASON,
        steps=[
            (local(step.at), say(f"order.step.{step.event}"), step.text and reason(step.text))
            for step in reversed(steps)
        ],
    )


def expired_page() -> str:
    """Says how to get a fresh link."""
    return _page("no_order.html", title=say("page.expired"))


def unknown_page() -> str:
    """For what is no link of ours, or leads to nothing."""
    return _page("no_order.html", title=say("page.unknown"))


def busy_page() -> str:
    """For an address from which too many came that are no links of ours."""
    return _page("no_order.html", title=say("page.busy"))


def _page(template: str, **values: Any) -> str:
    return rendered(f"pages/templates/{template}", say=say, **values)
