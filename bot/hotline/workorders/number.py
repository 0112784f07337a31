"""Numbers of work orders (工单号): they cannot be guessed, and are hard to misread."""

from __future__ import annotations

import secrets
from datetime import date

from bot.cities import city

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, 1, I, L, O: a number is read aloud and copied by hand."""


def new_number(day: date) -> str:
    """Prefix, day of registration, six random signs (30 bits)."""
    return f"{city().number_prefix}{day:%Y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"
