"""How many customer-service messages (客服消息) the account may send to one person.

Real (table of 发送客服消息): what the person does gives messages for a time: a message 5 in 48 hours; a menu click, a
follow, a scan 3 in one minute each. A click on an item of a ``msgmenu`` counts as a menu click, not as a message.
Simplified: each kind keeps its own allowance, renewed and not added up, and the one that ends first is used first; the
documentation does not say how they combine.
"""

from __future__ import annotations

from dataclasses import dataclass, field

HOURS_48 = 48 * 3600.0
ALLOWANCES = {"message": (5, HOURS_48), "click": (3, 60.0), "follow": (3, 60.0), "scan": (3, 60.0)}
"""What a person's act gives: messages, seconds."""


@dataclass
class Quota:
    """One person's allowances: messages left and until when, by the kind of act."""

    given: dict[str, tuple[int, float]] = field(default_factory=dict)

    def grant(self, act: str, now: float) -> None:
        count, seconds = ALLOWANCES[act]
        self.given[act] = (count, now + seconds)

    def refusal(self, now: float) -> int | None:
        """Why nothing may be sent now: 45015 outside every time, 45047 all used; ``None`` if one may."""
        if not (open_ := self._open(now)):
            return 45015
        return None if any(left for left, _, _ in open_) else 45047

    def take(self, now: float) -> None:
        """Uses one message; :meth:`refusal` was asked before."""
        left, until, act = min((one for one in self._open(now) if one[0]), key=lambda one: one[1])
        self.given[act] = (left - 1, until)

    def left(self, now: float) -> int:
        return sum(left for left, _, _ in self._open(now))

    def _open(self, now: float) -> list[tuple[int, float, str]]:
        return [(left, until, act) for act, (left, until) in self.given.items() if until > now]
