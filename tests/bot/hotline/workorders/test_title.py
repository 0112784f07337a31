"""An order is called by what it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hotline.workorders.title import LONGEST, title


@pytest.mark.parametrize(
    ("account", "called"),
    [
        ("你好，我是大洋路小区的住户，楼下烧烤店半夜还在营业", "楼下烧烤店半夜还在营业"),
        ("我要投诉路灯坏了三天没人修", "路灯坏了三天没人修"),
        ("气死我了！！垃圾桶满了一个星期没人收\n地点：大洋路", "垃圾桶满了一个星期没人收"),
        ("路灯坏了", "路灯坏了"),
        ("我是住户", "我是住户"),
        ("help", "help"),
    ],
)
def test_it_is_the_first_clause_that_tells_what_happened(account: str, called: str) -> None:
    assert title(account) == called


@given(st.text(alphabet="路灯坏了我是大洋的住户你好投诉，。！？\n a1", min_size=1, max_size=80))
def test_it_is_short_and_says_nothing_that_does_not_stand_in_the_account(account: str) -> None:
    assert title(account) in account
    assert len(title(account)) <= LONGEST
    assert title(account) or not account.strip()
