"""Parting (分件): how many matters the person says that there are, and which sentences are whose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.extract.matters import STRONG, WEAK
from bot.language.extract.numerals import number
from bot.language.turns import pieces

_EACH = re.compile(
    r"(?P<name>[一-鿿A-Za-z0-9]{1,12}?)(?:的事情?|这个|那个|的)?(?:算|是|单独|另外|登记?|报|写|立|各){0,2}[一1](?:件|张|份|单|条)(?:事情?|单子)?"
)
"""路灯一件，垃圾一件."""
_EACH_IS = re.compile(
    r"(?:还有|另外?)?[一1](?:件|张|份|个|条|单|样|桩)(?:事情?)?(?:是|写|报|登记?|[:：])(?:的是)?(?P<name>[^，,。；;！!？?\s一]{1,12})"
)
"""一件是路灯，一件是垃圾; 一个是水一个是路."""
_TO_ITSELF = re.compile(r"(?P<name>[一-鿿A-Za-z0-9]{1,8})(?:归|是)(?P=name)(?![一-鿿]{5})")
"""路灯归路灯，垃圾归垃圾."""
_APART = re.compile(
    r"(?P<name>[一-鿿A-Za-z0-9]{1,8}?)(?:的事)?(?:和|跟|与|同|、)(?P<other>[一-鿿A-Za-z0-9]{1,8}?)(?:的事|的|要|得|给我|帮我|请|能不能|可以|是){0,2}(?:分开|分别|各|两码事|两回事|两件|不是一(?:起|件|回))"
)
"""路灯和垃圾分开登记."""
_ANOTHER = re.compile(
    r"(?:还有|另外|再有|再)(?:另外)?(?:[一1])?(?:个|件|桩|样)(?:事|问题|情况)|(?:另外|再)(?:我?(?:要|想))?(?:反映|投诉|说|报|讲)一?(?:个|件|下)|第二(?:个|件)(?:事|问题)?(?:是|[，,：:\s])"
)
"""还有一件事 says that what follows is another matter."""
_BESIDES = re.compile(r"(?:^|[，,。；;！!\s])(?:还有|另外|顺便|对了|再就是)")
_OPENING = re.compile(r"^(?:还有|另外|顺便|对了|再就是|再有|[一1]?(?:个|件|桩|样)事情?|就?是|[，,、:：\s])+")
_HAS_MORE = re.compile(
    r"^(?:我|不过|但是?|哎|对了|[，,\s])*还有(?:另外)?(?:[一两二三几]|好几)?(?:件|个|桩|样)(?:事情?|要说的|要讲的)?(?:呢|没说|没讲|要说|要讲|要报|慢慢[说讲]|等下说|[啊呀哦的，,。\s])*$"
)
_BEFORE_A_NAME = re.compile(
    r"^(?:(?:我|你|给我|帮我|请|要|想|应该|把|将)*分?成?(?:[两二三四五六几2-6](?:件|张|份|单|条|个)(?:事情?)?)|就是|我要|帮我|给我|请|把|将|那|的)+"
)
_COUNTED = re.compile(
    r"(?P<n>[两二三四五六2-6])(?:件|个|样|桩|张|份|单|条|码|回)(?!月|人|小时|星期|礼拜|学期|字|路|电话)"
)
_DENIED = re.compile(
    r"(?:不是|怎么|为什么|干嘛|只|才|就|变成|弄成|写成){1,3}(?:有|写|登|登记|给|报|成)?了?[两二三四五六2-6](?:件|个|样|桩|张|份|单|条)"
)
"""怎么就两件 is how many there are not to be."""


def count(words: str) -> int:
    """How many matters the person says that there are (我说三个事，你怎么就两件); 0 where nothing is said."""
    match = _COUNTED.search(_DENIED.sub("，", words)) or _COUNTED.search(words)
    if match is None:
        return 0
    return number(match["n"]) or 0


def has_more(words: str) -> bool:
    """Whether the person says that there is another matter, and does not tell it yet (还有一件)."""
    return bool(_HAS_MORE.match(words))


def opens_another(words: str) -> bool:
    """Whether the person says that what is told is another matter (还有一件事，…)."""
    return bool(_ANOTHER.search(words))


def goes_beyond(words: str) -> bool:
    """Whether the words may go on with another matter (另外…)."""
    return bool(_BESIDES.search(words))


def bare(told: str) -> str:
    """The words of another matter without those that open it (还有, 另外一件事)."""
    return _OPENING.sub("", told) or told


def names(words: str) -> list[str]:
    """What the person calls the matters to be told apart, each in a word or two; nothing where they are not named."""
    each = [match["name"] for match in _EACH.finditer(words)]
    each_is = [match["name"] for match in _EACH_IS.finditer(words)]
    to_itself = [match["name"] for match in _TO_ITSELF.finditer(words)]
    apart = [name for match in _APART.finditer(words) for name in match.group("name", "other")]
    found = max((each, each_is, to_itself, apart), key=len)
    bare = [_BEFORE_A_NAME.sub("", name) for name in found]
    return list(dict.fromkeys(name for name in bare if name)) if len(found) > 1 else []


def grouped(account: str, called: Sequence[str]) -> list[str]:
    """What the account tells of each of the matters, as they are called; a clause that names none goes on with the one before
    it. Nothing where one of them is not told of."""
    told = [""] * len(called)
    at, before = None, ""
    for piece in pieces(account):
        alike = [_alike(name, piece) for name in called]
        if best := max(alike, default=0.0):
            at = alike.index(best)
        if at is None:
            before += piece
        else:
            told[at] += before + piece
            before = ""
    edges = STRONG + WEAK
    return [text.strip(edges) for text in told] if all(told) else []


def _alike(name: str, piece: str) -> float:
    """How plainly a clause tells of what is called so: by the words, or by most of their signs (公交 in 公共汽车 by none)."""
    if name in piece:
        return 1 + len(name)
    shared = len(set(name) & set(piece)) / len(set(name))
    return shared if shared > 0.5 else 0.0
