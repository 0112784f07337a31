"""Time words become dates and hours, reckoned from a fixed moment; what cannot be told is None."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import pytest

from bot.language.extract.when import When, dated, resolve_time

NOW = datetime(2026, 11, 24, 10, 20)
"""A Tuesday morning."""


def day(month: int, day: int, start: time | None = None, end: time | None = None, year: int = 2026) -> When:
    return When(date(year, month, day), date(year, month, day), start, end)


def days(first: tuple[int, int, int], last: tuple[int, int, int], start: time | None = None) -> When:
    return When(date(*first), date(*last), start)


DAYS = {
    "今天": day(11, 24),
    "昨天": day(11, 23),
    "前天下午": day(11, 22),
    "大前天": day(11, 21),
    "明天": day(11, 25),
    "今天早上": day(11, 24),
    "今早": day(11, 24),
    "昨夜": day(11, 23),
    "三天前": day(11, 21),
    "3天前的下午": day(11, 21),
    "上周三": day(11, 18),
    "上个星期五下午": day(11, 20),
    "上上周一": day(11, 9),
    "星期天": day(11, 22),
    "周一": day(11, 23),
    "周二": day(11, 24),
    "这周五": day(11, 27),
    "下周一": day(11, 30),
    "上个月15号": day(10, 15),
    "本月12日": day(11, 12),
    "这个月15号": day(11, 15),
    "15号": day(11, 15),
    "28号": day(10, 28),
    "7月3号": day(7, 3),
    "五月三号": day(5, 3),
    "11月28号": day(11, 28),
    "12月30号": day(12, 30, year=2025),
    "2026-11-03": day(11, 3),
    "去年十月二十日": day(10, 20, year=2025),
    "除夕": day(2, 16),
    "大年三十晚上": day(2, 16),
    "中秋节那天": day(9, 25),
    "清明": day(4, 5),
    "元宵": day(3, 3),
    "双十一": day(11, 11),
    "大概是上周三吧": day(11, 18),
}


@pytest.mark.parametrize(("words", "when"), DAYS.items())
def test_a_day(words: str, when: When) -> None:
    assert resolve_time(words, NOW) == when


HOURS = {
    "昨晚十一点": day(11, 23, time(23)),
    "昨晚22点": day(11, 23, time(22)),
    "今晚八点": day(11, 24, time(20)),
    "前天中午12:30左右": day(11, 22, time(12, 30)),
    "中午一点": day(11, 23, time(13)),
    "2026年11月3日下午3点": day(11, 3, time(15)),
    "11月20日早上8点左右": day(11, 20, time(8)),
    "昨天下午三点半": day(11, 23, time(15, 30)),
    "昨天上午九点一刻": day(11, 23, time(9, 15)),
    "昨天上午9点05分": day(11, 23, time(9, 5)),
    "昨天凌晨两点": day(11, 23, time(2)),
    # The night goes on after midnight.
    "昨晚两点": day(11, 24, time(2)),
    "昨天半夜一点": day(11, 24, time(1)),
    "昨天晚上十二点": day(11, 24, time(0)),
    "7月3号半夜两点": day(7, 3, time(2)),
    # Without a day, the last one
    "半夜两点": day(11, 24, time(2)),
    "凌晨三点": day(11, 24, time(3)),
    "晚上十点": day(11, 23, time(22)),
    "22点": day(11, 23, time(22)),
    "傍晚五点到七点": day(11, 23, time(17), time(19)),
    "上午九点到下午五点": day(11, 24, time(9), time(17)),
    "昨晚十点到十二点": day(11, 23, time(22), time(0)),
    "刚才": day(11, 24, time(10, 20)),
    "两个小时前": day(11, 24, time(8, 20)),
    "半小时前": day(11, 24, time(9, 50)),
    "一个半小时前": day(11, 24, time(8, 50)),
    "20分钟前": day(11, 24, time(10)),
}


@pytest.mark.parametrize(("words", "when"), HOURS.items())
def test_an_hour(words: str, when: When) -> None:
    assert resolve_time(words, NOW) == when


def test_an_hour_that_may_be_morning_or_evening_is_not_guessed() -> None:
    assert resolve_time("昨天三点", NOW) == day(11, 23)
    assert resolve_time("三点", NOW) is None


PERIODS = {
    "国庆期间": days((2026, 10, 1), (2026, 10, 7)),
    "十一期间": days((2026, 10, 1), (2026, 10, 7)),
    "去年国庆": days((2025, 10, 1), (2025, 10, 8)),
    "五一": days((2026, 5, 1), (2026, 5, 5)),
    "今年春节": days((2026, 2, 15), (2026, 2, 23)),
    "2026年5月": days((2026, 5, 1), (2026, 5, 31)),
    "二〇二五年三月": days((2025, 3, 1), (2025, 3, 31)),
    "25年3月": days((2025, 3, 1), (2025, 3, 31)),
    "10月": days((2026, 10, 1), (2026, 10, 31)),
    "12月": days((2025, 12, 1), (2025, 12, 31)),
    "上个月": days((2026, 10, 1), (2026, 10, 31)),
    "上个月底": days((2026, 10, 21), (2026, 10, 31)),
    "月初": days((2026, 11, 1), (2026, 11, 10)),
    "十月中旬": days((2026, 10, 11), (2026, 10, 20)),
    "去年": days((2025, 1, 1), (2025, 12, 31)),
    "前年": days((2024, 1, 1), (2024, 12, 31)),
    "10年前": days((2016, 1, 1), (2016, 12, 31)),
    "两个月前": days((2026, 9, 1), (2026, 9, 30)),
    "两周前": days((2026, 11, 9), (2026, 11, 15)),
    "上上周": days((2026, 11, 9), (2026, 11, 15)),
    "上周末": days((2026, 11, 21), (2026, 11, 22)),
    "周末": days((2026, 11, 21), (2026, 11, 22)),
    "最近两个月": days((2026, 9, 24), (2026, 11, 24)),
    "最近三天": days((2026, 11, 21), (2026, 11, 24)),
    "10月1日至7日": days((2026, 10, 1), (2026, 10, 7)),
    "10月1号到10月3号": days((2026, 10, 1), (2026, 10, 3)),
    "昨天到今天": days((2026, 11, 23), (2026, 11, 24)),
    "周六周日早上六点": days((2026, 11, 21), (2026, 11, 22), time(6)),
    "昨晚十一点到今天凌晨两点": When(date(2026, 11, 23), date(2026, 11, 24), time(23), time(2)),
}


@pytest.mark.parametrize(("words", "when"), PERIODS.items())
def test_a_period(words: str, when: When) -> None:
    assert resolve_time(words, NOW) == when


OPEN = {
    "上周三开始每天": When(date(2026, 11, 18), None, repeated=True),
    "上周三开始每天晚上十点": When(date(2026, 11, 18), None, time(22), repeated=True),
    "从去年开始": When(date(2025, 1, 1), None),
    "昨天晚上十点开始": When(date(2026, 11, 23), None, time(22)),
    "从上周三到现在": When(date(2026, 11, 18), None),
    "7月3号以来": When(date(2026, 7, 3), None),
    "每天晚上十点到十二点": When(None, None, time(22), time(0), repeated=True),
    "每晚十一点": When(None, None, time(23), repeated=True),
    "每周三上午九点": When(None, None, time(9), repeated=True),
    "周一到周五每天早上七点半": When(None, None, time(7, 30), repeated=True),
}


@pytest.mark.parametrize(("words", "when"), OPEN.items())
def test_what_goes_on_or_comes_again(words: str, when: When) -> None:
    assert resolve_time(words, NOW) == when


@pytest.mark.parametrize(
    "words",
    [
        "",
        "晚上",
        "每天",
        "每周三",
        "前几天",
        "这几天",
        "前两天",
        "最近",
        "一直",
        "三天",
        "半个月前",
        "一个多月前",
        "好几年了",
        "以前晚上",
        "之前天天这样",
        "农历八月十五",
        "2月30号",
        "13月5号",
        "不是昨天是前天",
        "记不清了",
        "99999年前",
        "25点",
    ],
)
def test_what_cannot_be_told_is_none(words: str) -> None:
    assert resolve_time(words, NOW) is None


def test_early_in_the_year_the_last_days_are_the_old_years() -> None:
    now = datetime(2027, 1, 5, 0, 30)
    assert resolve_time("12月31号", now) == day(12, 31)
    assert resolve_time("上个月20号", now) == day(12, 20)
    assert resolve_time("半夜两点", now) == day(1, 4, time(2), year=2027)
    assert resolve_time("元旦", now) == day(1, 1, year=2027)
    assert resolve_time("2月29号", now) is None


def test_a_moment_with_a_time_zone_is_reckoned_in_it() -> None:
    now = NOW.replace(tzinfo=timezone(timedelta(hours=8)))
    assert resolve_time("昨晚十一点", now) == day(11, 23, time(23))
    assert resolve_time("刚才", now) == day(11, 24, time(10, 20))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("昨晚十一点", "昨晚十一点（2026-11-23 23:00）"),
        ("上周三开始", "上周三开始（2026-11-18起）"),
        ("前几天", "前几天"),
        ("每天晚上十点", "每天晚上十点"),
    ],
)
def test_who_reads_later_is_told_the_date_and_the_words_are_kept(words: str, told: str) -> None:
    assert dated(words, NOW) == told
