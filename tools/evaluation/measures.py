"""Measures on plain lists, each with its 95 % interval and the floor it must keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.stats import binomtest, bootstrap
from sklearn.metrics import f1_score

RESAMPLES = 1000
BINS = 10

Interval = tuple[float, float]


class Floor(NamedTuple):
    """What a figure must keep; the sign says which side of the bound is good."""

    sign: Literal["≥", "<", "≤"]
    bound: float

    def keeps(self, value: float) -> bool:
        """Whether a value is on the good side."""
        return {"≥": value >= self.bound, "<": value < self.bound, "≤": value <= self.bound}[self.sign]


@dataclass(frozen=True)
class Figure:
    """One measured number of ``n`` messages; ``value`` is None where there was nothing to measure."""

    name: str
    what: str
    value: float | None
    interval: Interval | None
    n: int
    floor: Floor | None = None
    unit: Literal["", "%", "ms"] = ""

    @property
    def met(self) -> bool | None:
        """Whether the floor is kept; None without floor or value."""
        return None if self.floor is None or self.value is None else self.floor.keeps(self.value)


def measure(
    name: str, what: str, statistic: Callable[..., Any], *columns: Sequence[Any], interval: Any = None, **bounds: Any
) -> Figure:
    """A statistic of columns of equal length, with its bootstrap interval unless another ``interval`` is given."""
    n = len(columns[0])
    if not n:
        return Figure(name, what, None, None, 0, **bounds)
    arrays = [np.asarray(column) for column in columns]
    return Figure(name, what, float(statistic(*arrays)), interval or _bootstrap(statistic, arrays), n, **bounds)


def share(name: str, what: str, hits: Sequence[bool], **bounds: Any) -> Figure:
    """The share of hits."""
    exact = None
    if hits and sum(hits) in (0, len(hits)):
        # Resampling cannot see what never, or always, happened: the exact binomial interval can.
        found = binomtest(sum(hits), len(hits)).proportion_ci(method="exact")
        exact = float(found.low), float(found.high)
    return measure(name, what, np.mean, hits, interval=exact, **bounds)


def macro_f1(
    name: str,
    what: str,
    expected: Sequence[str | None],
    found: Sequence[str | None],
    classes: Sequence[str],
    **bounds: Any,
) -> Figure:
    """The mean of the F1 of ``classes``; what is not one of them, expected or found, has no F1 of its own."""
    codes = {label: code for code, label in enumerate(classes)}
    # Numbers, since scikit-learn is slow on texts and this is computed a thousand times.
    columns = [[codes.get(str(label), -1) for label in labels] for labels in (expected, found)]

    def statistic(truth: Any, answers: Any) -> Any:
        return f1_score(truth, answers, labels=range(len(codes)), average="macro", zero_division=0)

    return measure(name, what, statistic, *columns, **bounds)


class Bin(NamedTuple):
    """Messages of like confidence: how sure the answers were on average, and which share was right."""

    confidence: float
    accuracy: float
    n: int


def bins(confidences: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """The messages in ten bins of equal width on 0 to 1; empty bins are left out."""
    sure, correct = np.asarray(confidences, float), np.asarray(right, float)
    # A confidence of exactly 1 belongs to the last bin.
    index = np.minimum((sure * BINS).astype(int), BINS - 1)
    members = [index == number for number in range(BINS)]
    return [Bin(float(sure[m].mean()), float(correct[m].mean()), int(m.sum())) for m in members if m.any()]


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: the gap between confidence and accuracy of each bin, weighted by its messages."""
    return sum(each.n * abs(each.confidence - each.accuracy) for each in bins(confidences, right)) / len(right)


def _bootstrap(statistic: Callable[..., Any], columns: Sequence[Any]) -> Interval | None:
    """Percentile interval over resampled messages, with a fixed seed."""
    n = len(columns[0])
    if n < 2:
        return None

    def resampled(rows: Any) -> float:
        return float(statistic(*(column[rows] for column in columns)))

    result = bootstrap(
        (np.arange(n),), resampled, n_resamples=RESAMPLES, vectorized=False, method="percentile", random_state=0
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)
