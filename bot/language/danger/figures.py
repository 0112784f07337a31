"""Figures of speech (夸张说法) that sound like danger and are none: 气死我了, 烦死人了, 要死了哦.

They are left out of what danger is learned from a message by; the rules of danger still read all of it.
"""

from __future__ import annotations

import re

_FIGURE = re.compile(
    r"(?:真的?是?|都|快|要|简直|我|会|把我|被|给我)*(?:(?<![煤燃然沼油毒氧电空蒸])[气烦急笑吵臭愁忙烦吓](?:都)?[死炸疯](?:我|人|个人|老子|了个人)?(?:了|啦|嘞|咯|哦|掉)?"
    r"|[热冷冻闷晒累](?:都)?死(?:我|人|个人)(?:了|啦|嘞|咯|哦)?|要死(?:了?[哦嘞哟咯呀喽]))(?!在|去|人|的人)"
)


def without_figures(text: str) -> str:
    """The text without its figures of speech; the whole where nothing else is in it."""
    rest = _FIGURE.sub("", text)
    return rest if re.search(r"\w{2}", rest) else text
