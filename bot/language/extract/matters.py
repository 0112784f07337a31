"""Clauses of a message: between them another matter (诉求) may begin."""

from __future__ import annotations

import re
from itertools import pairwise

STRONG = "。！？!?；;\n"
"""Signs that end a sentence."""
WEAK = "，,、 :：…~"
"""Signs that end less than a sentence."""
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
