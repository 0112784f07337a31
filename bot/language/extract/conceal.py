"""Traces of the requester in a text (身份痕迹), taken out before a unit reads it: 为诉求人保密, Article 34.

It takes out too much rather than too little, and cannot know everything that gives a person away: a confidential text
is checked by a person before it goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.extract.names import TITLE, find_name
from bot.privacy import private_spans

HIDDEN = "***"
"""Stands for what was taken out."""
_REPEATED = re.compile(r"(?:\*{3}){2,}")
_MOST_NAMES = 8
"""Names that one text is searched for; each costs another reading."""

_DIGITS = dict(zip("0123456789", ("〇零洞", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾"), strict=True))  # fmt: skip
_ACCOUNTS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"  # e-mail
    r"|(?:微信|vx|wx|qq)号?码?[:：是为]?\s{0,2}[A-Za-z0-9_-]{5,20}"
    r"|尾号[^\d，。]{0,3}[\d０-９]{4}"
    r"|(?<![\dA-Za-z])(?:\d[ -]?){14,18}\d(?!\d)"  # bank cards, and identity numbers of 15 digits
    r"|(?<![A-Za-z0-9])[DEGHPS][A-Z]?\d{7,8}(?!\d)",  # passports and permits
    re.IGNORECASE,
)
_NUMBER = r"[0-9０-９零〇一二三四五六七八九十百A-Za-z]{1,6}"
_ROOM = re.compile(rf"{_NUMBER}(?:单元|室|房号?)|(?<![\d-])\d{{1,3}}[-—]\d{{1,2}}[-—](?!20\d\d)\d{{3,4}}(?![\d-])")
"""A dwelling inside a building: whose it is, a text does not say reliably."""
_OWN_HOME = re.compile(
    r"(?:(?:我|我们|俺|咱|本人|自)家?(?:就?是?居?住|家)|家住|家在|居?住在|现住|租住|住址|住处|家庭地址)[^，,。；;！!？?\n]{0,40}"
)
_HOUSE = re.compile(rf"{_NUMBER}(?:[-—之]{_NUMBER}){{0,3}}(?:号楼?|幢|栋|座|单元|室|房|楼|层|弄|院|组)")


def conceal(text: str, name: str | None = None, phone: str | None = None) -> str:
    """The text without names, numbers and the address by which its author is known; ``name`` and ``phone`` are those
    that the author gave elsewhere."""
    for known in filter(None, (name and name.strip(),)):
        text = _without(text, _named(known))
    for _ in range(_MOST_NAMES):
        found = find_name(text)
        if found is None:
            break
        text = _without(text, _named(found))
    if phone:
        text = _without(text, _dialled(phone))
    text = _cut(text, private_spans(text))
    for pattern in (_ACCOUNTS, _ROOM):
        text = pattern.sub(HIDDEN, text)
    text = _OWN_HOME.sub(lambda home: _HOUSE.sub(HIDDEN, home.group()), text)
    return _REPEATED.sub(HIDDEN, text)


def _named(name: str) -> Iterator[str]:
    """Patterns of how somebody of this name is called: 王芳, 王女士, 姓王."""
    if len(name) > 1:
        yield re.escape(name)
    if re.match("[一-鿿]", name):
        surname = re.escape(name[:1])
        yield rf"[小老阿]?{surname}[一-鿿]?{TITLE}"
        yield rf"(?:(?<=我姓)|(?<=免贵姓)|(?<=本人姓)){surname}"


def _dialled(phone: str) -> Iterator[str]:
    """A pattern of this number, however it is written: 138-1234 5678, 幺三八…"""
    digits = [digit for digit in phone if digit in _DIGITS]
    if len(digits) > 4:
        yield r"[-—\s.]{0,2}".join(f"[{digit}{chr(ord(digit) + 0xFEE0)}{_DIGITS[digit]}]" for digit in digits)


def _without(text: str, patterns: Iterator[str]) -> str:
    for pattern in patterns:
        text = re.sub(pattern, HIDDEN, text, flags=re.IGNORECASE)
    return text


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            parts += [text[at : max(start, at)], HIDDEN if start >= at else ""]
            at = end
    return "".join([*parts, text[at:]])
