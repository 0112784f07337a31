"""How many event streams (事件流) are open: a bounded number for each person, known by the token, and for each address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.dialogue.wording import say
from bot.errors import Refusal

MOST = 6
"""Streams of one person: as many pages as a browser shows at the same time over one connection each."""
RETRY = 30
"""Seconds after which one who was refused may try again."""


class Streams:
    """The open streams of this process."""

    def __init__(self, per_address: int) -> None:
        self._per_address = per_address
        self._tokens: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()

    @contextmanager
    def open(self, token: str, address: str) -> Iterator[None]:
        """Counts a stream as long as it is open; raises `Refusal` 429 for one too many."""
        shared = address in ("127.0.0.1", "::1")  # a proxy that does not say for whom it calls
        if self._tokens[token] >= MOST or (self._addresses[address] >= self._per_address and not shared):
            raise Refusal(429, "too_many_streams", say("web.too_many_streams"), retry_after=RETRY)
        self._tokens[token] += 1
        self._addresses[address] += 1
        try:
            yield
        finally:
            for counter, name in ((self._tokens, token), (self._addresses, address)):
                counter[name] -= 1
                if not counter[name]:
                    del counter[name]
