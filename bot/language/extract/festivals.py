"""Chinese festivals (节日): their days, and the days off around them, by the calendar that deadlines go by."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

LONG = ("国庆", "五一", "十一", "黄金周", "春节")
"""Festivals whose bare name means all their days off."""


@lru_cache(maxsize=1)
def _days_off() -> holidays.HolidayBase:
    return holidays.country_holidays("CN", language="zh_CN")


_FIXED = {"国庆": (10, 1), "十一": (10, 1), "黄金周": (10, 1), "五一": (5, 1), "劳动节": (5, 1), "元旦": (1, 1), "圣诞": (12, 25),
          "双十一": (11, 11), "双11": (11, 11), "妇女节": (3, 8), "儿童节": (6, 1), "六一": (6, 1), "教师节": (9, 10)}  # fmt: skip
_LUNAR = {"春节": "春节", "过年": "春节", "年初一": "春节", "大年初一": "春节", "清明": "清明节", "端午": "端午节",
          "中秋": "中秋节"}  # fmt: skip
_AFTER_NEW_YEAR = {"除夕": -1, "大年三十": -1, "年三十": -1, "大年夜": -1, "元宵": 14, "正月十五": 14}
FESTIVALS = frozenset({*_FIXED, *_LUNAR, *_AFTER_NEW_YEAR})
"""Their names in time words."""


def festival_day(word: str, year: int) -> date:
    """The day of a festival; ValueError where the calendar of holidays does not reach."""
    if word in _FIXED:
        return date(year, *_FIXED[word])
    name = _LUNAR.get(word, "春节")
    known = _days_off()
    known.get(date(year, 1, 1))  # fills the calendar of that year
    days = sorted(day for day, named in known.items() if day.year == year and name in named and "除夕" not in named)
    if not days:
        raise ValueError(f"{word} {year}")
    return days[0] + timedelta(days=_AFTER_NEW_YEAR.get(word, 0))


def days_off_around(day: date) -> tuple[date, date]:
    """The days off in a row around a festival."""

    def off(at: date) -> bool:
        return at in _days_off() or (at.weekday() >= 5 and at not in _days_off().weekend_workdays)

    first = last = day
    while off(first - timedelta(days=1)):
        first -= timedelta(days=1)
    while off(last + timedelta(days=1)):
        last += timedelta(days=1)
    return first, last
