"""A clock that the tests of work orders set."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.hotline.workorders import duplicates, orders, record
from tests.bot.hotline.workorders.factories import MONDAY, clock_time


class Clock:
    """Stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def set(self, now: datetime | str) -> None:
        self._now = clock_time(now) if isinstance(now, str) else now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which orders are filed and moved; it begins on `MONDAY`."""
    clock = Clock(MONDAY)
    for module in (orders, record, duplicates):
        monkeypatch.setattr(module, "local_now", clock)
    return clock
