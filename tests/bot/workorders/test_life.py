"""The state of an order follows from what happened to it."""

from __future__ import annotations

import pytest

from bot.workorders.life import OPEN, STATES, state


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
