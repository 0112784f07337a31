"""Sums of money (金额) in a message, as written: 三千多块, 2.5万元, 五百块, 押金一万二."""

from __future__ import annotations

import re

_HAN = "零一二两三四五六七八九十百千万亿"
_ROUND = "[十百千万亿]"
# No sum is longer than this; without a bound, 亿几亿几… takes the cube of its length.
_NUMBER = (
    rf"(?:[0-9]{{1,12}}(?:,[0-9]{{3}}){{0,4}}(?:\.[0-9]{{1,4}})?{_ROUND}{{0,3}}|[{_HAN}半几]{{1,16}})"
    rf"[多几来余]?{_ROUND}{{0,3}}[多余]?"
)
_START = rf"(?<![0-9.第{_HAN}])"
_SUM = re.compile(
    rf"{_START}{_NUMBER}(?:元(?![旦宵素月])整?|块钱|人民币|美元|欧元|港币|毛钱)"
    # 一块石头 is no money; 一百块 and 三块五 are.
    rf"|{_START}(?:[0-9][0-9,.]{{0,16}}[0-9]{_ROUND}{{0,3}}|[{_HAN}几]{{0,12}}{_ROUND}[{_HAN}几]{{0,12}})[多来余几]?{_ROUND}?块(?![地石砖牌板玻田布菜肉儿])"
    rf"|{_START}[0-9{_HAN}]块[0-9{_HAN}](?![0-9十百千])"
)
_TOLD = re.compile(
    rf"(?:欠[薪款]?|付|花|交|收|罚|赔|骗|扣|退|工资|押金|定金|首付|存款|贷款|借|损失|一共|总共|合计)[了过我他她你们款是为的]{{0,3}}"
    rf"(?P<sum>(?:[0-9]{{1,12}}(?:\.[0-9]{{1,4}})?|[{_HAN}]{{1,16}}?)[多几来余]?[千万亿][多余]?[{_HAN}]?)(?![0-9{_HAN}元块个人名斤吨米平户亩份年])"
)
"""A round sum beside what was done with it: 欠我三万."""


def find_amounts(text: str) -> list[str]:
    """The sums in order, in the person's own words."""
    spans = [match.span() for match in _SUM.finditer(text)]
    for match in _TOLD.finditer(text):
        if not any(start < match.end("sum") and match.start("sum") < end for start, end in spans):
            spans.append(match.span("sum"))
    return [text[start:end] for start, end in sorted(spans)]
