"""Which labels an example may and must have, and how they are counted and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue import gate
from bot.hotline.catalogue import catalogue
from tools.data_check import labels as known
from tools.data_check.examples import Example
from tools.data_check.labels import classes, counts, differing, faults_of, is_bare_wish

WATER = ["城乡建设", "供水"]
ACCEPTED = {"intent": "report_matter", "route": "accept", "kind": "complaint", "category": WATER, "urgency": "standard"}
DANGER = {"intent": "report_matter", "route": "emergency", "hotline": "120", "kind": "assistance"}
LEGAL = {"intent": "ask_question", "route": "legal_route", "legal_route": "litigation"}
DECLINED = {"intent": "report_matter", "route": "decline", "decline_reason": "privacy"}
GREETING = {"intent": "greet", "route": "none"}
RATING = {"intent": "rate", "route": "none", "rating": "neutral"}


def example(labels: dict[str, Any], text: str = "水龙头里流出来的水是黄的") -> Example:
    return Example(text, "x.yml", 1, labels)


def faults(labels: dict[str, Any], text: str = "水龙头里流出来的水是黄的") -> list[str]:
    return [fault.what for fault in faults_of(example(labels, text))]


@pytest.mark.parametrize(
    "labels",
    [
        ACCEPTED,
        ACCEPTED | {"immediate": True},
        ACCEPTED | {"near": True},
        DANGER,
        DANGER | {"hotline": 120, "category": WATER, "urgency": "expedited", "immediate": True},
        LEGAL,
        DECLINED,
        GREETING,
        RATING,
        {"intent": "report_matter", "route": "accept", "kind": "complaint"},
        {"intent": "ask_question", "route": "accept", "kind": "consultation"},
    ],
)
def test_right_labels_have_no_fault(labels: dict[str, Any]) -> None:
    assert faults(labels) == []


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"intent": "greet"}, "no route"),
        (GREETING | {"route": "nowhere"}, "unknown route nowhere"),
        (GREETING | {"intent": "wave"}, "unknown intent wave"),
        (GREETING | {"mood": "good"}, "unknown label mood"),
        (ACCEPTED | {"kind": "moan"}, "unknown kind moan"),
        (ACCEPTED | {"urgency": "soon"}, "unknown urgency soon"),
        (ACCEPTED | {"category": ["城乡建设", "没有这类"]}, "category 城乡建设/没有这类 is not in the catalogue"),
        (ACCEPTED | {"category": "供水"}, "category 供水 is not in the catalogue"),
        (ACCEPTED | {"category": None}, "category None is not in the catalogue"),
        (ACCEPTED | {"immediate": "yes"}, "immediate is true or false, not yes"),
        (ACCEPTED | {"near": "yes"}, "near is true or false, not yes"),
        (DANGER | {"near": True}, "near on route emergency"),
        (ACCEPTED | {"hotline": "120"}, "hotline on route accept"),
        (ACCEPTED | {"intent": "ask_question"}, "kind complaint on intent ask_question"),
        (ACCEPTED | {"kind": "consultation"}, "kind consultation on intent report_matter"),
        (DANGER | {"hotline": "911"}, "unknown hotline 911"),
        ({name: DANGER[name] for name in ("intent", "route", "kind")}, "no hotline"),
        (LEGAL | {"legal_route": "duel"}, "unknown legal_route duel"),
        (LEGAL | {"category": WATER}, "category on route legal_route"),
        ({"intent": "ask_question", "route": "legal_route"}, "no legal_route"),
        (DECLINED | {"decline_reason": "boring"}, "unknown decline_reason boring"),
        ({"intent": "ask_question", "route": "decline"}, "no decline_reason"),
        (GREETING | {"kind": "praise"}, "kind on route none"),
        (GREETING | {"intent": "report_matter"}, "route none on intent report_matter"),
        (DECLINED | {"intent": "greet"}, "route decline on intent greet"),
        (RATING | {"rating": "five"}, "unknown rating five"),
        ({"intent": "rate", "route": "none"}, "no rating"),
        (GREETING | {"rating": "neutral"}, "rating on intent greet"),
    ],
)
def test_a_wrong_label_is_named(labels: dict[str, Any], told: str) -> None:
    assert faults(labels) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no text"),
        ("水" * 2001, "2001 characters, more than 2000"),
        ("在[丽水](city)", 'the signs "](", which Rasa reads as an entity'),
    ],
)
def test_a_text_that_cannot_be_learned_from_is_named(text: str, told: str) -> None:
    assert faults(GREETING, text) == [told]


def test_only_a_short_wish_without_its_matter_needs_no_class() -> None:
    bare = {"intent": "report_matter", "route": "accept", "kind": "complaint"}
    assert is_bare_wish(example(bare, "我要投诉"))
    assert not is_bare_wish(example(ACCEPTED, "我要投诉"))
    assert faults(bare, "自来水是黄的" * 7) == ["no category", "no urgency"]
    assert faults({"intent": "report_matter", "route": "accept"}, "我要投诉") == ["no kind"]


def test_labels_differ_only_where_both_have_one() -> None:
    other = ACCEPTED | {"category": ["城乡建设", "供电"], "immediate": True}
    assert differing([example(ACCEPTED), example(other)]) == {
        "category": ["城乡建设/供水", "城乡建设/供电"],
        "immediate": ["False", "True"],
    }
    bare = {"intent": "report_matter", "route": "accept", "kind": "complaint"}
    assert differing([example(ACCEPTED), example(bare)]) == {}
    assert differing([example(DANGER), example(DANGER | {"hotline": 120})]) == {}


def test_values_are_counted_the_most_frequent_first() -> None:
    found = counts(example(labels) for labels in (GREETING, ACCEPTED, ACCEPTED, DANGER))
    assert list(found["route"].items()) == [("accept", 2), ("none", 1), ("emergency", 1)]
    assert found["category"] == {"城乡建设/供水": 2}
    assert found["rating"] == {}


def test_every_class_of_the_catalogue_is_counted_also_without_examples() -> None:
    numbers = classes({"城乡建设/供水": 2})
    assert len(numbers) == len(catalogue().entries)
    assert (numbers["城乡建设/供水"], numbers["城乡建设/供电"]) == (2, 0)


def test_the_intents_are_those_that_the_dialogue_knows() -> None:
    domain = yaml.safe_load((Path(__file__).parents[3] / "domain.yml").read_text(encoding="utf-8"))
    assert set(known.VALUES["intent"]) <= {name for entry in domain["intents"] for name in entry}


def test_a_text_may_be_as_long_as_a_message() -> None:
    assert known.LONGEST == gate.LONGEST
