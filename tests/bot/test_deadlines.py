"""Due dates, counted by hand from the announced calendar of 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deadlines import WorkingCalendar, calendar, due_date


@pytest.mark.parametrize(("urgency", "due"), [("standard", "2026-09-29"), ("expedited", "2026-09-22")])
def test_the_examples_of_the_contracts(urgency: str, due: str) -> None:
    assert due_date(datetime(2026, 9, 18, 16), urgency).day.isoformat() == due


@pytest.mark.parametrize(
    ("registered", "expedited", "standard"),
    [
        # An ordinary week: Monday, Friday, Saturday, Sunday.
        ("2026-03-09", "2026-03-12", "2026-03-18"),
        ("2026-03-13", "2026-03-18", "2026-03-24"),
        ("2026-03-14", "2026-03-18", "2026-03-24"),
        ("2026-03-15", "2026-03-18", "2026-03-24"),
        # Spring festival: off from 15 to 23 February, worked on Saturday 14 and Saturday 28.
        ("2026-02-12", "2026-02-24", "2026-02-28"),
        ("2026-02-13", "2026-02-25", "2026-03-02"),
        ("2026-02-14", "2026-02-26", "2026-03-03"),
        ("2026-02-17", "2026-02-26", "2026-03-03"),
        ("2026-02-23", "2026-02-26", "2026-03-03"),
        ("2026-02-26", "2026-03-02", "2026-03-06"),
        # Tomb-sweeping day: off from 4 to 6 April, nothing worked in exchange.
        ("2026-04-03", "2026-04-09", "2026-04-15"),
        # Labour day: off from 1 to 5 May, worked on Saturday 9.
        ("2026-04-30", "2026-05-08", "2026-05-13"),
        ("2026-05-08", "2026-05-12", "2026-05-18"),
        # Dragon-boat festival: off from 19 to 21 June.
        ("2026-06-18", "2026-06-24", "2026-06-30"),
        # Mid-autumn: off from 25 to 27 September, worked on Sunday 20.
        ("2026-09-17", "2026-09-21", "2026-09-28"),
        # National day: off from 1 to 7 October, worked on Saturday 10.
        ("2026-09-30", "2026-10-10", "2026-10-15"),
        ("2026-10-03", "2026-10-10", "2026-10-15"),
        ("2026-10-09", "2026-10-13", "2026-10-19"),
    ],
)
def test_due_dates_counted_by_hand(registered: str, expedited: str, standard: str) -> None:
    at = datetime.fromisoformat(f"{registered}T09:30")
    assert due_date(at, "expedited").day.isoformat() == expedited
    assert due_date(at, "standard").day.isoformat() == standard


def test_the_day_of_registration_does_not_count() -> None:
    first_minute, last_minute = datetime(2026, 3, 9, 0, 0), datetime(2026, 3, 9, 23, 59)
    assert due_date(first_minute, "expedited") == due_date(last_minute, "expedited")
    assert due_date(first_minute, "expedited").day == date(2026, 3, 12)


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_a_weekend_day_that_was_swapped_is_worked(day: str) -> None:
    assert calendar().is_working(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day", ["2026-01-01", "2026-02-16", "2026-02-23", "2026-04-06", "2026-05-05", "2026-06-19", "2026-10-07"]
)
def test_a_weekday_of_a_festival_is_not_worked(day: str) -> None:
    assert not calendar().is_working(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("registered", "due", "provisional"),
    [
        ("2025-12-31T10:00", "2026-01-12", False),
        ("2026-12-22T10:00", "2026-12-31", False),
        ("2026-12-23T10:00", "2027-01-04", True),
        ("2026-12-29T10:00", "2027-01-08", True),
        ("2027-03-08T10:00", "2027-03-17", True),
    ],
)
def test_a_deadline_in_a_year_not_yet_announced_is_provisional(registered: str, due: str, provisional: bool) -> None:
    found = due_date(datetime.fromisoformat(registered), "standard")
    assert (found.day.isoformat(), found.provisional) == (due, provisional)


def test_an_announcement_in_the_file_overrides_what_the_package_knows(tmp_path: Path) -> None:
    file = tmp_path / "holidays.yml"
    file.write_text("announced: [2026, 2027]\ndays_off: [2027-03-09]\ndays_worked: ['2027-03-13', '2027-03-14']\n")
    announced = WorkingCalendar(file)
    due = announced.after(date(2027, 3, 8), 5)
    # 9 March is off; 10, 11, 12 and the weekend 13, 14 are worked.
    assert (due.day, due.provisional) == (date(2027, 3, 14), False)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 1)), st.sampled_from(["expedited", "standard"]))
def test_a_deadline_is_a_working_day_and_never_earlier_for_a_later_registration(day: date, urgency: str) -> None:
    due = due_date(datetime(day.year, day.month, day.day, 12), urgency).day
    following = day + timedelta(days=1)
    assert calendar().is_working(due)
    assert day < due <= due_date(datetime(following.year, following.month, following.day, 12), urgency).day
    worked = sum(calendar().is_working(day + timedelta(days=n)) for n in range(1, (due - day).days + 1))
    assert worked == {"expedited": 3, "standard": 7}[urgency]
