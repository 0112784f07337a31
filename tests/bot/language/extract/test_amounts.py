"""Sums of money in the person's own words."""

from __future__ import annotations

import pytest

from bot.language.extract.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("欠我三千多块", ["三千多块"]),
        ("一共2.5万元", ["2.5万元"]),
        ("罚了五百块", ["五百块"]),
        ("每个月3,500元工资", ["3,500元"]),
        ("扣了我1500块，又要200元", ["1500块", "200元"]),
        ("押金一万二不退", ["一万二"]),
        ("交了三万", ["三万"]),
        ("欠薪十二万多", ["十二万多"]),
        ("付了5万人民币", ["5万人民币"]),
        ("十几块钱", ["十几块钱"]),
        ("三块五一斤", ["三块五"]),
        ("三百五十元整", ["三百五十元整"]),
        ("停车费10块一次", ["10块"]),
        ("损失了1.2亿", ["1.2亿"]),
    ],
)
def test_a_sum_is_found_as_written(text: str, sums: list[str]) -> None:
    assert find_amounts(text) == sums


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一块石头砸下来",
        "一块地",
        "100块砖",
        "2026元旦",
        "第三百块",
        "欠我三个月工资",
        "一共三十万个",
        "12345热线",
        "元宵",
    ],
)
def test_what_is_no_money_is_no_sum(text: str) -> None:
    assert find_amounts(text) == []
