"""Due dates, counted by hand from the announced calendar of 2026."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hotline.deadlines import SpecialPeriod, WorkingCalendar, calendar, due_date, follow_up_by, rate_by, return_by
from bot.settings import Settings


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


# Terms of a law (Article 17, second paragraph) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "working"), [("7wd", 7, True), ("60d", 60, False), ("1d", 1, False), ("999wd", 999, True)]
)
def test_a_term_of_a_law_counts_days_or_working_days(text: str, amount: int, working: bool) -> None:
    assert SpecialPeriod.parse(text) == SpecialPeriod(amount, working)


@pytest.mark.parametrize(
    "text",
    ["", "7", "wd", "0d", "0wd", "07d", "-7d", "7.5d", "7 wd", " 7wd", "7wd ", "7wd\n", "7WD", "7w", "1000d", "七天"],
)
def test_a_term_that_is_not_understood_is_named_with_what_can_be_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"7wd .* 60d") as error:
        SpecialPeriod.parse(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("registered", "special", "due"),
    [
        # Working days, over spring festival and over national day.
        ("2026-03-09", "7wd", "2026-03-18"),
        ("2026-02-10", "15wd", "2026-03-09"),
        ("2026-02-13", "1wd", "2026-02-14"),
        ("2026-02-14", "1wd", "2026-02-24"),
        ("2026-09-30", "7wd", "2026-10-15"),
        ("2026-09-18", "10wd", "2026-10-09"),
        # Days; a last day that is off moves to the next working day.
        ("2026-03-09", "1d", "2026-03-10"),
        ("2026-02-14", "7d", "2026-02-24"),
        ("2026-09-01", "30d", "2026-10-08"),
        ("2026-09-18", "60d", "2026-11-17"),
    ],
)
def test_a_term_of_a_law_goes_before_the_urgency(registered: str, special: str, due: str) -> None:
    at = datetime.fromisoformat(f"{registered}T09:30")
    for urgency in ("standard", "expedited"):
        assert due_date(at, urgency, special).day.isoformat() == due


@pytest.mark.parametrize("special", [None, ""])
def test_without_a_term_of_its_own_the_urgency_counts(special: str | None) -> None:
    at = datetime(2026, 3, 9, 9, 30)
    assert due_date(at, "expedited", special) == due_date(at, "expedited")


@pytest.mark.parametrize(
    ("registered", "special", "due", "provisional"),
    [
        ("2026-12-23", "7wd", "2027-01-04", True),
        ("2026-12-23", "6wd", "2026-12-31", False),
        # The day of 2027 may turn out to be off.
        ("2026-11-20", "60d", "2027-01-19", True),
        ("2026-10-20", "60d", "2026-12-21", False),
    ],
)
def test_a_term_of_a_law_is_provisional_where_it_depends_on_holidays(
    registered: str, special: str, due: str, provisional: bool
) -> None:
    found = due_date(datetime.fromisoformat(f"{registered}T09:30"), "standard", special)
    assert (found.day.isoformat(), found.provisional) == (due, provisional)


# Returning, following up, rating (Articles 18 and 30) -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "returned", "followed_up"),
    [
        # An ordinary Monday, Friday, Saturday, Sunday.
        ("2026-03-09", "2026-03-10", "2026-03-12"),
        ("2026-03-13", "2026-03-16", "2026-03-18"),
        ("2026-03-14", "2026-03-16", "2026-03-18"),
        ("2026-03-15", "2026-03-16", "2026-03-18"),
        # Spring festival: off from 15 to 23 February, worked on Saturday 14 and Saturday 28.
        ("2026-02-12", "2026-02-13", "2026-02-24"),
        ("2026-02-13", "2026-02-14", "2026-02-25"),
        ("2026-02-14", "2026-02-24", "2026-02-26"),
        ("2026-02-18", "2026-02-24", "2026-02-26"),
        ("2026-02-26", "2026-02-27", "2026-03-02"),
        ("2026-02-27", "2026-02-28", "2026-03-03"),
        ("2026-02-28", "2026-03-02", "2026-03-04"),
        # Mid-autumn: off from 25 to 27 September, worked on Sunday 20.
        ("2026-09-18", "2026-09-20", "2026-09-22"),
        ("2026-09-23", "2026-09-24", "2026-09-29"),
        ("2026-09-24", "2026-09-28", "2026-09-30"),
        # National day: off from 1 to 7 October, worked on Saturday 10.
        ("2026-09-29", "2026-09-30", "2026-10-09"),
        ("2026-09-30", "2026-10-08", "2026-10-10"),
        ("2026-10-05", "2026-10-08", "2026-10-10"),
        ("2026-10-08", "2026-10-09", "2026-10-12"),
        ("2026-10-09", "2026-10-10", "2026-10-13"),
    ],
)
def test_returns_and_follow_ups_counted_by_hand(day: str, returned: str, followed_up: str) -> None:
    for hour in ("00:00", "23:59"):
        at = datetime.fromisoformat(f"{day}T{hour}")
        assert (return_by(at).isoformat(), follow_up_by(at).isoformat()) == (returned, followed_up)


@pytest.mark.parametrize(
    ("replied", "last"),
    [
        ("2026-03-09", "2026-04-08"),
        ("2026-01-31", "2026-03-02"),
        # The days are counted through, also where they end within spring festival or national day.
        ("2026-01-20", "2026-02-19"),
        ("2026-02-14", "2026-03-16"),
        ("2026-09-01", "2026-10-01"),
        ("2026-10-01", "2026-10-31"),
        ("2026-12-15", "2027-01-14"),
    ],
)
def test_thirty_days_for_a_rating_counted_by_hand(replied: str, last: str) -> None:
    for hour in ("00:00", "23:59"):
        assert rate_by(datetime.fromisoformat(f"{replied}T{hour}")).isoformat() == last


# A new announcement ---------------------------------------------------------------------------------------------------

Announce = Callable[[str], None]


@pytest.fixture
def announce(tmp_path: Path, environment: Callable[..., Settings]) -> Iterator[Announce]:
    """Puts a file of announcements into force, as a restart does."""

    def put(text: str) -> None:
        file = tmp_path / "announced.yml"
        file.write_text(text, encoding="utf-8")
        environment(BOT_HOTLINE_HOLIDAYS=str(file))
        calendar.cache_clear()

    yield put
    calendar.cache_clear()


def test_a_provisional_date_counted_anew_is_final_when_the_year_is_announced(announce: Announce) -> None:
    at = datetime(2026, 12, 23, 10)
    assert due_date(at, "standard").provisional
    announce("announced: [2026, 2027]\ndays_off: [2027-01-04]\ndays_worked: [2027-01-02]\n")
    # 24, 25, 28, 29, 30, 31 December and Saturday 2 January.
    found = due_date(at, "standard")
    assert (found.day, found.provisional) == (date(2027, 1, 2), False)
    # A law's own term follows the same announcement: Sunday 3 and Monday 4 are off.
    found = due_date(at, "standard", "8wd")
    assert (found.day, found.provisional) == (date(2027, 1, 5), False)


def test_returns_and_follow_ups_follow_a_new_announcement_too(announce: Announce) -> None:
    closed = datetime(2026, 12, 31, 10)
    assert (return_by(closed), follow_up_by(closed)) == (date(2027, 1, 4), date(2027, 1, 6))
    announce("announced: [2026, 2027]\ndays_off: [2027-01-04, 2027-01-05]\ndays_worked: [2027-01-03]\n")
    assert (return_by(closed), follow_up_by(closed)) == (date(2027, 1, 3), date(2027, 1, 7))
    # Days that are counted through stay as they are.
    assert rate_by(closed) == date(2027, 1, 30)


def test_an_announcement_of_another_year_leaves_a_date_provisional(announce: Announce) -> None:
    announce("announced: [2026, 2028]\ndays_off: []\ndays_worked: []\n")
    found = due_date(datetime(2026, 12, 23, 10), "standard")
    assert (found.day, found.provisional) == (date(2027, 1, 4), True)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 1)), st.sampled_from(["expedited", "standard"]))
def test_a_deadline_is_a_working_day_and_never_earlier_for_a_later_registration(day: date, urgency: str) -> None:
    due = due_date(datetime(day.year, day.month, day.day, 12), urgency).day
    following = day + timedelta(days=1)
    assert calendar().is_working(due)
    assert day < due <= due_date(datetime(following.year, following.month, following.day, 12), urgency).day
    worked = sum(calendar().is_working(day + timedelta(days=n)) for n in range(1, (due - day).days + 1))
    assert worked == {"expedited": 3, "standard": 7}[urgency]
