"""A rating in a person's own words (评价): 还行吧, 根本没解决, 弄好了谢谢."""

from __future__ import annotations

import re

_DISSATISFIED = re.compile(
    r"不满意|不太满意|很?失望|没有?(?:解决|处理好?|人管|办好|弄好|用|效果|变化)|(?:解决|处理|办|弄|修)得?不[好了行]|敷衍|糊弄|推[脱诿]|差劲|太差|很差|骗人|还是(?:老样子|那样|一样)|白(?:反映|投诉)|dissatisfied|not (?:satisfied|solved|resolved)|bad",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(r"一般|还行|还可以|还好|凑合|马马虎虎|将就|过得去|差不多|so-?so|ok(?:ay)?|average", re.IGNORECASE)
_SATISFIED = re.compile(
    r"满意|很好|挺好|蛮好|好的很|不错|点赞|(?:解决|处理|办|弄|修|搞)(?:好|掉|完)?了|satisfied|good|great|excellent",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？]|吗|怎么|几|多久|什么|哪")
_LONGEST = 40
"""Characters of a rating in words; a longer text tells more than a rating."""


def find_rating(text: str) -> str | None:
    """``satisfied``, ``neutral`` or ``dissatisfied``, where short words say it plainly; else None."""
    if not text or len(text) > _LONGEST or _ASKS.search(text):
        return None
    for rating, words in (("dissatisfied", _DISSATISFIED), ("neutral", _NEUTRAL), ("satisfied", _SATISFIED)):
        if words.search(text):
            return rating
    return None
