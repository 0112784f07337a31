"""Each figure, computed by hand on a few messages."""

from __future__ import annotations

from typing import Any

import pytest

from bot.language.understanding import Slots
from bot.settings import ROOT
from tests.tools.evaluation.examples import row, sets
from tools.evaluation.figures import figures, route_of, speed
from tools.evaluation.measures import Figure, Floor
from tools.evaluation.sets import Row

FLOORS = {
    "category.accuracy": Floor("≥", 0.75),
    "emergency.recall": Floor("≥", 0.99),
    "emergency.line": Floor("≥", 0.95),
    "emergency.named_in_company": Floor("≥", 0.96),
    "messages_plain.false_alarms": Floor("<", 0.005),
    "legal_route.macro_f1": Floor("≥", 0.9),
    "decline.recall": Floor("≥", 0.9),
    "decline.falsely_refused": Floor("<", 0.01),
    "messages_plain.falsely_refused": Floor("<", 0.01),
    "acts.macro_f1": Floor("≥", 0.93),
    "kind.macro_f1": Floor("≥", 0.8),
    "region.accuracy": Floor("≥", 0.95),
    "route.calibration": Floor("<", 0.05),
    "speed.short": Floor("≤", 30),
}


def of(**rows: list[Row]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(sets(**rows))}


def values(**rows: list[Row]) -> dict[str, float]:
    """The figures that have a value."""
    return {name: figure.value for name, figure in of(**rows).items() if figure.value is not None}


def test_the_floors_are_those_of_the_project() -> None:
    found = [*figures(sets()), *speed([], [])]
    assert {figure.name: figure.floor for figure in found if figure.floor} == FLOORS


def test_every_figure_is_documented() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert [each.name for each in [*figures(sets()), *speed([], [])] if f"`{each.name}`" not in page] == []


def test_a_set_that_is_not_there_leaves_its_figures_without_value() -> None:
    assert values() == {}


@pytest.mark.parametrize(
    ("label", "route"),
    [
        ({"route": "accept"}, "accept"),
        ({"route": "emergency", "hotline": "119", "legal_route": None}, "emergency"),
        ({"route": "legal_route", "legal_route": "litigation", "decline_reason": None}, "legal_route/litigation"),
        ({"route": "decline", "decline_reason": "privacy"}, "decline/privacy"),
    ],
)
def test_the_route_is_named_as_it_is_learned(label: dict[str, Any], route: str) -> None:
    assert route_of(label) == route


def test_the_first_level_of_the_category_counts() -> None:
    rows = [
        row({"category": "环境保护"}, category=["环境保护", "噪声污染"]),
        row({"category": "环境保护"}, category=["城乡建设", "噪声污染"]),
        row({"category": "环境保护"}, route="none", category=[]),
        row({"category": "城乡建设"}, category=["城乡建设"]),
    ]
    assert values(messages_category=rows) == {"category.accuracy": 0.5}


def test_a_missed_emergency_has_no_right_line() -> None:
    label = {"route": "emergency", "hotline": "119"}
    rows = [
        row(label, route="emergency", hotline="119"),
        row(label, route="emergency", hotline="120"),
        row(label, route="emergency", hotline="119"),
        row(label, route="accept", caution="119"),
    ]
    found = values(emergency=rows)
    assert (found["emergency.recall"], found["emergency.line"]) == (0.75, 0.5)


def test_beside_another_matter_a_caution_names_the_line_too() -> None:
    label = {"route": "emergency", "hotline": "119"}
    rows = [row(label, route="emergency", hotline="119"), row(label, caution="119"), row(label), row(label)]
    found = values(emergency_in_company=rows)
    assert (found["emergency.in_company"], found["emergency.named_in_company"]) == (0.25, 0.5)


def test_false_alarms_and_false_refusals_are_counted_apart() -> None:
    rows = [row({}, route=route) for route in ("accept", "emergency", "decline", "decline")]
    assert values(messages_plain=rows) == {"messages_plain.false_alarms": 0.25, "messages_plain.falsely_refused": 0.5}
    near = [row({"route": "accept"}, route=route) for route in ("accept", "emergency")]
    assert values(not_emergency=near)["not_emergency.false_alarms"] == 0.5


def test_the_legal_route_is_the_mean_of_six() -> None:
    def legal(expected: str | None, found: str | None) -> Row:
        label = {"route": "legal_route", "legal_route": expected} if expected else {"route": "accept"}
        return row(label, route="legal_route" if found else "accept", legal_route=found)

    rows = [
        *(legal(name, name) for name in ("arbitration", "discipline", "reconsideration", "disclosure")),
        # litigation: precision 1/2, recall 1; petition: never found.
        legal("litigation", "litigation"),
        legal(None, "litigation"),
        legal("petition", None),
    ]
    assert values(legal_route=rows)["legal_route.macro_f1"] == pytest.approx((4 + 2 / 3 + 0) / 6)


def test_a_refusal_counts_whatever_its_reason() -> None:
    due = {"route": "decline", "decline_reason": "privacy"}
    rows = [
        row(due, route="decline", decline_reason="privacy"),
        row(due, route="decline", decline_reason="unlawful"),
        row(due, route="accept"),
        row({"route": "accept"}, route="decline", decline_reason="privacy"),
        row({"route": "accept"}, route="emergency"),
    ]
    found = values(decline=rows)
    assert found["decline.recall"] == pytest.approx(2 / 3)
    assert found["decline.reason"] == pytest.approx(1 / 3)
    assert found["decline.falsely_refused"] == 0.5


def test_acts_are_judged_by_intent_and_rating() -> None:
    rows = [
        row({"route": "none", "intent": "thank"}, intent="thank"),
        row({"route": "none", "intent": "greet"}, intent="thank"),
        row({"route": "none", "intent": "rate", "rating": "neutral"}, intent="rate", rating="neutral"),
        row({"route": "none", "intent": "rate", "rating": "satisfied"}, intent="rate", rating="neutral"),
    ]
    found = values(acts=rows)
    # thank: precision 1/2, recall 1, F1 2/3; greet 0; rate 1.
    assert found["acts.macro_f1"] == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert found["acts.rating"] == 0.5


def test_single_words_are_judged_by_route_and_those_that_are_an_act_by_intent_too() -> None:
    rows = [
        row({"route": "accept"}, intent="ask_question"),
        row({"route": "accept"}, intent="abuse", route="none"),
        row({"route": "emergency", "hotline": "119"}, route="emergency", hotline="120"),
        row({"route": "none"}, intent="abuse", route="none"),
        row({"route": "none", "intent": "thank"}, route="emergency", intent="thank"),
        row({"route": "none", "intent": "rate"}, intent="check_progress", route="none"),
    ]
    found = values(words=rows)
    assert found == {"words.route": 4 / 6, "words.act": 0.5, "words.false_alarms": 0.2}


def test_the_kind_is_the_mean_of_six() -> None:
    label = {"kind": "complaint", "category": ["城乡建设", "市政设施"]}
    rows = [
        row(label, kind="complaint", category=["城乡建设", "市政设施", "路灯"]),
        row(label, kind=None, category=[]),
        row({**label, "kind": "praise"}, kind="praise", category=["城乡建设", "其他"]),
    ]
    found = values(kind=rows)
    # complaint: precision 1, recall 1/2; praise 1; four kinds that are not in the set, 0.
    assert found["kind.macro_f1"] == pytest.approx((2 / 3 + 1) / 6)
    assert found["kind.category"] == pytest.approx(1 / 3)


def test_region_and_place_are_counted_apart() -> None:
    label = {"region": "莲都区", "location": "大洋路"}
    rows = [
        row(label, region="莲都区", slots=vars(Slots(location="大洋路"))),
        row(label, region="莲都区", slots=vars(Slots(location="在大洋路"))),
        row(label, region=None),
        row(label, region="青田县", slots=vars(Slots(location="大洋路"))),
    ]
    assert values(region=rows) == {"region.accuracy": 0.5, "region.place": 0.5}


def test_the_number_of_matters_must_be_exact() -> None:
    rows = [row({"matters": 2}, matters=2), row({"matters": 2}, matters=3), row({"matters": 1}, matters=1)]
    assert values(matters=rows) == {"matters.accuracy": pytest.approx(2 / 3)}


def test_calibration_takes_the_legal_route_and_the_reason_but_not_the_line() -> None:
    litigation = {"route": "legal_route", "legal_route": "litigation"}
    found = values(
        legal_route=[row(litigation, route="legal_route", legal_route="arbitration", route_confidence=0.85)],
        emergency=[
            row({"route": "emergency", "hotline": "119"}, route="emergency", hotline="120", route_confidence=0.95)
        ],
        decline=[row({"route": "accept"}, route="accept", route_confidence=0.81)],
    )
    # Bins: 0.85 and 0.81 with one right, a gap of 0.33; 0.95, right, a gap of 0.05.
    assert found["route.calibration"] == pytest.approx(2 / 3 * 0.33 + 1 / 3 * 0.05)


def test_the_speed_is_the_median() -> None:
    short, long = speed([10.0, 29.0, 500.0], [20.0, 60.0])
    assert (short.value, short.met, short.unit) == (29.0, True, "ms")
    assert (long.value, long.n) == (40.0, 2)
