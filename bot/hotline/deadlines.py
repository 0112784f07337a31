"""Working days and terms (办理时限), Articles 17, 18 and 30, with the swapped weekends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import holidays
from pydantic import ValidationError

from bot.cities import Strict, city, fault, read_yaml, told
from bot.settings import settings

WORKING_DAYS = {"expedited": 3, "standard": 7}
"""Working days for each urgency (快速、一般), Article 17."""
RETURN_WORKING_DAYS = 1
"""Working days in which a unit may ask to return an order (申请退回), Article 18."""
FOLLOW_UP_WORKING_DAYS = 3
"""Working days from closing to the follow-up (回访), Article 30."""
RATING_DAYS = 30
"""Days from the reply within which it can be rated (评价), Article 30; the day of the reply does not count."""


@dataclass(frozen=True)
class SpecialPeriod:
    """A term of its own that a law sets for a class of matters (Article 17, second paragraph)."""

    amount: int
    working: bool

    @classmethod
    def parse(cls, text: str) -> SpecialPeriod:
        """``7wd`` is 7 working days, ``60d`` 60 days; raises `ValueError` for anything else."""
        match = re.fullmatch(r"([1-9]\d{0,2})(wd|d)", text)
        if match is None:
            raise ValueError(f"not a period: {text!r}; write 7wd (working days) or 60d (days)")
        return cls(int(match.group(1)), match.group(2) == "wd")


@dataclass(frozen=True)
class DueDate:
    """A due date; ``provisional`` when it reaches into a year whose holidays are not announced yet."""

    day: date
    provisional: bool


class Announcements(Strict):
    """What the State Council announced (放假安排) beyond what the package ``holidays`` knows: ``holidays.yml``."""

    announced: list[int]
    """Years that are final."""
    days_off: list[date]
    days_worked: list[date]


class WorkingCalendar:
    """China's working days with the swapped weekends (调休)."""

    def __init__(self, announcements: Path) -> None:
        try:
            data = Announcements.parse_obj(read_yaml(announcements))
        except ValidationError as error:
            raise fault(announcements, told(error)) from error
        self._announced, self._off, self._worked = set(data.announced), set(data.days_off), set(data.days_worked)
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


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    """The calendar of this process."""
    return WorkingCalendar(settings().hotline_holidays or city().folder / "holidays.yml")


def due_date(registered: datetime, urgency: str, special: str | None = None) -> DueDate:
    """When a matter registered at ``registered`` (local time) must be finished; a law's own period goes first."""
    if special:
        period = SpecialPeriod.parse(special)
        if not period.working:
            # A last day that is off moves to the next working day (Civil Code, Article 203).
            return calendar().after(registered.date() + timedelta(days=period.amount - 1), 1)
        return calendar().after(registered.date(), period.amount)
    return calendar().after(registered.date(), WORKING_DAYS[urgency])


def return_by(dispatched: datetime) -> date:
    """The last day on which a unit may ask to return what it got at ``dispatched`` (local time)."""
    return calendar().after(dispatched.date(), RETURN_WORKING_DAYS).day


def follow_up_by(closed: datetime) -> date:
    """The last day of the follow-up of what was closed at ``closed`` (local time)."""
    return calendar().after(closed.date(), FOLLOW_UP_WORKING_DAYS).day


def rate_by(replied: datetime) -> date:
    """The last day on which what was replied at ``replied`` (local time) can be rated."""
    return replied.date() + timedelta(days=RATING_DAYS)
