"""A rating in a person's own words (评价): 还行吧, 根本没解决, 弄好了谢谢."""

from __future__ import annotations

import re

from bot.language.reactions import says, without_stickers

_NOT = r"(?:不|没有?|谈不上|算不上)(?:是|算|太|大|很|够|咋|那么|这么|特别|十分|非常|挺|完全)*"
_DISSATISFIED = re.compile(
    rf"(?<!没)(?<!没有){_NOT}(?:满意|好(?!意思|说)|行)|满意(?:才怪|个|不了)|失望|差评"
    r"|没有?(?:解决|处理好?|人[管来修]|办好|弄好|修好|搞好|搞定|用|效果|变化|结果)"
    r"|(?:解决|处理|办|弄|修)得?不[好了行]|敷衍|糊弄|推[脱诿]|差劲|太差|很差|骗人|还是(?:老样子|那样|一样)|白(?:反映|投诉)"
    r"|又(?:坏|堵|漏|吵|臭|开始|出现)"
    r"|dissatisfied|unsatisfied|unhappy|useless|(?<![a-z])(?<!not )bad(?![a-z])|no good"
    r"|(?:not|n't|never) (?:[a-z]+ )?(?:satisfied|happy|solved|resolved|fixed|good|great|ok)",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(
    r"一般|还行|还可以|还好(?!意思)|凑合|马马虎虎|将就|过得去|差不多"
    r"|not bad|so-?so|(?<![a-z])ok(?:ay)?(?![a-z])|average",
    re.IGNORECASE,
)
_SATISFIED = re.compile(
    r"满意|很好|挺好|蛮好|好的很|不错|点赞|好评|(?:解决|处理|办|弄|修|搞)(?:好|掉|完)?了"
    r"|(?<![a-z])(?:satisfied|good|great|excellent)(?![a-z])",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？]|吗|怎么|几|多久|什么|哪|(.)[不没]\1")
_MIXED = re.compile(
    r"满意度|没不|没有不|但|可是|不过|其实|才|半天|一半|只是|到现在|(?<![a-z])(?:but|yet|again)(?![a-z])", re.I
)
"""Words beside which a good word is not plain: 说处理了，其实没动."""
_LONGEST = 40
"""Characters of a rating in words; a longer text tells more than a rating."""


def find_rating(text: str) -> str | None:
    """``satisfied``, ``neutral`` or ``dissatisfied``, where short words say it plainly; else None."""
    if not text or len(text) > _LONGEST or _ASKS.search(text):
        return None
    if not re.search(r"\w", without_stickers(text)):
        return {"yes": "satisfied", "no": "dissatisfied"}.get(says(text))
    if _DISSATISFIED.search(text):
        return "dissatisfied"
    if _MIXED.search(text):
        return None
    if _NEUTRAL.search(text):
        return "neutral"
    return "satisfied" if _SATISFIED.search(text) else None
