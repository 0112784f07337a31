"""Signed short-lived links (签名短期链接): who holds one may see one order, for three days."""

from __future__ import annotations

import hmac
import re
import time

from bot.settings import settings
from bot.storage.types import digests

LIFETIME = 3 * 24 * 3600
"""Seconds that a link is good for."""
_TOKEN = re.compile(r"([A-Z]{2}\d{8}-[0-9A-Z]{6})\.(\d{1,11})\.([0-9a-f]{40})")


class BadLink(Exception):
    """Not a link of ours."""


class ExpiredLink(Exception):
    """A link of ours whose time is over."""


def make(number: str, now: float | None = None) -> str:
    """The signed part of a link to the order with this number."""
    ends = int((time.time() if now is None else now) + LIFETIME)
    return f"{number}.{ends}.{_signatures(number, str(ends))[0]}"


def read(token: str) -> str:
    """The number of the order; raises `BadLink` or `ExpiredLink`."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise BadLink
    number, ends, signature = match.groups()
    if not any(hmac.compare_digest(signature, known) for known in _signatures(number, ends)):
        raise BadLink
    if int(ends) < time.time():
        raise ExpiredLink
    return number


def address(number: str) -> str | None:
    """The whole address, or None where no `BOT_PUBLIC_URL` says how others reach this service."""
    base = settings().public_url
    return f"{base.rstrip('/')}/w/{make(number)}" if base else None


def _signatures(number: str, ends: str) -> list[str]:
    """By the secret key and by the former ones: a link outlives their change."""
    return [known[:40] for known in digests(f"page\n{number}\n{ends}")]
