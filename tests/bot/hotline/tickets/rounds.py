"""Rounds of chores: the moment they are done at, two at once, and the calls that they ask for."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.clock import ZONE
from bot.hotline.tickets.chores import do_chores
from bot.storage import Database
from tests.bot.hotline.tickets import observations


def at(text: str) -> datetime:
    """A moment in the hotline's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def round_of_two(store: Database) -> None:
    """A round of chores in two processes at the same moment."""
    other = Database(store.url)
    await asyncio.gather(do_chores(store), do_chores(other))
    other.engine.dispose()


async def calls_due(store: Database) -> list[str]:
    """The orders whose requester an agent is reminded to call (Article 30), oldest reminder first."""
    return [subject for subject, _ in await observations(store, "follow_up_due")]
