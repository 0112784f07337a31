"""Signed words that end (签名短期凭证), for links: who holds one may see what it names until its time is over."""

from __future__ import annotations

import hmac
import re
import time

from bot.storage.types import digests

_TOKEN = re.compile(r"([0-9A-Za-z-]{1,64})\.(\d{1,11})\.([0-9a-f]{40})")


class NotOurs(Exception):
    """Not signed by us, or for another purpose."""


class Ended(Exception):
    """Signed by us, and its time is over."""


def sign(purpose: str, what: str, seconds: int, now: float | None = None) -> str:
    """A token that names ``what`` (letters, digits and dashes) for so many seconds; good for this purpose only."""
    ends = str(int((time.time() if now is None else now) + seconds))
    return f"{what}.{ends}.{_signatures(purpose, what, ends)[0]}"


def signed(purpose: str, token: str) -> str:
    """What a token names; raises `NotOurs` or `Ended`."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise NotOurs
    what, ends, signature = match.groups()
    if not any(hmac.compare_digest(signature, known) for known in _signatures(purpose, what, ends)):
        raise NotOurs
    if int(ends) < time.time():
        raise Ended
    return what


def _signatures(purpose: str, what: str, ends: str) -> list[str]:
    """By the secret key and by the former ones: a token outlives their change."""
    return [known[:40] for known in digests(f"{purpose}\n{what}\n{ends}")]
