"""Personal data (个人信息), Article 34: what it looks like, and how it is masked."""

from __future__ import annotations

import re

MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[- ]?([2-9]\d{6,7})(?!\d)")
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


def find_phone(text: str) -> str | None:
    """The first telephone number in the text, digits only (a landline with its area code), or None."""
    if match := MOBILE.search(text):
        return "".join(match.groups())
    if match := LANDLINE.search(text):
        return "-".join(match.groups())
    return None


def mask_phone(phone: str | None) -> str | None:
    """138****5678: enough for the owner to know it, not for others."""
    return None if phone is None else phone[:3] + "****" + phone[-4:]


def mask(text: str) -> str:
    """The text with telephone and identity numbers masked, for logs and lists."""
    text = IDENTITY.sub(lambda m: m.group()[:6] + "********" + m.group()[-4:], text)
    text = MOBILE.sub(lambda m: f"{m.group(1)}****{m.group(3)}", text)
    return LANDLINE.sub(lambda m: f"{m.group(1)}****{m.group(2)[-4:]}", text)
