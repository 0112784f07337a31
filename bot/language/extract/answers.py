"""Answers that say nothing of the matter (答非事实): that the person cannot or does not want to tell."""

from __future__ import annotations

import re

_SKIP = re.compile(
    r"^(?:跳过|略过?|不知道|不清楚|不晓得|说不清楚?|记不得了?|不记得了?|记不清了?|忘记?了|没有电话|不想留|不要了?|没有|无|不想说|不方便(?:说|透露)?|不用了?|不填了?|不留了?|不愿意|匿名|保密|不提供|先不留|不了|算了不留|no|skip|none|pass|don'?t know)[吧了呀哦的。.!！\s]*$",
    re.IGNORECASE,
)


def is_skip(text: str) -> bool:
    """Whether the answer says that the person cannot or does not want to tell."""
    return bool(_SKIP.match(text.strip()))
