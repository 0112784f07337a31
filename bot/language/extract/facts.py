"""Time, person and numbers in a message, as written."""

from __future__ import annotations

import re

from bot.language.extract.names import find_name
from bot.language.extract.words import tagged
from bot.privacy import find_phone, private_spans

CASE_NUMBER = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[-–—_\s]?(\d{8})[-–—_\s]?([0-9A-Z]{6})(?![A-Z0-9])", re.IGNORECASE)

_TIME_GAP = re.compile(r"^(?:的|到|至|-|—|~|(?:开始|起)[,，]?|,|左右|大概|大约|每天|天天)*+$")
_TIME_TAIL = re.compile(r"^(?:期间|长假|假期|那天|当天)?(?:左右|前后|开始|起|以来|以后|之后|至今|(?:一直)?到现在|多)?")
_CLOCK = re.compile(
    r"(?:(?:今天|昨天|大?前天|昨儿个?|昨晚|今晚|今早|大年三十|大年初一|早上|上午|中午|下午|晚上|凌晨|半夜|每天|天天|每晚|周[一二三四五六日天末]|星期[一二三四五六日天])"
    r"(?:[0-9一二三四五六七八九十两]{1,3}(?:点半?|时|:[0-9]{2})(?:多|左右)?)?)+"
    r"|(?:上上?|这|本)个?(?:周|星期|礼拜)[一二三四五六日天末]?"
    r"|(?:20\d\d年)?[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}[日号]?"
)
_DURATION = re.compile(
    r"(?:[0-9]{1,8}|[一二两三四五六七八九十几半]{1,8})多?个?半?多?(?:小时|钟头|分钟|天|日|周|星期|礼拜|月|年)多?"
)
"""How long something has gone on: 三天, 半个多月."""
_TOOK = re.compile(r"(?:等|花|排|用|开|走|打|坐|跑|聊|讲|修|骑|站|耗)(?:了|上)?(?:将近|快|足足|整整)?$")
_WORTH = re.compile(r"(?:的)?(?:工资|薪|房租|租金|押金|生活费|物业费|合同|试用|社保|费用|保质|内|之内|以内|时间)")
_TERM = re.compile(r"(?:满|过|超过|不到|不满|保修|质保|租|签|交)(?:了)?$")
_UNTIL = re.compile(r"(?:交|租|签|续|用|付|管|保|做|干|排|拖)到(?:了)?$")
"""What lasts until then has not happened then: 租金交到年底."""
_HABIT = re.compile(
    r"每天(?:晚上|早上|半夜|凌晨|夜里)?|天天(?:晚上|早上|半夜|夜里)?|每晚|夜夜|每(?:周|个?星期|个?礼拜)[一二三四五六日天末]?"
)
_ONLY_CLOCK = re.compile(
    r"(?:早上|上午|中午|下午|晚上|凌晨|半夜|夜里)?[0-9一二三四五六七八九十两]{1,3}(?:点半?钟?|时|:[0-9]{2})(?:多|左右)?"
)
_SINCE = "已经"
_LONG_NUMBER = re.compile(r"[0-9]{9,}")
_NOT_A_TIME = ("现在", "当时", "以前", "目前", "平时", "有时", "随时", "时间", "未来", "将来")


def find_time(text: str) -> str | None:
    """When it happened, in the person's own words, or None."""
    spans: list[list[int]] = []
    numbers = private_spans(text)
    numbers += [match.span() for pattern in (CASE_NUMBER, _LONG_NUMBER) for match in pattern.finditer(text)]
    marks = [(w.start, w.end) for w in tagged(text) if w.tag in ("TIME", "t") and w.text not in _NOT_A_TIME]
    marks += [match.span() for match in _CLOCK.finditer(text)]
    # Digits of a telephone or a work order are no time.
    marks = [(a, b) for a, b in marks if not any(start < b and a < end for start, end in numbers)]
    for start, end in sorted(marks):
        if spans and (start <= spans[-1][1] or _TIME_GAP.match(text[spans[-1][1] : start])):
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([start, end])
    for span in spans:
        if tail := _TIME_TAIL.match(text[span[1] :]):
            span[1] += tail.end()
    spans = [span for span in spans if not _waited(text, span)]
    best = max(spans, key=lambda span: span[1] - span[0], default=None)
    if best is None:
        return None
    found = text[best[0] : best[1]].strip("的,，。 ")
    if _DURATION.fullmatch(found):
        return _SINCE + found
    if not _HABIT.search(found) and (habit := _HABIT.search(text)) and _ONLY_CLOCK.fullmatch(found):
        # 天天晚上吵到半夜12点 is no single night.
        return habit.group() + found
    return found


def _waited(text: str, span: list[int]) -> bool:
    """Whether the words say how long something took (等了一个小时), how much is owed (两个月工资) or how long something lasts
    (交到年底), and not when."""
    before, after = text[max(0, span[0] - 6) : span[0]], text[span[1] : span[1] + 4]
    return bool(_UNTIL.search(before)) or bool(
        _DURATION.fullmatch(text[slice(*span)])
        and (_TOOK.search(before) or _WORTH.match(after) or _TERM.search(before))
    )


def find_case_number(text: str) -> str | None:
    """A work-order number in the text in its standard form, e.g. LS20261124-7K3M9Q, or None."""
    match = CASE_NUMBER.search(text)
    return f"{match.group(1)}{match.group(2)}-{match.group(3)}".upper() if match else None


def without_case_numbers(text: str) -> str:
    """The text with 工单 for each number: its signs are random, and nothing may be learned from them."""
    return CASE_NUMBER.sub("工单", text)


__all__ = ["find_case_number", "find_name", "find_phone", "find_time", "without_case_numbers"]
