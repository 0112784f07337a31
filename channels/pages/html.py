"""The pages as HTML: made for the phone, without scripts, readable large and by screen readers."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from bot.clock import local
from bot.dialogue.phrases import KIND, STATUS, day
from bot.hotline.workorders.life import ANSWERED, MOVES
from bot.hotline.workorders.model import Step, WorkOrder

RATINGS = (("satisfied", "满意"), ("neutral", "一般"), ("dissatisfied", "不满意"))
LONGEST_REASON = 500
"""Characters of the reason for a rating."""

_STYLE = """
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--soft:#f1f4f8;--line:#b9c2cd;--blue:#0b57a4}
@media (prefers-color-scheme:dark){:root{--ink:#f2f2f2;--paper:#16191d;--soft:#23282e;--line:#56606b;--blue:#8fc1ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:40rem;margin:0 auto;padding:1rem}
h1{font-size:1.375rem;margin:.5rem 0}h2{font-size:1.1875rem;margin:1.5rem 0 .5rem}
.state{background:var(--soft);border-left:.375rem solid var(--blue);padding:.75rem 1rem;font-size:1.25rem;font-weight:600}
dl{margin:1rem 0;display:grid;grid-template-columns:5em 1fr;gap:.25rem .75rem}dt{opacity:.8}dd{margin:0;overflow-wrap:anywhere}
ol{list-style:none;margin:0;padding:0}li{border-left:.1875rem solid var(--line);padding:0 0 1rem 1rem;overflow-wrap:anywhere}
time{display:block;opacity:.8;font-size:1rem}
fieldset{border:0;margin:0;padding:0}legend,label.reason{font-weight:600;padding:0;margin:.5rem 0;display:block}
.choice{display:block;border:.125rem solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:.5rem 0}
.choice input{width:1.25rem;height:1.25rem;margin-right:.75rem;vertical-align:-.15rem}
textarea{width:100%;min-height:6rem;font:inherit;padding:.5rem;border:.125rem solid var(--line);border-radius:.5rem;background:var(--paper);color:var(--ink)}
button{width:100%;min-height:3rem;margin-top:1rem;font:inherit;font-weight:600;color:#fff;background:#0b57a4;border:0;border-radius:.5rem}
:focus-visible{outline:.1875rem solid #e08600;outline-offset:.125rem}
.told{background:var(--soft);padding:.75rem 1rem;border-radius:.5rem}
""".strip()
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
    rows = "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in facts)
    body = [
        f'<p class="told" role="status">{_text(told)}</p>' if told else "",
        f'<p class="state">{STATUS[order.status]}</p><dl>{rows}</dl>',
        f"<h2>答复</h2><p>{_text(order.reply)}</p>" if order.reply else "",
        _rating(order),
        f"<h2>办理过程</h2><ol>{''.join(_step(step) for step in reversed(steps))}</ol>",
    ]
    return _page("办理进度", "".join(body))


def expired_page() -> str:
    """Says how to get a fresh link."""
    return _page(EXPIRED, f"<p>{HOW_FRESH}</p>")


def unknown_page() -> str:
    """For what is no link of ours, or leads to nothing."""
    return _page(UNKNOWN, f"<p>{HOW_FRESH}</p>")


def _rating(order: WorkOrder) -> str:
    if order.status not in ANSWERED or order.rating or order.rate_by is None:
        return ""
    choices = "".join(
        f'<label class="choice"><input type="radio" name="rating" value="{value}" required>{title}</label>'
        for value, title in RATINGS
    )
    return (
        f"<h2>评价</h2><form method=post accept-charset=utf-8><fieldset><legend>这件事办得怎么样？（最晚{day(order.rate_by)}评价）</legend>"
        f"{choices}</fieldset><label class=reason for=reason>不满意的话，说说哪里没办好（可以不写）</label>"
        f'<textarea id=reason name=reason maxlength="{LONGEST_REASON}"></textarea>'
        "<button>提交评价</button></form>"
    )


def _step(step: Step) -> str:
    at = local(step.at)
    text = f"<div>{_text(step.text)}</div>" if step.text else ""
    title = MOVES[step.event].title
    return f'<li><time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M}</time><strong>{title}</strong>{text}</li>'


def _text(value: str) -> str:
    return escape(value).replace("\n", "<br>")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )
