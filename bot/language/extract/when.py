"""When it was (时间): the dates and hours that Chinese time words name, reckoned from the moment they were said.

A grammar of our own, for what people tell a hotline. Measured against `jionlp` 1.5.31 on 41 such phrases: that parser
could not read 刚才, 前几天, 月初, 今早 and 前天中午12:30左右, put 星期天 and 除夕 into the future, needs 167 MB with
its tagger, and took 0.13 ms a phrase, 88 ms the slowest. This one takes 0.02 ms a phrase and needs no package.

What cannot be told is None, never a guess: 前几天, 最近, 一个多月前. The words themselves are kept by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.language.extract.days import DayWord, day_words
from bot.language.extract.numerals import NUMERAL, number


@dataclass(frozen=True)
class When:
    """Days and clock times. Of one day ``first`` and ``last`` are the same.

    ``first`` is None where only the hours are known (每天晚上十点), ``last`` where it goes on (上周三开始). ``start`` and
    ``end`` are clock times, None where none is said or where morning and evening are both meant (昨天三点). ``repeated``
    says that it happens again and again (每天, 每周三).
    """

    first: date | None
    last: date | None
    start: time | None = None
    end: time | None = None
    repeated: bool = False


@dataclass(frozen=True)
class _Clock:
    """A clock time in the text; ``rolls`` where it belongs to the next calendar day (昨晚两点)."""

    at: int
    until: int
    time: time
    rolls: bool


_NOISE = re.compile(r"[\s的]|大约|大概|差不多|左右|前后|应该是?|好像是?|就是|可能是?|吧|呢|啊|,|，|。")
_LUNAR = re.compile(r"农历|阴历|旧历|老历")
_VAGUE = re.compile(r"[前这]几|[0-9一二两三四五六七八九十]几?多个?[天日周星月年]|个多|前[两2][天日年]|好几|几[天个年]")
_REPEATED = re.compile(
    r"每逢|每到|每个?(?:月|周末|(?:周|星期|礼拜)(?=[一二三四五六日天])|[天日晚早夜])|天天|夜夜|工作日|经常|总是"
)
_SINCE = re.compile(r"开始|以来|至今|(?:一直)?到现在|到今天为止|直到今天|起(?!床)|之后|以后")
_RANGE = re.compile(r"^(?:晚|夜|上)?(?:到|至|-|—|~|～)+$")
_JUST_NOW = re.compile(r"刚才|刚刚|方才|刚(?=发生)|现在|此刻")
_HOURS_AGO = re.compile(rf"(?P<count>{NUMERAL}|半)个?(?P<half>半)?(?P<unit>小时|钟头|分钟)(?:之?前|以前)")
_MOST_HOURS = 9999
"""Hours or minutes of a moment ago; more are no time that a calendar has."""
_CLOCK = re.compile(
    r"(?P<part>凌晨|清晨|清早|大清早|一早|早上|早晨|早|上午|中午|午间|下午|午后|傍晚|晚上|晚间|晚|夜里|夜间|半夜|深夜|后半夜|夜)?"
    rf"(?:(?P<hour>{NUMERAL})(?:点钟?|时(?!间|候)|(?P<colon>:)(?=[0-5][0-9]))(?:(?P<quarter>[一三])刻|(?P<half>半)|(?P<minute>[0-5][0-9]|{NUMERAL})分?)?)"
)
_AM = ("凌晨", "清晨", "清早", "大清早", "一早", "早上", "早晨", "早", "上午")
_NIGHT = ("半夜", "深夜", "后半夜", "夜里", "夜间", "夜")
_NIGHT_AFTER = re.compile(r"昨|前[天晚夜]")
_PM = ("下午", "午后", "傍晚")


def resolve_time(words: str, now: datetime) -> When | None:
    """The days and hours that the words name at the moment ``now``, or None where they cannot be told.

    Twelve at night is the next day's first hour, and so is two at night after a day of one's own (昨晚两点). A clock time
    without a day is its last occurrence.
    """
    text = _NOISE.sub("", words).replace("：", ":")
    if _LUNAR.search(text) or _VAGUE.search(text):
        return None
    repeated = bool(_REPEATED.search(text))
    since = bool(_SINCE.search(text))
    days = list(day_words(text, now.date()))
    clocks = _clocks(text)
    if not days and not clocks and (moment := _moment(text, now)):
        return When(moment.date(), None if since else moment.date(), moment.time().replace(second=0, microsecond=0))
    if repeated and all(day.of for day in days):
        # 每周三, 周一到周五每天: habits, of no one date.
        days = []
    if len(days) > 2 or len(clocks) > 2 or not (days or clocks):
        return None
    span = _span(text, days)
    if span is None and days:
        return None
    if len(clocks) == 2 and not _joined(text, clocks[0].until, clocks[1].at, days):
        return None
    if repeated and not span and not clocks:
        return None
    return _put_together(span, clocks, now, repeated, since)


def _moment(text: str, now: datetime) -> datetime | None:
    """The moment of 刚才 and 两个小时前."""
    if match := _HOURS_AGO.search(text):
        count = 0.5 if match["count"] == "半" else number(match["count"])
        if count is None or count > _MOST_HOURS:
            return None
        count += 0.5 if match["half"] else 0
        return now - (timedelta(minutes=count) if match["unit"] == "分钟" else timedelta(hours=count))
    return now if _JUST_NOW.search(text) and "到现在" not in text else None


def _span(text: str, days: list[DayWord]) -> tuple[date, date] | None:
    """The period of one or two day words; None for two that are no range."""
    if len(days) < 2:
        return days[0].period if days else None
    one, two = days
    first, last = one.period[0], two.period[1]
    between = text[one.end : two.start]
    if two.of == "week":
        last = first + timedelta(days=(last.weekday() - first.weekday()) % 7)
    elif two.of == "month" and first.day < last.day:
        last = first.replace(day=last.day)
    beside = between in ("", "和", "、", "跟") and last - first == timedelta(days=1)
    ranged = bool(re.search(r"[到至\-—~～]", between))
    return (first, last) if first <= last and (beside or ranged) else None


def _joined(text: str, end: int, start: int, days: list[DayWord]) -> bool:
    """Whether two clock times are the ends of a range (晚上十点到今天凌晨两点)."""
    between = text[end:start]
    for day in days:
        if end <= day.start and day.end <= start:
            between = between.replace(text[day.start : day.end], "")
    return bool(_RANGE.match(between))


def _clocks(text: str) -> list[_Clock]:
    found: list[_Clock] = []
    part: str | None = None
    for match in _CLOCK.finditer(text):
        part = match["part"] or part
        if clock := _clock(match, part, found[-1].time if found else None):
            found.append(clock)
    return found


def _clock(match: re.Match[str], part: str | None, before: time | None) -> _Clock | None:
    """A clock time by its part of the day, which a range's second end shares; None where it is ambiguous."""
    hour = number(match["hour"])
    minute = 30 if match["half"] else 15 * (number(match["quarter"] or "零") or 0)
    minute = minute or (number(match["minute"]) if match["minute"] else 0) or 0
    if hour is None or hour > 24 or minute > 59:
        return None
    if hour < 13 and not part and not match["colon"]:
        return None
    rolls = hour == 24
    if (part in _PM and hour < 12) or (part in ("中午", "午间") and hour < 4):
        hour += 12
    elif part in _AM and part != "上午" and hour == 12:
        hour = 0
    elif part in ("晚上", "晚间", "晚") or part in _NIGHT:
        if hour == 12:
            hour, rolls = 24, True
        elif (4 if part not in _NIGHT else 6) < hour < 12:
            hour += 12
        elif hour < 12:
            # 昨天半夜两点 is this morning; 7月3号半夜两点 is the third.
            rolls = part not in _NIGHT or bool(_NIGHT_AFTER.search(match.string))
    if not match["part"] and before and before.hour >= 12 and hour < 12 and part in _PM:
        hour += 12
    return _Clock(match.start(), match.end(), time(hour % 24, minute), rolls)


def _put_together(
    span: tuple[date, date] | None, clocks: list[_Clock], now: datetime, repeated: bool, since: bool
) -> When:
    start = clocks[0].time if clocks else None
    end = clocks[1].time if len(clocks) == 2 else None
    if span is None:
        if repeated:
            return When(None, None, start, end, repeated=True)
        day = now.date()
        if start and datetime.combine(day, start, now.tzinfo) > now:
            day -= timedelta(days=1)
        return When(day, None if since else day, start, end)
    first, last = span
    if clocks and clocks[0].rolls and first == last and first != now.date():
        first = last = first + timedelta(days=1)
    return When(first, None if since else last, start, end, repeated)


def dated(words: str, now: datetime) -> str:
    """The words with the days and hours that they name behind them, where they can be told: 昨晚十一点（2026-11-26 23:00）.

    Who reads a work order days later does not know which evening 昨晚 was.
    """
    when = resolve_time(words, now)
    if when is None or (told := _told(when)) is None or told in words:
        return words
    return f"{words}（{told}）"


def _told(when: When) -> str | None:
    if when.first is None:
        return None
    day = when.first.isoformat()
    if when.last is None:
        day += "起"
    elif when.last != when.first:
        day += f"至{when.last.isoformat()}"
    hours = "至".join(clock.strftime("%H:%M") for clock in (when.start, when.end) if clock)
    return " ".join(filter(None, (day, hours)))
