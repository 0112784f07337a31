"""A message is split where its writer says that another matter begins."""

from __future__ import annotations

import pytest

from bot.extract.matters import candidates

LAMP, BIN = "小区的路灯坏了三天没人修", "垃圾桶满了一个星期没有人收"


@pytest.mark.parametrize(
    "text",
    [
        f"1、{LAMP}。2、{BIN}。",
        f"1. {LAMP} 2. {BIN}",
        f"1）{LAMP}；2）{BIN}",
        f"第一，{LAMP}；第二，{BIN}",
        f"第一件事{LAMP}。第二件事{BIN}",
        f"我要反映两件事：一是{LAMP}，二是{BIN}",
        f"①{LAMP}，②{BIN}",
        f"1、{LAMP}\n2、{BIN}",
    ],
)
def test_numbered_matters_are_told_apart(text: str) -> None:
    assert candidates(text) == [LAMP, BIN]


@pytest.mark.parametrize(
    "text",
    [
        f"{LAMP}。另外{BIN}",
        f"{LAMP}，另外{BIN}",
        f"{LAMP}。还有{BIN}",
        f"{LAMP}！此外，{BIN}",
        f"{LAMP}。对了，{BIN}",
        f"{LAMP}。再一个，{BIN}",
        f"{LAMP}；顺便反映{BIN}",
    ],
)
def test_another_matter_begins_where_a_writer_says_so(text: str) -> None:
    first, second = candidates(text)
    assert first == LAMP
    assert second.endswith(BIN)


def test_three_matters_are_three() -> None:
    third = "楼下的烧烤店每天吵到半夜"
    assert candidates(f"1、{LAMP}。2、{BIN}。3、{third}。") == [LAMP, BIN, third]
    assert len(candidates(f"{LAMP}。另外{BIN}。还有{third}")) == 3


@pytest.mark.parametrize(
    "text",
    [
        LAMP,
        "路灯坏了，另外很吵",
        "另外",
        "还有一件事",
        "我家在1单元2楼3室，楼上漏水漏了一个月",
        "11月3日1点2分停电",
        "丽阳街1.5公里处有坑，车都过不去",
        "1、路灯坏了。",
        "楼上装修很吵，物业不管，社区也不管，找谁都没有用",
        "",
    ],
)
def test_one_matter_stays_whole(text: str) -> None:
    assert candidates(text) == [text]
