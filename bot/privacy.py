"""Personal data (个人信息), Article 34: what it looks like, and how it is masked.

Telephone, identity (身份证) and plate numbers (车牌) are found however they are typed: in full-width digits, with
blanks, dots or dashes, with +86 or 0086, with the area code in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "} | dict.fromkeys("—–‐‑−·•．", "-")
)
"""Full-width signs and the many dashes as plain ones, sign for sign."""

_GAP = r"[- .]?"
_CHINA = rf"(?:\(?(?:\+|00)?86\)?{_GAP})?"
MOBILE = re.compile(rf"(?<!\d){_CHINA}(1[3-9]\d(?:{_GAP}\d){{8}})(?!\d)")
LANDLINE = re.compile(
    rf"(?<!\d)(?:\((?P<a>010|02\d|0[3-9]\d\d)\)|(?P<b>010|02\d|0[3-9]\d\d)"
    rf"|\(?(?:\+|00)86\)?{_GAP}\(?0?(?P<c>10|2\d|[3-9]\d\d)\)?){_GAP}(?P<number>[2-9]\d{{2,3}}{_GAP}\d{{4}})(?!\d)"
)
_SHORT = r"(?!20\d\d[01]\d[0-3]\d)[2-8]\d{6,7}"
"""A landline without its area code; 20261124 is a date."""
LOCAL = re.compile(
    rf"(?:(?:电话|座机|固话|联系|拨|打|致电|tel|phone)[^\d。;；\n给款卡]{{0,6}}(?<![\d.-])|^\s*)({_SHORT})(?=\s*$|[^\d元块万年月.])",
    re.I,
)
IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5} ?(?:19|20)\d{2} ?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?\d{3}[\dXx](?![\dXx])"
)
PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z])[- ]?"
    r"([A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJK]|(?=[A-Z]*\d)[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Z0-9])",
    re.IGNORECASE,
)
"""A plate: the province's sign and a letter, then five signs, or six on green ones (新能源)."""


def find_phone(text: str) -> str | None:
    """The first telephone number in the text, or None: digits only, a landline as it is said (with its area code)."""
    plain = text.translate(_PLAIN)
    if match := MOBILE.search(plain):
        return _digits(match.group(1))
    if match := LANDLINE.search(plain):
        return f"{_area(match)}-{_digits(match['number'])}"
    match = LOCAL.search(plain)
    return match.group(1) if match else None


def find_plates(text: str) -> list[str]:
    """The plates of vehicles in the text, in capitals without gaps: 浙KD12345."""
    return ["".join(match.groups()).upper() for match in PLATE.finditer(text.translate(_PLAIN))]


def mask_phone(phone: str | None) -> str | None:
    """138****5678: enough for the owner to know it, not for others."""
    if phone is None:
        return None
    # A landline without its area code has only seven digits.
    return ("" if len(phone) < 10 else phone[:3]) + "****" + phone[-4:]


def mask(text: str) -> str:
    """The text with telephone, identity and plate numbers masked, for logs, lists and other readers."""
    parts, at = [], 0
    for start, end, masked in sorted(_masked(text.translate(_PLAIN))):
        if start >= at:
            parts += [text[at:start], masked]
            at = end
    return "".join([*parts, text[at:]])


def private_spans(text: str) -> list[tuple[int, int]]:
    """Where such numbers stand in the text."""
    return [(start, end) for start, end, _ in _masked(text.translate(_PLAIN))]


def _masked(plain: str) -> Iterator[tuple[int, int, str]]:
    for pattern, masked in _MASKS:
        for match in pattern.finditer(plain):
            group = 1 if pattern is LOCAL else 0
            yield match.start(group), match.end(group), masked(match)


def _identity(match: re.Match[str]) -> str:
    number = match.group().replace(" ", "")
    return f"{number[:6]}********{number[-4:]}"


_MASKS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (IDENTITY, _identity),
    (MOBILE, lambda match: str(mask_phone(_digits(match.group(1))))),
    (LANDLINE, lambda match: f"{_area(match)}****{match['number'][-4:]}"),
    (LOCAL, lambda match: f"****{match.group(1)[-4:]}"),
    (PLATE, lambda match: f"{match.group(1)}****{match.group(2)[-2:]}"),
)


def _area(match: re.Match[str]) -> str:
    return match["a"] or match["b"] or f"0{match['c']}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
