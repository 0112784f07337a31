"""The hotline's clock: China Standard Time, the same on every machine."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def local_now() -> datetime:
    """This instant in the hotline's time zone."""
    return datetime.now(ZONE)


def local(moment: datetime) -> datetime:
    """The same instant in the hotline's time zone."""
    return moment.astimezone(ZONE)
