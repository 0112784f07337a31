"""Who else helps in danger now: the ambulance beside another line, and the psychological line."""

from __future__ import annotations

import re

from bot.language.danger.detector import find, line_of
from bot.language.extract.passages import passages

_HURT = re.compile(
    r"受伤|流血|出血|伤者|伤了|昏迷|晕|不动|骨折|撞(?:人|倒|飞|伤)|砍|捅|injur|hurt|bleed|unconscious|not moving"
)
_SELF_HARM = re.compile(
    r"自杀|轻生|不想活|想死|割腕|跳楼|跳桥|跳河|跳江|活着没意思|suicide|want to die|kill myself", re.IGNORECASE
)

_PRETEXT = r"(?:校园贷|征信|注销|安全账户|共享屏幕|会议软件|刷单|做单|解冻|保证金|验证码|冒充)"
_PAY = r"(?:转|汇|打|充)(?:钱|款|账|过去|给)"
_SWINDLE = re.compile(rf"{_PRETEXT}.{{0,40}}{_PAY}|{_PAY}.{{0,40}}{_PRETEXT}")


def scam(text: str) -> bool:
    """Whether somebody is being swindled (正在被骗), or was just now, and no other danger is there: what helps is to stop paying,
    and to be quick."""
    kinds = {sign.kind.name for part in (text, *passages(text)) for sign in find(part)}
    return kinds == {"scam"} or (not kinds and bool(_SWINDLE.search(text)))


def also_ambulance(text: str) -> bool:
    """Whether people seem to be hurt, so that 120 is named beside another line."""
    return bool(_HURT.search(text)) or any(sign.kind.line == "120" for sign in find(text))


def self_harm(text: str) -> bool:
    """Whether somebody may harm themselves: the reply adds the psychological line 12356 and stays gentle."""
    if _SELF_HARM.search(text):
        return True
    signs = find(text)
    # Who stands at the window for the fire behind them needs the line for the fire.
    return any(sign.kind.name == "suicide" and sign.kind.line == line_of(signs) for sign in signs)
