"""Only a whole message is a wish about one's own data."""

from __future__ import annotations

import pytest

from bot.language.extract.wishes import wish_about_own_data


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("我要导出我的信息", "export"),
        ("导出我的信息", "export"),
        ("请帮我下载我的个人信息。", "export"),
        ("我想看看我的个人资料", "export"),
        ("删除我的信息", "erase"),
        ("我要删除我的信息", "erase"),
        ("麻烦把我的个人信息删掉吧", "erase"),
        ("我想注销我的全部数据！", "erase"),
        ("有人泄露我的信息", None),
        ("物业把我的信息删了不认账", None),
        ("删除我的信息，他们不肯", None),
        ("查看我的工单", None),
        ("银行不肯删除我的信息怎么办", None),
        ("", None),
    ],
)
def test_wishes(text: str, wish: str | None) -> None:
    assert wish_about_own_data(text) == wish
