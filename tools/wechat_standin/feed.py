"""A numbered list that grows at its end, and whose readers can wait for more."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

KEEP = 2000
"""Items that are kept; older ones are forgotten, their numbers are not used again."""

Item = dict[str, Any]


class Feed:
    """Items get a number ``n``, from 1."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque(maxlen=KEEP)
        self._count = 0
        self._grown = asyncio.Event()
        self._closed = False

    def add(self, item: Item) -> Item:
        self._count += 1
        numbered = {"n": self._count, **item}
        self._items.append(numbered)
        self._grown.set()
        self._grown = asyncio.Event()
        return numbered

    @property
    def last(self) -> int:
        """The number of the newest item; a reader that knows a higher one remembers another feed."""
        return self._count

    def after(self, n: int = 0) -> list[Item]:
        """Everything later than number ``n``."""
        return [item for item in self._items if item["n"] > n]

    async def wait_after(self, n: int, seconds: float) -> list[Item]:
        """Like :meth:`after`, but waits up to ``seconds`` while there is nothing."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := self.after(n)) and not self._closed:
                    await self._grown.wait()
                return found
        except TimeoutError:
            return []

    def close(self) -> None:
        """Nothing comes any more: nobody waits in vain."""
        self._closed = True
        self._grown.set()
