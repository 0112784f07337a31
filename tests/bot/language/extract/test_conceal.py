"""What gives the requester away is taken out of a text; what the matter is about stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.extract.conceal import conceal

NAME, PHONE = "王芳", "13812345678"


@pytest.mark.parametrize(
    ("text", "traces"),
    [
        ("我叫王芳，电话13812345678，楼下很吵", ["王芳", "1381234", "5678"]),
        ("王芳反映：楼下很吵。请联系王女士", ["王芳", "王女士"]),
        ("免贵姓王，楼下很吵", ["姓王"]),
        ("我是张建国，替王芳来问", ["张建国", "王芳"]),
        ("打138 1234 5678，或者１３８１２３４５６７８", ["1234", "１２３４"]),
        ("电话幺三八一二三四五六七八", ["一二三四"]),
        ("手机尾号5678的就是我", ["5678"]),
        ("身份证332501199001011234", ["3325", "1234"]),
        ("我的车浙KD12345被堵", ["浙K", "345"]),
        ("微信号abc_12345，邮箱wf1990@example.com", ["abc_12345", "wf1990"]),
        ("工资卡6222 0212 3456 7890 123没到账", ["6222", "7890"]),
        ("我家住在丽阳街123号3幢2单元501室，楼下很吵", ["123号", "3幢", "2单元", "501"]),
        ("我住上垟村12号，路灯坏了", ["12号"]),
        ("本人住紫金苑5幢，电梯坏了", ["5幢"]),
        ("紫金苑3幢2单元501室漏水，物业不管", ["2单元", "501室"]),
        ("紫金苑3-2-501漏水", ["501"]),
        ("My name is John Smith, call john smith", ["John", "smith"]),
    ],
)
def test_what_gives_the_requester_away_is_taken_out(text: str, traces: list[str]) -> None:
    hidden = conceal(text, NAME, PHONE)
    assert "***" in hidden
    assert not [trace for trace in traces if trace in hidden], hidden


@pytest.mark.parametrize(
    "text",
    [
        "",
        "莲都区丽阳街123号楼下的烧烤店每天半夜两点还在营业，很吵",
        "2026-11-24晚上10点到12点，共3次",
        "隔壁的李师傅每天很吵",
        "欠了18000元工资，一共12个人",
        "我家楼下的路灯坏了，家里停水三天",
        "丽水市第二小学门口三轮车乱停，每天下午4点",
    ],
)
def test_what_the_matter_is_about_stays(text: str) -> None:
    assert conceal(text, NAME, PHONE) == text


@given(st.text("王芳我叫住在3号幢室13812345678-， 1浙KD12345@a.", max_size=60))
def test_the_name_and_the_number_never_come_through(text: str) -> None:
    hidden = conceal(text, NAME, PHONE)
    assert NAME not in hidden and PHONE not in hidden
