"""The one point of an article that a further question asks for (问到的那一点): the fee, the place, the papers, the time."""

from __future__ import annotations

import re

from bot.language.extract.passages import sentences
from kb.search.schema import Article

_ASKS = {
    "bring": re.compile(r"带(?:什么|啥|哪些)|要带|材料|证件|手续|准备(?:什么|啥|些)|要(?:她|他|我|本人)的?(?:什么|啥)"),
    "where": re.compile(
        r"(?:去|到|在)(?:哪|什么地方)|哪里|哪儿|地址|窗口|(?:社区|街道).{0,4}还是|哪个(?:地方|部门|窗口|单位)"
    ),
    "fee": re.compile(r"多少钱|收费|收不收钱|要不要钱|要(?:花|交|付|出)?钱|免费|费用|几块|贵不贵"),
    "time": re.compile(r"多久|几天|多长时间|什么时候|几号|啥时候|几点|截止|期限|来得及|过期|晚了"),
    "phone": re.compile(r"电话|号码|打哪|打给谁|问谁|联系谁"),
    "online": re.compile(r"网上|手机上|支付宝|微信|APP|app|小程序|线上|点哪|点什么|在家办"),
}
_TELLS = {
    "fee": re.compile(r"元|免费|收费|费用|不要钱|不收|工本费|[百千万]块"),
    "time": re.compile(r"[0-9一二两三四五六七八九十]+个?(?:天|日|月|年|小时|周|工作日)|当天|每年|期限|集中缴费期|通知"),
    "phone": re.compile(r"(?<!\d)(?:1\d{2,4}|9\d{4}|0\d{2,3}-?\d{7,8})(?!\d)"),
    "online": re.compile(r"网上|手机|支付宝|微信|APP|小程序|线上|浙里办|平台"),
}
_MOST = 2


def asks_point(question: str) -> bool:
    """Whether the words ask for a point that an article may have."""
    return any(asks.search(question) for asks in _ASKS.values())


def point(article: Article, question: str) -> list[tuple[str, str]]:
    """What the article says of what is asked: pairs of ``bring``, ``where`` or ``text`` and the words; empty if nothing."""
    found: list[tuple[str, str]] = []
    for name in (name for name, asks in _ASKS.items() if asks.search(question)):
        if name == "bring" and article.bring:
            found.append((name, "、".join(article.bring)))
        elif name == "where" and article.where:
            found.append((name, article.where))
        elif tells := _TELLS.get(name):
            lines = [*sentences(article.answer), *article.steps, *filter(None, [article.where])]
            found += [("text", line.strip()) for line in lines if tells.search(line)][:_MOST]
    return list(dict.fromkeys(found))
