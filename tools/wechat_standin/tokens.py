"""Access tokens (接口调用凭据): the stable call and the classic one, each with its own tokens.

Real: a token lives 7,200 seconds. Stable: the same token again and again; a new one in the last 5 minutes, while the
old one still works to its end; ``force_refresh`` ends the old one at once, works 20 times a day and only 30 seconds
after the last time (sooner it gives the current token); 10,000 calls a minute. Classic: each call makes a new token,
the former one works for 5 minutes more. What a bad token answers is not documented sharply; here a token that was
replaced gives 40001, one that ran out 42001, one that never was 40014.
"""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass

LIFE = 7200.0
OVERLAP = 300.0
FORCED_A_DAY = 20
FORCED_APART = 30.0
DAY = 86_400.0


@dataclass
class Token:
    """``ends`` is when it runs out, ``replaced`` when a newer one took its place for good."""

    value: str
    ends: float
    replaced: float = float("inf")


class Tokens:
    """All tokens that were ever given, and who may ask for one."""

    def __init__(self) -> None:
        self._known: dict[str, Token] = {}
        self._stable: Token | None = None
        self._classic: Token | None = None
        self._asked: deque[float] = deque()
        self._forced: list[float] = []

    def stable(self, now: float, force: bool, calls_a_minute: int) -> tuple[Token | None, int]:
        """The stable token, or ``None`` and the code of the refusal."""
        while self._asked and self._asked[0] <= now - 60:
            self._asked.popleft()
        if len(self._asked) >= calls_a_minute:
            return None, 45011
        self._asked.append(now)
        current = self._stable
        fresh = current is not None and current.ends - now > OVERLAP and current.replaced > now
        if force and current is not None:
            self._forced = [time for time in self._forced if time > now - DAY]
            if len(self._forced) >= FORCED_A_DAY:
                return None, 45009
            if not self._forced or now - self._forced[-1] >= FORCED_APART:
                self._forced.append(now)
                current.replaced = now
                fresh = False
        if not fresh or current is None:
            current = self._stable = self._new(now)
        return current, 0

    def classic(self, now: float) -> Token:
        """A new classic token; the former one fades."""
        if self._classic is not None:
            self._classic.replaced = min(self._classic.replaced, now + OVERLAP)
        self._classic = self._new(now)
        return self._classic

    def refusal(self, value: str | None, now: float) -> int | None:
        """The code that a call with this token gets, or ``None`` if it is good."""
        if not value:
            return 41001
        token = self._known.get(value)
        if token is None:
            return 40014
        if token.replaced <= now:
            return 40001
        return 42001 if token.ends <= now else None

    def spoil(self, now: float, how: str) -> None:
        """Ends every token before its time: ``expired`` (42001), ``replaced`` (40001) or ``unknown`` (40014)."""
        if how == "unknown":
            self._known.clear()
        for token in self._known.values():
            if how == "expired":
                token.ends = min(token.ends, now)
            else:
                token.replaced = min(token.replaced, now)
        self._stable = self._classic = None

    def _new(self, now: float) -> Token:
        token = Token("STANDIN_" + secrets.token_urlsafe(96), now + LIFE)
        self._known[token.value] = token
        return token
