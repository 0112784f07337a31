"""The figures of the held-out sets, with the floors that the project holds itself to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bot.hotline.classification import KINDS
from bot.language.understanding import LEGAL_ROUTES
from tools.evaluation.measures import Figure, Floor, calibration_error, macro_f1, measure, share
from tools.evaluation.sets import Row, Sets

ROUTED = ("emergency", "not_emergency", "legal_route", "decline", "acts")
"""The own sets whose lines are labelled with a route."""


def route_of(values: dict[str, Any]) -> str:
    """The class of the route as it is learned: the route, with the legal route or the reason after a slash."""
    detail = values.get("legal_route") or values.get("decline_reason")
    return f"{values['route']}/{detail}" if detail else str(values["route"])


def first_level(row: Row) -> str | None:
    """The first name of the category that was found."""
    return next(iter(row.found["category"]), None)


def routed(sets: Sets) -> tuple[list[float], list[bool]]:
    """How sure the route of each labelled message is, and whether it is right."""
    rows = [row for name in ROUTED for row in sets[name]]
    return [row.found["route_confidence"] for row in rows], [route_of(row.found) == route_of(row.label) for row in rows]


def figures(sets: Sets) -> list[Figure]:
    """All figures of what was understood; those of a set that is not there have no value."""
    return [
        *_category(sets["messages_category"]),
        *_emergency(sets["emergency"]),
        *_in_company(sets),
        _alarms("messages_plain", sets, "plain messages", floor=Floor("<", 0.005)),
        _alarms("not_emergency", sets, "messages near danger"),
        _legal_route(sets["legal_route"]),
        *_decline(sets["decline"]),
        _refused("messages_plain", sets["messages_plain"], "plain messages"),
        *_acts(sets["acts"]),
        *_kind(sets["kind"]),
        *_region(sets["region"]),
        *_words(sets["words"]),
        share("matters.accuracy", "Number of separate matters", _hits(sets["matters"], "matters")),
        measure(
            "route.calibration",
            "Expected calibration error of the route",
            calibration_error,
            *routed(sets),
            floor=Floor("<", 0.05),
        ),
    ]


def speed(short: Sequence[float], long: Sequence[float]) -> list[Figure]:
    """From the milliseconds that messages of the own sets and plain messages took, one by one."""
    return [
        measure("speed.short", "Median of one message, own sets", np.median, short, floor=Floor("≤", 30), unit="ms"),
        measure("speed.long", "Median of one message, plain messages (letters)", np.median, long, unit="ms"),
    ]


def _hits(rows: Sequence[Row], name: str) -> list[bool]:
    return [row.found[name] == row.label[name] for row in rows]


def _category(rows: Sequence[Row]) -> Iterator[Figure]:
    right = [first_level(row) == row.label["category"] for row in rows]
    yield share("category.accuracy", "First-level category accuracy, real messages", right, floor=Floor("≥", 0.75))


def _emergency(rows: Sequence[Row]) -> Iterator[Figure]:
    yield share("emergency.recall", "Emergency recall", _hits(rows, "route"), floor=Floor("≥", 0.99))
    # A missed emergency has no line, so it counts against this figure, too.
    yield share("emergency.line", "Right line, of all emergencies", _hits(rows, "hotline"), floor=Floor("≥", 0.95))


def _in_company(sets: Sets) -> Iterator[Figure]:
    """The same messages with another matter before or after them, which says nothing about danger."""
    rows = sets["emergency_in_company"]
    yield share("emergency.in_company", "Emergency recall, beside another matter", _hits(rows, "route"))
    named = [bool(row.found["hotline"] or row.found["caution"]) for row in rows]
    yield share("emergency.named_in_company", "A line is named, beside another matter", named, floor=Floor("≥", 0.96))
    yield _alarms("not_emergency_in_company", sets, "near danger, beside another matter")


def _alarms(name: str, sets: Sets, where: str, floor: Floor | None = None) -> Figure:
    alarms = [row.found["route"] == "emergency" for row in sets[name]]
    return share(f"{name}.false_alarms", f"False alarms, {where}", alarms, floor=floor, unit="%")


def _legal_route(rows: Sequence[Row]) -> Figure:
    expected, found = [row.label.get("legal_route") for row in rows], [row.found["legal_route"] for row in rows]
    return macro_f1(
        "legal_route.macro_f1", "Legal route macro-F1, six routes", expected, found, LEGAL_ROUTES, floor=Floor("≥", 0.9)
    )


def _decline(rows: Sequence[Row]) -> Iterator[Figure]:
    due = [row for row in rows if row.label["route"] == "decline"]
    yield share("decline.recall", "Refusal recall, whatever the reason", _hits(due, "route"), floor=Floor("≥", 0.9))
    yield share("decline.reason", "Right reason, of all to refuse", _hits(due, "decline_reason"))
    yield _refused("decline", [row for row in rows if row.label["route"] != "decline"], "messages near a refusal")


def _refused(name: str, rows: Sequence[Row], where: str) -> Figure:
    refused = [row.found["route"] == "decline" for row in rows]
    return share(f"{name}.falsely_refused", f"Falsely refused, {where}", refused, floor=Floor("<", 0.01), unit="%")


def _acts(rows: Sequence[Row]) -> Iterator[Figure]:
    expected, found = [row.label["intent"] for row in rows], [row.found["intent"] for row in rows]
    classes = sorted(set(expected))
    yield macro_f1("acts.macro_f1", "Conversation acts macro-F1", expected, found, classes, floor=Floor("≥", 0.93))
    yield share("acts.rating", "Right rating", _hits([row for row in rows if "rating" in row.label], "rating"))


def _words(rows: Sequence[Row]) -> Iterator[Figure]:
    yield share("words.route", "Right route, single words", _hits(rows, "route"))
    yield share(
        "words.act", "Right act, of those that are one", _hits([r for r in rows if "intent" in r.label], "intent")
    )
    alarms = [row.found["route"] == "emergency" for row in rows if row.label["route"] != "emergency"]
    yield share("words.false_alarms", "False alarms, harmless words", alarms, unit="%")


def _kind(rows: Sequence[Row]) -> Iterator[Figure]:
    expected, found = [row.label["kind"] for row in rows], [row.found["kind"] for row in rows]
    yield macro_f1("kind.macro_f1", "Kind macro-F1", expected, found, KINDS, floor=Floor("≥", 0.8))
    right = [row.found["category"][:2] == row.label["category"] for row in rows]
    yield share("kind.category", "Second-level category accuracy, own messages", right)


def _region(rows: Sequence[Row]) -> Iterator[Figure]:
    yield share("region.accuracy", "Right region, a place is named", _hits(rows, "region"), floor=Floor("≥", 0.95))
    exact = [row.found["slots"]["location"] == row.label["location"] for row in rows]
    yield share("region.place", "Place exactly as labelled", exact)
