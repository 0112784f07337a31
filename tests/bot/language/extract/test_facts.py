"""When, and which number, as written."""

from __future__ import annotations

import pytest

from bot.language.extract.facts import find_case_number, find_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("昨天晚上十点开始一直很吵", "昨天晚上十点开始"),
        ("每天半夜两点到四点都在施工", "每天半夜两点到四点"),
        ("2026年11月3日下午3点停的水", "2026年11月3日下午3点"),
        ("11月20日早上8点左右停水", "11月20日早上8点左右"),
        ("上周三我去办证，窗口没人", "上周三"),
        ("这个月15号扣了我的钱", "这个月15号"),
        ("前天中午12:30左右被撞", "前天中午12:30左右"),
        ("昨晚22点有人放烟花", "昨晚22点"),
        ("周六周日早上六点就开始装修", "周六周日早上六点"),
        ("最近两个月一直有臭味", "最近两个月"),
        ("上个星期五下午停电", "上个星期五下午"),
        ("从去年开始就这样", "去年开始"),
        ("刚才门口撞车", "刚才"),
        ("国庆期间停车乱收费", "国庆期间"),
        ("大前天就报过", "大前天"),
        ("大年三十放炮", "大年三十"),
        ("从2021年8月到现在一直漏水", "2021年8月到现在"),
        ("今年三月份开始，每天晚上十点到十二点都吵", "今年三月份开始，每天晚上十点到十二点"),
        ("工单LS20261124-7K3M9Q昨天说办好了", "昨天"),
        ("13812345678 昨天打过", "昨天"),
        ("浙K12345昨晚撞了我", "昨晚"),
        ("订单号20261124001昨天没到", "昨天"),
    ],
)
def test_the_time_is_found_in_the_persons_own_words(text: str, time: str) -> None:
    assert find_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了",
        "你好",
        "现在很吵",
        "什么时候能修好",
        "3号楼下有人乱停车",
        "丽阳街123号",
        "请问医保怎么报销",
        "13812345678",
        "营业时间是多少",
        "我的工单LS20261124-7K3M9Q到哪了",
        "LS202611247K3M9Q",
        "0578-2123456没人接",
        "身份证33010219900307123x",
        "２０２６１１２４００１",
        "",
    ],
)
def test_a_message_without_a_time_has_none(text: str) -> None:
    assert find_time(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "LS20261124-7K3M9Q",
        "工单号LS20261124-7K3M9Q",
        "ls20261124-7k3m9q",
        "LS202611247K3M9Q办得怎么样了",
        "LS 20261124 7K3M9Q",
        "LS20261124—7K3M9Q",
        "LS20261124_7k3m9q",
        "查一下（LS20261124-7K3M9Q）的进度",
    ],
)
def test_a_case_number_is_found_however_it_is_typed(text: str) -> None:
    assert find_case_number(text) == "LS20261124-7K3M9Q"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "查进度",
        "13812345678",
        "LS20261124-7K3M9",
        "LS2026112-7K3M9Q",
        "LS20261124-7K3M9QQ",
        "XLS20261124-7K3M9Q",
        "20261124-7K3M9Q",
        "浙K12345",
    ],
)
def test_other_numbers_are_no_case_numbers(text: str) -> None:
    assert find_case_number(text) is None
