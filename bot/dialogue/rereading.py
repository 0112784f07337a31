"""Reading again (重新理解): what was told is understood anew, once it is parted or put right.

The engine lends its reader to the actions of a turn; the dialogue knows no more of it than this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar

from bot.language.understanding import Understanding

READER: ContextVar[Callable[[str, int], Awaitable[Understanding]] | None] = ContextVar("reader", default=None)
"""Reads a text and, where the number is not 0, parts it into so many matters."""


async def again(text: str, matters: int = 0) -> Understanding | None:
    """What a text means by itself; ``matters``: how many the person says that there are. None where nothing can read it in time."""
    reader = READER.get()
    found = await reader(text, matters) if reader else None
    return None if found is None or found.unread else found
