"""Numbers as people write them: 15, 十五, 二十三, 两百, 二〇二五, 1.2万."""

from __future__ import annotations

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}

NUMERAL = "[0-9零〇一二两三四五六七八九十百千]{1,8}"
"""A whole number below ten thousand, in either writing, as a pattern."""


def number(text: str) -> int | None:
    """The whole number that the text is, or None; without units it is read sign by sign (二〇二五)."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(char not in _DIGITS and char not in _UNITS for char in text):
        return None
    if not any(char in _UNITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, None
    for char in text:
        if char in _UNITS:
            # 十五 has no digit before its ten.
            total += (1 if digit is None else digit) * _UNITS[char]
            digit = None
        else:
            digit = _DIGITS[char]
    return total + (digit or 0)
