"""Figures of speech are left out of what danger is learned by; cries and facts are not."""

from __future__ import annotations

import pytest

from bot.language.danger.figures import without_figures


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电梯坏了 气死我了", "电梯坏了 "),
        ("说了好几个月了都没用气死人了", "说了好几个月了都没用"),
        ("楼爬不动要死了哦", "楼爬不动"),
        ("吵死了天天睡不着", "天天睡不着"),
        ("气死我了", "气死我了"),
        ("工地上有人热死了", "工地上有人热死了"),
        ("他要死了快来", "他要死了快来"),
        ("有人冻死在路边", "有人冻死在路边"),
        ("救命死人了", "救命死人了"),
        ("隔壁煤气炸了", "隔壁煤气炸了"),
        ("我家天然气炸了快来", "我家天然气炸了快来"),
    ],
)
def test_figures_go_and_what_is_told_stays(text: str, left: str) -> None:
    assert without_figures(text) == left
