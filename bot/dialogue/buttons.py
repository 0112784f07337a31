"""A typed word does what a button does: "2", "第二个", or the words on it."""

from __future__ import annotations

import re

from bot.language.danger.detector import detect
from bot.language.extract.rating import find_rating

_NUMBER = re.compile(r"^(?:第)?([1-9一二三四五六七八九])(?:个|项|条|号)?[。.!！]?$")
_DIGITS = "一二三四五六七八九"
_SHORT = 10
"""Characters of a rating in words that needs no more understanding."""
_NOISE = re.compile(r"[\s,，。.!！?？~、“”\"'『』「」]+")


def pressed(text: str, buttons: list[dict[str, str]]) -> str | None:
    """The payload of the button of the last message that the text means, or None."""
    words = _NOISE.sub("", text).lower()
    for button in buttons:
        if words and words == _NOISE.sub("", button["title"]).lower():
            return button["payload"]
    if match := _NUMBER.match(text.strip()):
        sign = match.group(1)
        place = _DIGITS.index(sign) + 1 if sign in _DIGITS else int(sign)
        if place <= len(buttons):
            return buttons[place - 1]["payload"]
    return None


def said_rating(text: str, buttons: list[dict[str, str]]) -> str | None:
    """The payload of the rating button that a few words mean, where the last message asked for a rating, or None.

    A longer text is left to the language model: it may tell of something else, or of danger.
    """
    rating = find_rating(text) if len(text) <= _SHORT and not detect(text) else None
    return next((b["payload"] for b in buttons if rating and f'"rating": "{rating}"' in b["payload"]), None)
