"""Working days and due dates (办理时限), Article 17: 3 working days when expedited, 7 when standard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import holidays
import yaml

from bot.settings import settings

WORKING_DAYS = {"expedited": 3, "standard": 7}
"""Working days for each urgency (快速、一般)."""


@dataclass(frozen=True)
class DueDate:
    """A due date; ``provisional`` when it reaches into a year whose holidays are not announced yet."""

    day: date
    provisional: bool


class WorkingCalendar:
    """China's working days with the swapped weekends (调休)."""

    def __init__(self, announcements: Path) -> None:
        data = yaml.safe_load(announcements.read_text(encoding="utf-8"))
        self._announced = set(data["announced"])
        self._off = {_as_date(day) for day in data["days_off"]}
        self._worked = {_as_date(day) for day in data["days_worked"]}
        self._known = holidays.country_holidays("CN")

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        if day in self._worked:
            return True
        return day not in self._off and bool(self._known.is_working_day(day))

    def after(self, start: date, working_days: int) -> DueDate:
        """The last of ``working_days`` counted from the day after ``start`` (the day of registration is not counted)."""
        day, left = start, working_days
        while left:
            day += timedelta(days=1)
            left -= self.is_working(day)
        return DueDate(day, provisional=not set(range(start.year, day.year + 1)) <= self._announced)


def _as_date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    """The calendar of this process."""
    return WorkingCalendar(settings().hotline_holidays)


def due_date(registered: datetime, urgency: str) -> DueDate:
    """When a matter registered at ``registered`` (local time) must be finished (Article 17)."""
    return calendar().after(registered.date(), WORKING_DAYS[urgency])
