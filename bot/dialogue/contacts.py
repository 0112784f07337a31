"""Name and telephone as people say them (联系方式): a name given, digits spoken, or that neither will be given."""

from __future__ import annotations

import re

from bot.dialogue.cues import CLAUSE, EDGE, is_question, spaced
from bot.language.extract.facts import find_name

HIDES = re.compile(
    r"(?:不(?:想|要|愿意?|肯)?|别)(?:留|填|给|写|说)(?:我的?)?(?:电话|手机|号码|联系方式|名字)?|匿名|不方便(?:留|给|说)"
)
_LONGEST_REFUSAL = 12
"""Characters of a clause that refuses and says nothing else."""
I_AM = re.compile(r"\b(?:my name is|i am|i'm|this is|call me)\b", re.IGNORECASE)
_NAME_ONLY = 4
"""English words of an answer that is only a name."""
_NO_NAME = re.compile(
    r"\b(?:address|not?|landlord|place|phone|number|room|sick|time|here|maybe|so|very|the|an|my|street|from|in|at|i|please)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(r"^(?:我|就)?叫(?:我)?([一-鿿]{2,4})$")
ANOTHERS = re.compile(
    r"(?:包工头|老板|店主|经理|医生|老师|校长|司机|房东|邻居|物业|对方|书记|主任|那个?人|他|她)(?:的)?(?:名字)?(?:就)?(?:姓|叫|是)"
)
"""A name that is somebody else's."""
_I_GIVE = re.compile(r"我(?:就)?(?:姓|叫|是)|叫我|本人")
_AFTER_NAME = re.compile(r"(?<=[一-鿿]{2})(?:就行|就好|就可以|好了)?[了吧啊呀]?$")
_SPOKEN = re.compile(r"[幺一二三四五六七八九零〇0-9]{7,}")
_NUMBER = re.compile(r"[\d-]{7,}")
_DIGITS = str.maketrans("幺一二三四五六七八九零〇", "112345678900")


def name_said(text: str, asks: bool) -> str | None:
    """The name in an answer to the question for it: the longest that one of its clauses gives."""
    parts = [text, *CLAUSE.findall(spaced(text))] if not asks else CLAUSE.findall(spaced(text))
    if any(map(ANOTHERS.search, parts)):
        parts = [part for part in parts if _I_GIVE.search(part) and not ANOTHERS.search(part)]
    names = [find_name(part, asked=True) for part in parts if not is_question(part)]
    names += [match.group(1) for part in parts if (match := _CALLED.match(part.strip(EDGE)))]
    few = len(re.findall(r"[A-Za-z]+", text)) <= _NAME_ONLY or I_AM.search(text)
    names = [_AFTER_NAME.sub("", name) if name else name for name in names]
    real = [name for name in names if name and not _NO_NAME.search(name) and (few or not name.isascii())]
    return max(real, key=len, default=None)


def spoken_digits(text: str) -> str:
    """The text with spoken numbers in digits (幺三八… is 138…)."""
    return _SPOKEN.sub(lambda match: match.group().translate(_DIGITS), text)


def without_numbers(text: str) -> str:
    """The text with a comma for each long number, so that names beside it stand alone."""
    return _NUMBER.sub("，", text)


def is_refusal(clause: str) -> bool:
    """Whether a short clause says that no name or number will be given (但是不留名字的)."""
    return len(clause) <= _LONGEST_REFUSAL and refuses(clause) and not is_question(clause)


def refuses(clause: str) -> bool:
    """Whether the words refuse name or number; 我没说不留电话 does not."""
    return bool(HIDES.search(clause)) and not re.search(r"没有?(?:说|讲)|怎么|谁", clause)
