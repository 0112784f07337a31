"""A wish about one's own data (导出、删除我的信息): whole messages only, so that nothing else is taken for one."""

from __future__ import annotations

import re
from typing import Literal

Wish = Literal["export", "erase"]

_BEGIN = r"^(?:请|麻烦)?(?:你们?|您)?(?:帮我|给我|帮忙)?(?:我)?(?:想要?|要|需要|申请|请求){0,2}"
_MINE = r"(?:我|本人|我自己|我留下|我填)的?(?:全部|所有)?(?:个人)?(?:信息|资料|数据|隐私)"
_END = r"[了吧呢吗。.!！~\s]{0,4}$"
_EXPORT = re.compile(rf"{_BEGIN}(?:导出|下载|查看|看看|看一下|复制)(?:一下|下)?{_MINE}{_END}")
_REMOVE = r"(?:删除|删掉|删了|删|注销|清除|清空|抹掉)(?:一下|掉)?"
_ERASE = re.compile(rf"{_BEGIN}(?:{_REMOVE}{_MINE}|(?:把|将){_MINE}(?:都|全部|全)?{_REMOVE}){_END}")


def wish_about_own_data(text: str) -> Wish | None:
    """What the person wants done with what is kept of them, or None."""
    if _EXPORT.match(text):
        return "export"
    return "erase" if _ERASE.match(text) else None
