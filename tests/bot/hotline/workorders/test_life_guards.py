"""Each reason of a guard to refuse a move that the state allows: returns, terms, replies, ratings, supervision."""

from __future__ import annotations

from datetime import timezone

import pytest

from bot.hotline.workorders.life import (
    RATINGS,
    SUPERVISION,
    Happening,
    happened,
    last,
    rating_counts,
    rating_of,
    return_is_open,
    since,
)
from tests.bot.hotline.workorders.factories import (
    BACK,
    DISSATISFIED,
    MONDAY,
    REPLIED,
    SIGNED,
    SOUND,
    STRAIGHT,
    UNSOUND,
    Step,
    clock_time,
    life,
    refusal_of,
    step,
)

# Returning (Article 18) -----------------------------------------------------------------------------------------------

RETURN_TERMS = [
    # An ordinary Monday, Friday and Saturday.
    ("2026-03-09T00:00", "2026-03-10T23:59", "2026-03-11T00:00"),
    ("2026-03-13T17:00", "2026-03-16T23:59", "2026-03-17T00:00"),
    ("2026-03-14T09:00", "2026-03-16T23:59", "2026-03-17T00:00"),
    # Saturday 14 February is worked; then spring festival until the 23rd; Saturday 28 is worked.
    ("2026-02-13T17:00", "2026-02-14T23:59", "2026-02-15T00:00"),
    ("2026-02-14T17:00", "2026-02-24T23:59", "2026-02-25T00:00"),
    ("2026-02-27T17:00", "2026-02-28T23:59", "2026-03-01T00:00"),
    # Saturday 9 May is worked for Labour day.
    ("2026-05-08T09:00", "2026-05-09T23:59", "2026-05-10T00:00"),
    # Sunday 20 September is worked; mid-autumn is off until the 27th.
    ("2026-09-18T09:00", "2026-09-20T23:59", "2026-09-21T00:00"),
    ("2026-09-24T09:00", "2026-09-28T23:59", "2026-09-29T00:00"),
    # National day is off until 7 October; Saturday 10 is worked.
    ("2026-09-30T09:00", "2026-10-08T23:59", "2026-10-09T00:00"),
    ("2026-10-09T09:00", "2026-10-10T23:59", "2026-10-11T00:00"),
]


@pytest.mark.parametrize(("dispatched", "in_time", "too_late"), RETURN_TERMS)
@pytest.mark.parametrize("way", ["dispatched", "in_progress"])
def test_a_unit_asks_to_return_an_order_within_one_working_day(
    way: str, dispatched: str, in_time: str, too_late: str
) -> None:
    history = life(*STRAIGHT[way], begins=clock_time(dispatched))
    assert refusal_of(history, step("return_asked", in_time)) is None
    assert refusal_of(history, step("return_asked", too_late)) == "return_too_late"


def test_the_day_of_the_dispatch_is_the_day_in_lishui() -> None:
    # In Greenwich it is Sunday still when the order is dispatched, and Tuesday still when it is too late.
    history = life("dispatched", begins=clock_time("2026-03-09T00:30").astimezone(timezone.utc))
    for at, reason in (("2026-03-10T23:59", None), ("2026-03-11T00:30", "return_too_late")):
        moment = clock_time(at).astimezone(timezone.utc)
        assert refusal_of(history, step("return_asked", moment)) == reason


@pytest.mark.parametrize("decision", [None, "return_refused"])
def test_a_unit_asks_once_for_each_dispatch(decision: str | None) -> None:
    history = life("dispatched", "return_asked", *([decision] if decision else []))
    assert refusal_of(history, "return_asked") == "return_asked_already"


def test_the_next_unit_may_ask_again_and_has_its_own_working_day() -> None:
    later = step("dispatched", "2026-03-12T09:00")
    history = life("dispatched", "return_asked", "return_granted", later)
    assert refusal_of(history, step("return_asked", "2026-03-13T23:59")) is None
    assert refusal_of(history, step("return_asked", "2026-03-14T00:00")) == "return_too_late"


@pytest.mark.parametrize("decision", ["return_granted", "return_refused"])
@pytest.mark.parametrize("way", ["dispatched", "in_progress"])
def test_only_what_was_asked_is_decided_and_once(way: str, decision: str) -> None:
    assert refusal_of(life(*STRAIGHT[way]), decision) == "no_return_asked"
    history = life(*STRAIGHT[way], "return_asked", "return_refused")
    assert refusal_of(history, decision) == "no_return_asked"


@pytest.mark.parametrize(
    ("way", "move"), [("dispatched", "signed"), ("in_progress", "replied"), ("in_progress", "extended")]
)
def test_while_a_return_is_open_the_unit_goes_no_further(way: str, move: str) -> None:
    history = life(*STRAIGHT[way], "return_asked")
    assert return_is_open(history)
    assert refusal_of(history, move) == "return_pending"
    history = life(*STRAIGHT[way], "return_asked", "return_refused")
    assert not return_is_open(history)
    assert refusal_of(history, move) is None


@pytest.mark.parametrize("move", ["withdrawn", "urged", "supplemented", "co_units_named", "supervised"])
def test_a_return_that_is_open_hinders_nobody_else(move: str) -> None:
    assert refusal_of(life("dispatched", "return_asked"), move) is None


# Extending (Article 20) -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "due", "reason"),
    [
        # The order is due on 18 March.
        ("2026-03-10T09:00", "2026-03-19", None),
        ("2026-03-10T09:00", "2026-03-18", "due_date_not_later"),
        ("2026-03-10T09:00", "2026-03-12", "due_date_not_later"),
        # It is overdue: a date that has passed, or today, is no new term.
        ("2026-03-25T09:00", "2026-03-24", "due_date_not_later"),
        ("2026-03-25T09:00", "2026-03-25", "due_date_not_later"),
        ("2026-03-25T23:59", "2026-03-26", None),
        ("2026-03-26T00:00", "2026-03-26", "due_date_not_later"),
        ("2026-03-10T09:00", "2026-02-30", "bad_due_date"),
        ("2026-03-10T09:00", "下周五", "bad_due_date"),
        ("2026-03-10T09:00", 20260401, "bad_due_date"),
        ("2026-03-10T09:00", ["2026-04-01"], "bad_due_date"),
    ],
)
def test_an_extension_ends_later_than_what_the_requester_was_told(at: str, due: object, reason: str | None) -> None:
    assert refusal_of(life(*SIGNED), step("extended", at, due_date=due)) == reason


@pytest.mark.parametrize("first", ["extended", "rescheduled"])
def test_an_extension_ends_later_than_the_newest_date(first: str) -> None:
    history = life(*SIGNED, step(first, due_date="2026-03-27"))
    assert refusal_of(history, step("extended", due_date="2026-03-27")) == "due_date_not_later"
    assert refusal_of(history, step("extended", due_date="2026-03-28")) is None


# Replying again (Article 30) ------------------------------------------------------------------------------------------


def test_who_was_sent_back_an_order_verifies_before_replying() -> None:
    assert refusal_of(life(*BACK), "replied") == "not_verified"
    assert refusal_of(life(*BACK, SOUND), "replied") is None


def test_what_was_verified_before_does_not_count_when_the_order_is_sent_back_again() -> None:
    history = life(*BACK, SOUND, "replied", DISSATISFIED, "reopened")
    assert refusal_of(history, "replied") == "not_verified"
    assert refusal_of(history, "put_right") == "not_verified"


def test_only_what_was_found_not_done_well_is_put_right() -> None:
    assert refusal_of(life(*BACK), "put_right") == "not_verified"
    assert refusal_of(life(*BACK, SOUND), "put_right") == "nothing_to_put_right"
    assert refusal_of(life(*BACK, UNSOUND), "put_right") is None


def test_a_second_look_counts_more_than_the_first() -> None:
    assert refusal_of(life(*BACK, UNSOUND, SOUND), "put_right") == "nothing_to_put_right"
    assert refusal_of(life(*BACK, SOUND, UNSOUND), "put_right") is None


# Rating (Article 30) --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rating", RATINGS)
def test_a_reply_is_rated_once(rating: str) -> None:
    assert refusal_of(life(*REPLIED), step("rated", rating=rating)) is None
    assert refusal_of(life(*REPLIED, "rated"), step("rated", rating=rating)) == "rated_already"
    assert refusal_of(life(*REPLIED, "rated", "closed"), step("rated", rating=rating)) == "rated_already"


@pytest.mark.parametrize("again", [(SOUND, "replied"), (UNSOUND, "put_right"), (SOUND, "replied", "closed")])
def test_each_new_reply_is_rated_once_too(again: tuple[str | Step, ...]) -> None:
    assert refusal_of(life(*BACK, *again), "rated") is None
    assert refusal_of(life(*BACK, *again, "rated"), "rated") == "rated_already"


@pytest.mark.parametrize("rating", ["五星", "SATISFIED", "not satisfied"])
def test_a_rating_is_one_of_three(rating: str) -> None:
    assert refusal_of(life(*REPLIED), step("rated", rating=rating)) == "unknown_rating"


@pytest.mark.parametrize("again", [(), ("closed",)])
def test_a_reply_is_rated_until_the_thirtieth_day_after_it(again: tuple[str, ...]) -> None:
    history = life(*SIGNED, step("replied", "2026-09-01T23:59"), *again)
    assert refusal_of(history, step("rated", "2026-10-01T23:59")) is None
    assert refusal_of(history, step("rated", "2026-10-02T00:00")) == "rating_too_late"


def test_what_was_put_right_counts_anew_from_that_day() -> None:
    history = life(*BACK, UNSOUND, step("put_right", "2026-09-01T08:00"))
    assert refusal_of(history, step("rated", "2026-10-01T23:59")) is None
    assert refusal_of(history, step("rated", "2026-10-02T00:00")) == "rating_too_late"


def test_an_order_that_came_closed_from_elsewhere_is_rated_from_its_closing() -> None:
    history = [*life(), Happening("closed", "hotline", clock_time("2026-09-01T08:00"))]
    assert refusal_of(history, step("rated", "2026-10-01T23:59")) is None
    assert refusal_of(history, step("rated", "2026-10-02T00:00")) == "rating_too_late"
    rated = Happening("rated", "requester", clock_time("2026-09-02T08:00"), {"rating": "neutral"})
    assert refusal_of([*history, rated], step("rated", "2026-09-03T08:00")) == "rated_already"


def test_what_the_hotline_sent_back_unrated_is_not_finished() -> None:
    assert refusal_of(life(*REPLIED, step("reopened", by="hotline")), "rated") == "not_finished"
    assert refusal_of(life(*REPLIED, "rated", step("reopened", by="hotline")), "rated") == "rated_already"


@pytest.mark.parametrize("kind", ["rating_explained", "excluded"])
@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        ((), "not_dissatisfied"),
        ((step("rated", rating="satisfied"),), "not_dissatisfied"),
        ((step("rated", rating="neutral"), "closed"), "not_dissatisfied"),
        ((DISSATISFIED,), None),
        ((DISSATISFIED, "reopened", SOUND, "replied", "rated"), "not_dissatisfied"),
    ],
)
def test_only_a_bad_rating_is_explained_or_left_out(
    kind: str, moves: tuple[str | Step, ...], reason: str | None
) -> None:
    assert refusal_of(life(*REPLIED, *moves), kind) == reason


def test_a_bad_rating_is_left_out_once_and_the_next_one_again() -> None:
    history = life(*BACK, "excluded")
    assert not rating_counts(history)
    assert refusal_of(history, "excluded") == "excluded_already"
    history = life(*BACK, "excluded", SOUND, "replied", DISSATISFIED)
    assert rating_counts(history)
    assert refusal_of(history, "excluded") is None


# Urging, following up, supervising ------------------------------------------------------------------------------------


def test_an_order_is_urged_twice_a_day_by_the_clock_of_lishui() -> None:
    # The day in Greenwich ends at eight in the morning.
    evening, morning = "2026-03-09T23:59", "2026-03-10T00:00"
    history = life(step("urged", evening), step("urged", evening))
    assert refusal_of(history, step("urged", evening)) == "urged_enough"
    assert refusal_of(history, step("urged", morning)) is None
    history = life(step("urged", evening), step("urged", evening), step("urged", morning), step("urged", morning))
    assert refusal_of(history, step("urged", "2026-03-10T23:59")) == "urged_enough"


def test_a_closing_is_followed_up_once_and_the_next_one_again() -> None:
    closed = (*REPLIED, "closed", "followed_up")
    assert refusal_of(life(*closed), "followed_up") == "followed_up_already"
    assert refusal_of(life(*closed), step("followed_up", by="service")) == "followed_up_already"
    again = (DISSATISFIED, "reopened", SOUND, "replied", "closed")
    assert refusal_of(life(*closed, *again), "followed_up") is None


def test_the_grounds_of_supervision_are_those_of_the_regulation() -> None:
    assert SUPERVISION == ("refused", "overdue", "repeated", "same_problem", "other")
    for ground in SUPERVISION:
        assert refusal_of(life(), step("supervised", ground=ground)) is None
    assert refusal_of(life(), step("supervised", ground="too slow")) == "unknown_ground"


def test_what_a_review_left_out_is_not_supervised_until_the_next_rating() -> None:
    assert refusal_of(life(*BACK), "supervised") is None
    assert refusal_of(life(*BACK, "excluded"), "supervised") == "excluded_already"
    assert refusal_of(life(*BACK, "excluded", SOUND, "replied"), "supervised") == "excluded_already"
    assert refusal_of(life(*BACK, "excluded", SOUND, "replied", DISSATISFIED), "supervised") is None


# Reading a history ----------------------------------------------------------------------------------------------------


def test_a_history_is_read_from_its_end() -> None:
    history = life(*SIGNED, step("replied", text="一"), "reopened", SOUND, step("replied", text="二"), "closed")
    newest = last(history, "replied", "put_right")
    assert newest is not None and newest.data["text"] == "二"
    assert last(history, "rated", "urged") is None
    assert [event.kind for event in since(history, "reopened")] == ["verified", "replied", "closed"]
    assert since(history, "closed") == []
    assert since(history, "withdrawn") == history
    assert happened(history, "urged", "verified") and not happened(history, "urged", "rated")
    assert history[0].at == MONDAY


def test_the_last_rating_stands() -> None:
    assert rating_of(life(*REPLIED)) is None
    assert rating_of(life(*BACK)) == "dissatisfied"
    assert rating_of(life(*BACK, SOUND, "replied")) == "dissatisfied"
    assert rating_of(life(*BACK, SOUND, "replied", "rated")) == "satisfied"
