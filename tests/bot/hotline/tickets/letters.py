"""The relay's rounds, and the letters that it has."""

from __future__ import annotations

from bot.hotline.tickets.outbox import Letter, Outbox


async def all_done(relay: Outbox) -> int:
    """Makes rounds until nothing is due; gives how many attempts it took."""
    attempts = 0
    while made := await relay.deliver_due():
        attempts += made
    return attempts


async def letter(relay: Outbox, state: str | None = None) -> Letter:
    """The only letter in this state, or the only one that is not delivered."""
    [only] = await relay.letters(state)
    return only
