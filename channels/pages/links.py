"""Links to the page of an order (工单链接): who holds one may see one order, for three days."""

from __future__ import annotations

from bot.settings import settings
from bot.storage.signing import sign, signed

LIFETIME = 3 * 24 * 3600
"""Seconds that a link is good for."""


def make(number: str, now: float | None = None) -> str:
    """The signed part of a link to the order with this number."""
    return sign("page", number, LIFETIME, now)


def read(token: str) -> str:
    """The number of the order; raises `NotOurs` or `Ended` (`bot.storage.signing`)."""
    return signed("page", token)


def address(number: str) -> str | None:
    """The whole address, or None where no `BOT_PUBLIC_URL` says how others reach this service."""
    base = settings().public_url
    return f"{base.rstrip('/')}/w/{make(number)}" if base else None
