"""Measures give what one computes by hand, with an interval, and know on which side of a floor is good."""

from __future__ import annotations

import pytest

from tools.evaluation.measures import Bin, Floor, bins, calibration_error, macro_f1, measure, share


def test_a_share_of_hits_lies_in_its_interval() -> None:
    figure = share("x", "X", [True, True, True, False])
    assert (figure.value, figure.n) == (0.75, 4)
    assert figure.interval is not None and figure.interval[0] < 0.75 < figure.interval[1] == 1.0


def test_the_interval_is_as_wide_as_theory_says_and_the_same_every_time() -> None:
    hits = [True] * 320 + [False] * 80
    figure = share("x", "X", hits)
    # 0.8 ± 1.96 · sqrt(0.8 · 0.2 / 400)
    assert figure.interval == pytest.approx((0.7608, 0.8392), abs=0.006)
    assert share("x", "X", hits) == figure


@pytest.mark.parametrize(
    ("hit", "interval"),
    # 1 − 0.025 ** (1 / 20)
    [(False, (0.0, 0.16843)), (True, (0.83157, 1.0))],
)
def test_a_share_of_none_or_all_is_not_certain(hit: bool, interval: tuple[float, float]) -> None:
    assert share("x", "X", [hit] * 20).interval == pytest.approx(interval, abs=1e-5)


def test_macro_f1_is_the_mean_over_the_classes() -> None:
    # a: precision 2/3, recall 1, F1 4/5. b: precision 1, recall 1/2, F1 2/3. c: never found, 0.
    figure = macro_f1("x", "X", ["a", "a", "b", "b", "c"], ["a", "a", "a", "b", None], ["a", "b", "c"])
    assert figure.value == pytest.approx((4 / 5 + 2 / 3 + 0) / 3)
    assert figure.interval is not None and figure.interval[0] < figure.interval[1]


def test_what_is_no_class_costs_precision_but_has_no_f1_of_its_own() -> None:
    # a: one right, one found where nothing was due: precision 1/2, recall 1.
    assert macro_f1("x", "X", ["a", None], ["a", "a"], ["a"]).value == pytest.approx(2 / 3)
    assert macro_f1("x", "X", ["a", None], ["a", "z"], ["a"]).value == 1.0


def test_the_calibration_error_is_the_weighted_gap() -> None:
    sure, right = [0.95, 0.91, 0.55, 1.0, 0.51], [True, False, True, True, False]
    assert bins(sure, right) == [
        pytest.approx(Bin(0.53, 0.5, 2)),
        pytest.approx(Bin((0.95 + 0.91 + 1.0) / 3, 2 / 3, 3)),
    ]
    # 2/5 · |0.53 − 0.5| + 3/5 · |0.95333 − 0.66667|
    assert calibration_error(sure, right) == pytest.approx(0.012 + 0.172)


def test_nothing_to_measure_has_no_value_and_keeps_no_floor() -> None:
    figure = share("x", "X", [], floor=Floor("<", 0.01))
    assert (figure.value, figure.interval, figure.n, figure.met) == (None, None, 0, None)


def test_one_message_has_no_bootstrap_interval() -> None:
    assert macro_f1("x", "X", ["a"], ["a"], ["a"]).interval is None


@pytest.mark.parametrize(
    ("floor", "value", "met"),
    [
        (Floor("≥", 0.9), 0.9, True),
        (Floor("≥", 0.9), 0.899, False),
        (Floor("<", 0.005), 0.005, False),
        (Floor("<", 0.005), 0.0049, True),
        (Floor("≤", 30), 30, True),
        (Floor("≤", 30), 30.1, False),
        (None, 0.5, None),
    ],
)
def test_a_floor_says_which_side_is_good(floor: Floor | None, value: float, met: bool | None) -> None:
    assert measure("x", "X", lambda column: column[0], [value, 0.0], floor=floor).met is met
