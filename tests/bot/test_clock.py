"""The hotline's clock is China's on every machine."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest

from bot.clock import local, local_now


def test_an_instant_is_shown_in_chinas_time() -> None:
    late = datetime(2026, 3, 9, 16, 30, tzinfo=timezone.utc)
    assert local(late).isoformat() == "2026-03-10T00:30:00+08:00"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_now_is_chinas_time_wherever_the_machine_stands(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        before = datetime.now(timezone.utc)
        found = local_now()
        after = datetime.now(timezone.utc)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found.utcoffset() == timedelta(hours=8)
    assert before <= found <= after
