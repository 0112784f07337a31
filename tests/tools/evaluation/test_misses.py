"""Misses tell what was expected and found; sets of real messages have none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.language.understanding import Slots
from tests.tools.evaluation.examples import LINES, row, sets
from tools.evaluation.misses import Miss, misses


@pytest.mark.parametrize(
    ("name", "label", "found", "told"),
    [
        ("emergency", {"route": "emergency", "hotline": "119"}, {}, ("emergency 119", "accept")),
        (
            "emergency",
            {"route": "emergency", "hotline": "119"},
            {"route": "emergency", "hotline": "120"},
            ("emergency 119", "emergency 120"),
        ),
        ("not_emergency", {"route": "accept"}, {"route": "emergency", "hotline": "119"}, ("accept", "emergency")),
        (
            "legal_route",
            {"route": "legal_route", "legal_route": "petition"},
            {"route": "legal_route", "legal_route": "litigation"},
            ("legal_route petition", "legal_route litigation"),
        ),
        (
            "decline",
            {"route": "accept"},
            {"route": "decline", "decline_reason": "privacy"},
            ("accept", "decline privacy"),
        ),
        (
            "acts",
            {"intent": "rate", "rating": "neutral"},
            {"intent": "rate", "rating": "satisfied"},
            ("rate neutral", "rate satisfied"),
        ),
        (
            "kind",
            {"kind": "praise", "category": ["民政", "养老"]},
            {"kind": "praise", "category": ["民政", "其他", "别的"]},
            ("praise 民政/养老", "praise 民政/其他"),
        ),
        ("region", {"region": "莲都区", "location": "大洋路"}, {}, ("莲都区 大洋路", "nothing")),
        ("matters", {"matters": 3}, {"matters": 1}, ("3", "1")),
    ],
)
def test_a_miss_tells_what_was_expected_and_found(
    name: str, label: dict[str, Any], found: dict[str, Any], told: tuple[str, str]
) -> None:
    assert misses(sets(**{name: [row(label, "原话", 7, **found)]}))[name] == [Miss(7, "原话", *told)]


def test_what_was_understood_as_labelled_is_no_miss() -> None:
    place = {"region": "莲都区", "location": "大洋路"}
    found = misses(
        sets(
            region=[row(place, region="莲都区", slots=vars(Slots(location="大洋路")))],
            kind=[row({"kind": "complaint", "category": ["城乡建设", "市政设施"]})],
            not_emergency=[row({"route": "none", "intent": "thank"}, intent="thank", route="none")],
        )
    )
    assert found == {name: [] for name in LINES}


def test_real_messages_are_never_listed() -> None:
    assert set(misses(sets(messages_category=[row({"category": "民政"})], messages_plain=[row({})]))) == set(LINES)
