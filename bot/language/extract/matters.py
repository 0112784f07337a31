"""Clauses of a message: between them another matter (诉求) may begin."""

from __future__ import annotations

import re
from itertools import pairwise

STRONG = "。！？!?；;\n"
"""Signs that end a sentence."""
WEAK = "，,、 :：…~"
"""Signs that end less than a sentence."""
_FEWEST = 2
"""Numbers that number something."""
_HEAD = 6
"""Letters and signs before the first number that are no matter themselves; who writes more numbers the reasons of one matter,
unless several are announced."""
MOST = 30
"""Clauses that are looked at; a longer letter is taken sentence by sentence, and its end as one."""
_SHORTEST = 4
"""Letters and signs of a clause; fewer belong to the one beside it."""

ORDER = re.compile(
    r"(?:第[一二三四五](?:件事?|个问题|点|是)?(?=[、,，:：\s])|第[一二三四五](?:件事|个问题|点|是)|[一二三四五]是|[二三]来|[①②③④⑤]"
    r"|[1-5一二三四五][、.．)）](?!\d))[、,，:：]?"
)
"""What numbers a matter; 第一人民医院 and 1.5公里 do not."""
OPENINGS = (
    ORDER,
    re.compile(
        r"另外|此外|除此之外|除了这个|再一个|再有|再就是|再来|再者|其次|对了|顺便|顺带|另一|还想|还要问|再问|再反映|我还|也请"
    ),
    re.compile(r"还有"),
    re.compile(r"最后|末脚|然后"),
    re.compile(r"而且|同时|以及|并且|接着|再说|也想"),
    re.compile(r"请问|想问|问|咨询"),
)
"""Words with which people begin another matter, or go on with the same, by how much they say."""
_COUNT = "一二三四五六七八"
_NUMBERS = (
    re.compile(
        rf"第(?P<n>[{_COUNT}])(?:(?:件事?情?|个问题|个事情?|点|项)(?:就?是)?|是|(?=[\s、,，:：]|[^人中小实职高医次天年月名期批步套层排幼个条大级食代声]))[\s、,，:：]*"
    ),
    re.compile(rf"(?<![一-鿿])(?P<n>[{_COUNT}])(?:是|来)"),
    re.compile(rf"(?<![\w.])(?P<n>[{_COUNT}])[、.．)）:：]"),
    re.compile(r"(?<![\w.])(?P<n>[1-8])[、.．)）:：](?![\d点])"),
    re.compile(r"(?P<n>[①②③④⑤⑥⑦⑧])"),
    re.compile(r"(?P<n>(?<![有外再第])一|(?:还有|另外|再)一|第[二三四])[个件](?:事情?|问题)?(?:就?是|[,，:：\s])"),
)
"""How people number what they tell, a pattern each way; 第一人民医院 and 1.5公里 number nothing."""
_AFTER_COUNT = re.compile(rf"第(?P<n>[{_COUNT}])[个件](?:事情?|问题)?(?:就?是)?[\s、,，:：]*")
"""第一个 numbers what was announced (我有两个事 第一个…), and else shops or crossings."""
_ANNOUNCED = re.compile(r"(?:[两二三四五六几2-6]|好几)[件个样桩](?:事|问题|情况|诉求)")
_HOW_MANY = re.compile(r"(?:(?P<n>[二三四五六])|(?P<two>两)|(?P<digit>[2-6]))[件个样桩](?:事|问题)")
_ANNOUNCES = re.compile(
    r"^(?:你好|您好|我们?|今天|这里|总共|一共|[\s,，。：:])*(?:要|想|来|有|跟你们?)?(?:反映|反应|投诉|举报|说|讲|问|报)?(?:一下)?(?:[两二三四五几2-5]|好几)[件个条](?:事情?|问题|情况)[\s,，。：:]*$"
)
_SIGNS = STRONG + WEAK
_SIGN = re.compile(rf"[{_SIGNS}]+")
_SENTENCE = re.compile(rf"[{STRONG}]+")
_WITHIN = re.compile("|".join(opening.pattern for opening in OPENINGS[:-1]))


def clauses(text: str) -> list[str]:
    """The clauses of a message, which together are its text: cut behind signs, and before the words that may begin another
    matter."""
    found = _joined(_pieces(text, {*_ends(_SIGN, text), *(match.start() for match in _WITHIN.finditer(text))}))
    if len(found) > MOST:
        found = _joined(_pieces(text, set(_ends(_SENTENCE, text))))
    return [*found[: MOST - 1], "".join(found[MOST - 1 :])] if len(found) > MOST else found


def numbered(text: str) -> list[str]:
    """The matters that people number (第一…第二…, 1、…2、…, 一个是…还有一个是…), without the numbers; nothing where they do not, or
    number the reasons of one."""
    patterns = (*_NUMBERS, _AFTER_COUNT) if _ANNOUNCED.search(text) else _NUMBERS
    found = max((_one_by_one(pattern, text) for pattern in patterns), key=len)
    if len(found) < _FEWEST:
        return []
    head = text[: found[0].start()]
    if len(re.findall(r"\w", head)) > _HEAD and not _ANNOUNCED.search(head):
        return []
    ends = [*(match.start() for match in found[1:]), len(text)]
    return [text[match.end() : end].strip(_SIGNS) for match, end in zip(found, ends, strict=True)]


def _one_by_one(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The numbers of one way of writing them that go on from one; 还有一个 is the next."""
    found: list[re.Match[str]] = []
    for match in pattern.finditer(text):
        number = match["n"]
        at = next((signs.index(number) for signs in (_COUNT, "12345678", "①②③④⑤⑥⑦⑧") if number in signs), None)
        if at == len(found) or (at is None and found):
            found.append(match)
    return found


def how_many(text: str) -> int:
    """How many matters the person says that there are (反映三件事); 0 where nothing is said."""
    match = _HOW_MANY.search(text)
    if match is None:
        return 0
    return _FEWEST if match["two"] else int(match["digit"] or 0) or _COUNT.index(match["n"]) + 1


def announces(clause: str) -> bool:
    """Whether it announces several matters (我要反映两件事), and is none itself."""
    return bool(_ANNOUNCES.match(clause))


def told(part: str) -> str:
    """A part of a message as a matter of its own: without its number and the signs around it."""
    part = part.strip(_SIGNS)
    number = ORDER.match(part)
    return part[number.end() :].strip(_SIGNS) if number else part


def _ends(sign: re.Pattern[str], text: str) -> list[int]:
    return [match.end() for match in sign.finditer(text)]


def _pieces(text: str, cuts: set[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise([0, *sorted(cuts - {0, len(text)}), len(text)])]


def _joined(pieces: list[str]) -> list[str]:
    """A short piece belongs to the one before it if it ends a sentence, else to the next one."""
    found: list[str] = []
    waiting = ""
    for piece in pieces:
        waiting += piece
        if len(re.findall(r"\w", waiting)) >= _SHORTEST:
            found.append(waiting)
        elif found and waiting[-1:] in STRONG:
            found[-1] += waiting
        else:
            continue
        waiting = ""
    if found:
        found[-1] += waiting
    return found or ["".join(pieces)]
