"""Days and periods that Chinese time words name: 前天, 上周三, 上个月15号, 7月3号, 国庆期间, 三天前.

A hotline hears of what has been: without a year or a week, the last such day counts, and one within the next month
where the past one is further away (12月1号 said in November is a notice's). Durations that are no exact days stand for
their whole week, month or year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.language.extract.festivals import FESTIVALS, LONG, days_off_around, festival_day
from bot.language.extract.numerals import NUMERAL, number

Period = tuple[date, date]
"""First and last day, both included."""

SOON = timedelta(days=31)
"""How far ahead a day without a year may lie."""

_AGO = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_WEEKDAYS = "一二三四五六日"
_N = NUMERAL


@dataclass(frozen=True)
class DayWord:
    """A day word in a text. ``of`` is ``week`` or ``month`` where only a day of those is named (周三, 15号)."""

    start: int
    end: int
    period: Period
    of: str | None = None


def day_words(text: str, today: date) -> Iterator[DayWord]:
    """The day words from left to right; a word that names no real day (2月30号) ends the search."""
    at = 0
    while at < len(text):
        for pattern, read in _PATTERNS:
            if match := pattern.match(text, at):
                try:
                    period = read(match, today)
                except (ValueError, OverflowError):
                    return
                if period is None:
                    return
                yield DayWord(at, match.end(), period, _OF.get(read) if not match.groupdict().get("week") else None)
                at = match.end()
                break
        else:
            at += 1


def _one(day: date) -> Period:
    return day, day


def _month(year: int, month: int) -> Period:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _months_on(today: date, months: int) -> Period:
    index = today.year * 12 + today.month - 1 + months
    return _month(index // 12, index % 12 + 1)


def _nearest(of_year: Callable[[int], Period], today: date, ahead: timedelta = SOON) -> Period:
    """The last such period, or the one that begins so soon."""
    for year in (today.year + 1, today.year):
        try:
            if (period := of_year(year))[0] <= today + ahead:
                return period
        except ValueError:  # 2月29号
            continue
    return of_year(today.year - 1)


def _year(word: str | None, today: date) -> int | None:
    """The year of 去年, 2025年, 25年; None for none."""
    if not word:
        return None
    named = {"去": -1, "上": -1, "前": -2, "大前": -3, "今": 0, "本": 0, "明": 1}.get(word)
    if named is not None:
        return today.year + named
    value = number(word)
    if value is None or 100 <= value < 1900:
        raise ValueError(word)
    return value + 2000 if value < 100 else value


def _relative(match: re.Match[str], today: date) -> Period:
    return _one(today + timedelta(days=_AGO[match["day"]]))


def _weekday(match: re.Match[str], today: date) -> Period:
    monday = today - timedelta(days=today.weekday())
    index = _WEEKDAYS.index(match["day"].replace("天", "日").replace("末", "六"))
    length = timedelta(days=1 if match["day"] == "末" else 0)
    if week := match["week"]:
        weeks = -week.count("上") + week.count("下")
        day = monday + timedelta(days=7 * weeks + index)
    else:
        day = monday + timedelta(days=index)
        if day > today:
            day -= timedelta(days=7)
    return day, day + length


def _week(match: re.Match[str], today: date) -> Period:
    monday = today - timedelta(days=today.weekday() + 7 * (match["week"].count("上") - match["week"].count("下")))
    return monday, monday + timedelta(days=6)


def _date(match: re.Match[str], today: date) -> Period:
    year, month, day = _year(match["year"], today), number(match["month"]), number(match["day"])
    if month is None or day is None:
        raise ValueError(match.group())
    if year is not None:
        return _one(date(year, month, day))
    return _nearest(lambda at: _one(date(at, month, day)), today)


def _whole_month(match: re.Match[str], today: date) -> Period:
    year, month = _year(match["year"], today), number(match["month"])
    if month is None:
        raise ValueError(match.group())
    first, last = (
        _month(year, month) if year is not None else _nearest(lambda at: _month(at, month), today, timedelta(0))
    )
    return _part_of_month(match["part"], first, last)


def _part_of_month(part: str | None, first: date, last: date) -> Period:
    if part in ("初", "上旬"):
        return first, first.replace(day=10)
    if part == "中旬":
        return first.replace(day=11), first.replace(day=20)
    return (first.replace(day=21), last) if part else (first, last)


def _named_month(match: re.Match[str], today: date) -> Period:
    word = match["month"] or ""
    first, last = _months_on(today, word.count("下") - word.count("上"))
    if match["day"]:
        day = number(match["day"])
        return _one(first.replace(day=day or 0))
    return _part_of_month(match["part"], first, last)


def _day_of_month(match: re.Match[str], today: date) -> Period:
    day = number(match["day"]) or 0
    for months in (0, -1, -2):
        first, last = _months_on(today, months)
        if day <= last.day and first.replace(day=day) <= today:
            return _one(first.replace(day=day))
    raise ValueError(match.group())


def _whole_year(match: re.Match[str], today: date) -> Period:
    year = _year(match["year"], today) or 0
    return date(year, 1, 1), date(year, 12, 31)


def _ago(match: re.Match[str], today: date) -> Period | None:
    count = number(match["count"])
    if count is None:
        return None
    unit = match["unit"]
    if unit in ("天", "日"):
        return _one(today - timedelta(days=count))
    if unit in ("周", "星期", "礼拜"):
        monday = today - timedelta(days=today.weekday() + 7 * count)
        return monday, monday + timedelta(days=6)
    if unit == "月":
        return _months_on(today, -count)
    return date(today.year - count, 1, 1), date(today.year - count, 12, 31)


def _lately(match: re.Match[str], today: date) -> Period | None:
    count = number(match["count"])
    if count is None:
        return None
    if match["unit"] in ("月", "年"):
        months = count * (12 if match["unit"] == "年" else 1)
        first, last = _months_on(today, -months)
        return first.replace(day=min(today.day, last.day)), today
    return today - timedelta(days=count * (1 if match["unit"] in ("天", "日") else 7)), today


def _festival(match: re.Match[str], today: date) -> Period:
    word = match["festival"]
    year = _year(match["year"], today)
    period = bool(match["period"]) or (word in LONG and not match["exact"])

    def of_year(at: int) -> Period:
        day = festival_day(word, at)
        return days_off_around(day) if period else _one(day)

    return of_year(year) if year is not None else _nearest(of_year, today)


_NAMED_YEAR = r"大前|去|上|前|今|本|明|20[0-9]{2}|二[零〇][零〇一二三四五六七八九]{2}"
_YEAR = rf"(?:(?P<year>{_NAMED_YEAR}|(?<![0-9])[0-9]{{2}})年的?)?"
_FESTIVALS = "|".join(sorted(FESTIVALS - {"五一", "十一", "六一"}, key=len, reverse=True))
_MAY_DAY = (
    r"(?<![一二三四五六七八九十百])(?:五一|十一|六一)(?![一二三四五六七八九十百月点号日个天年时分秒人块元楼路岁村])"
)
_WEEK = r"(?:周|星期|礼拜)"
_UNIT = r"个?(?P<unit>天|日|周|星期|礼拜|月|年)"
_PART = r"(?P<part>初|底|末|[上中下]旬)"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (re.compile(r"(?P<year>20[0-9]{2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9])"), _date),
    (re.compile(rf"{_YEAR}(?P<month>{_N})月份?的?(?P<day>{_N})[日号]?(?!点|时|:)"), _date),
    (re.compile(rf"{_YEAR}(?P<month>{_N})月份?{_PART}?"), _whole_month),
    (
        re.compile(
            rf"{_YEAR}(?P<festival>{_FESTIVALS}|{_MAY_DAY})(?P<exact>节?[那当][天日晚])?节?(?P<period>期间|假期|长假|黄金周|放假)?"
        ),
        _festival,
    ),
    (re.compile(rf"(?P<month>上{{1,4}}个?|这个?|本|下{{1,4}}个?)月(?:份|的)?(?:(?P<day>{_N})[日号]|{_PART})?"), _named_month),
    (re.compile(r"(?P<month>)月(?P<day>)(?P<part>初|底|末)"), _named_month),
    (re.compile(rf"(?P<year>{_NAMED_YEAR})年(?!前)"), _whole_year),
    (re.compile(r"(?P<day>大前|大后|(?<![以之目])前(?!天天)|昨|今|明|(?<![以之])后(?!天天))(?:天|日(?![子照])|[儿个](?!月)|(?<!后)(?=[早晚夜]))"), _relative),
    (re.compile(rf"(?P<week>(?:(?<![早晚])上{{1,4}}|这|本|下{{1,4}})个?)?{_WEEK}(?P<day>[一二三四五六日天末])"), _weekday),
    (re.compile(rf"(?P<week>(?:(?<![早晚])上{{1,4}}|这|本|下{{1,4}})(?:一个|个)?){_WEEK}"), _week),
    (re.compile(rf"(?P<count>{_N}){_UNIT}(?:之?前|以前)"), _ago),
    (re.compile(rf"(?:最近|近|这|过去)(?P<count>{_N}){_UNIT}"), _lately),
    (re.compile(r"(?<![0-9月])(?P<day>[0-9]{1,2}|[一二三十]{1,3})[日号](?![楼幢栋院门线车])"), _day_of_month),
)  # fmt: skip
_OF: dict[object, str] = {_weekday: "week", _day_of_month: "month"}
