"""The life of an order: every move in every state, every maker, and every reason to refuse."""

from __future__ import annotations

import pytest

from bot.hotline.workorders.life import MOVES, OPEN, STATES, state
from tests.bot.hotline.workorders import by_hand
from tests.bot.hotline.workorders.factories import (
    BACK,
    SIGNED,
    SOUND,
    STRAIGHT,
    UNSOUND,
    WAYS,
    Step,
    life,
    refusal_of,
    step,
)

AFTER_A_BAD_RATING = {
    "replied": (*BACK, SOUND, "replied"),
    "closed": (*BACK, SOUND, "replied", "closed"),
    "reopened": BACK,
}
BEFOREHAND = {
    ("return_granted", "dispatched"): (*WAYS["dispatched"], "return_asked"),
    ("return_granted", "in_progress"): (*WAYS["in_progress"], "return_asked"),
    ("return_refused", "dispatched"): (*WAYS["dispatched"], "return_asked"),
    ("return_refused", "in_progress"): (*WAYS["in_progress"], "return_asked"),
    ("replied", "reopened"): (*BACK, SOUND),
    ("put_right", "reopened"): (*BACK, UNSOUND),
    ("extended", "extended"): (*SIGNED, step("extended", due_date="2026-03-20")),
    **{(kind, place): way for kind in ("excluded", "rating_explained") for place, way in AFTER_A_BAD_RATING.items()},
}
"""The way into a state for moves that need more than the state; else the straight way."""
CELLS = [(kind, current) for kind in by_hand.LEADS_TO for current in by_hand.STATES]
OTHER_REASONS = {
    **{("rated", current): "not_finished" for current in ("registered", "dispatched", "in_progress", "extended")},
    ("rated", "reopened"): "rated_already",
}
"""Reasons other than the state itself why a move does not fit a state."""


# The state ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], "registered"),
        (["registered"], "registered"),
        (["registered", "dispatched"], "dispatched"),
        (["registered", "dispatched", "signed"], "in_progress"),
        (["registered", "dispatched", "signed", "extended"], "extended"),
        (["registered", "dispatched", "signed", "replied"], "replied"),
        (["registered", "dispatched", "signed", "replied", "closed"], "closed"),
        (["registered", "dispatched", "signed", "replied", "closed", "reopened"], "reopened"),
        (["registered", "withdrawn"], "withdrawn"),
    ],
)
def test_the_last_step_decides_the_state(events: list[str], expected: str) -> None:
    assert state(events) == expected


@pytest.mark.parametrize("kind", ["urged", "supplemented", "rated", "verified", "something of a later version"])
def test_an_urging_or_a_rating_leaves_the_state_as_it_is(kind: str) -> None:
    assert state(["registered", "dispatched", kind]) == "dispatched"
    assert state(["registered", "replied", kind]) == "replied"


def test_a_unit_works_on_everything_that_is_not_answered_closed_or_withdrawn() -> None:
    assert set(STATES) - set(OPEN) == {"replied", "closed", "withdrawn"}


# Every move in every state, by everybody ------------------------------------------------------------------------------


def test_the_table_knows_every_move_and_every_state() -> None:
    assert set(MOVES) == set(by_hand.LEADS_TO) == set(by_hand.MAKERS)
    assert set(STATES) == set(by_hand.STATES)


@pytest.mark.parametrize(("kind", "current"), CELLS)
def test_every_move_in_every_state(kind: str, current: str) -> None:
    history = life(*BEFOREHAND.get((kind, current), STRAIGHT[current]))
    assert state(event.kind for event in history) == current
    follows = by_hand.LEADS_TO[kind].get(current)
    refused = None if follows else OTHER_REASONS.get((kind, current), current)
    assert refusal_of(history, kind) == refused
    if follows:
        assert state([*(event.kind for event in history), kind]) == follows


@pytest.mark.parametrize("by", ["requester", "hotline", "unit", "service", "somebody"])
@pytest.mark.parametrize("kind", by_hand.MAKERS)
def test_every_move_is_made_by_those_whose_it_is(kind: str, by: str) -> None:
    current = next(iter(by_hand.LEADS_TO[kind]), "registered")
    history = life(*BEFOREHAND.get((kind, current), STRAIGHT[current]))
    refused = refusal_of(history, step(kind, by=by))
    assert (refused == "not_yours_to_do") == (by not in by_hand.MAKERS[kind].split())


def test_a_move_of_a_later_version_is_refused() -> None:
    assert refusal_of(life(), "promoted") == "unknown_event"


NEEDS = {
    "dispatched": "unit",
    "return_asked": "reason proposed_unit",
    "return_refused": "reason",
    "co_units_named": "units",
    "extended": "reason due_date",
    "replied": "text",
    "rated": "rating",
    "rating_explained": "text",
    "reopened": "reason",
    "verified": "text sound",
    "put_right": "text",
    "excluded": "evidence",
    "supplemented": "text",
    "supervised": "ground",
    "rescheduled": "due_date",
}


def test_every_other_move_needs_no_words() -> None:
    assert {kind: " ".join(move.needs) for kind, move in MOVES.items() if move.needs} == NEEDS


@pytest.mark.parametrize("value", [None, "", []])
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NEEDS.items() for name in names.split()])
def test_what_belongs_to_a_move_must_be_told_with_it(kind: str, name: str, value: object) -> None:
    current = next(iter(by_hand.LEADS_TO[kind]))
    history = life(*BEFOREHAND.get((kind, current), STRAIGHT[current]))
    assert refusal_of(history, step(kind, **{name: value})) == f"missing_{name}"


@pytest.mark.parametrize(
    ("way", "move", "reason"),
    [
        ("registered", step("dispatched", unit=" "), "missing_unit"),
        ("registered", step("dispatched", unit={"name": "建设局"}), "missing_unit"),
        ("registered", step("dispatched", co_units="建设局"), "bad_co_units"),
        ("registered", step("dispatched", co_units=["建设局", 7]), "bad_co_units"),
        ("registered", step("dispatched", co_units=[]), None),
        ("registered", step("dispatched", co_units=["建设局"]), None),
        ("dispatched", step("return_asked", proposed_unit=["建设局"]), "missing_proposed_unit"),
        ("dispatched", step("co_units_named", units="建设局"), "missing_units"),
        ("dispatched", step("co_units_named", units=["建设局", ""]), "missing_units"),
        ("in_progress", step("replied", text=7), "missing_text"),
        ("in_progress", step("replied", text="\n"), "missing_text"),
        ("reopened", step("verified", sound="yes"), "missing_sound"),
        ("reopened", step("verified", sound=0), "missing_sound"),
        ("replied", step("rated", rating=5), "unknown_rating"),
    ],
)
def test_what_a_ticket_backend_tells_in_another_form_is_refused(way: str, move: Step, reason: str | None) -> None:
    assert refusal_of(life(*STRAIGHT[way]), move) == reason
