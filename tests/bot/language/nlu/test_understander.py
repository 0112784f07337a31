"""Scores and facts of a message become its understanding and the intent of the dialogue."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language.nlu.classifier import SCORES
from bot.language.nlu.normaliser import ORIGINAL, normalise
from bot.language.nlu.understander import UNDERSTANDING, Understander, dialogue_intent
from bot.language.understanding import Understanding

PLAIN = {
    "intent": [("report_matter", 0.9), ("greet", 0.1)],
    "route": [("accept", 0.95), ("none", 0.05)],
    "danger": [("False", 1.0), ("True", 0.0)],
    "hotline": [("119", 1.0)],
    "category": [("环境保护/噪声污染", 1.0)],
    "kind": [("complaint", 1.0), ("consultation", 0.0)],
    "urgency": [("standard", 1.0)],
    "immediate": [("False", 1.0)],
    "rating": [("satisfied", 1.0)],
}


def processed(text: str = "楼下太吵", entities: Any = (), **scores: Any) -> Message:
    message = Message({TEXT: text, SCORES: {**PLAIN, **scores}, ENTITIES: list(entities)})
    return Understander.create({}).process([message])[0]


def test_a_message_carries_what_it_means() -> None:
    place = {"entity": "location", "value": "丽阳街"}
    message = processed(entities=[place, {"entity": "region", "value": "莲都区"}])
    found = Understanding.from_dict(message.get(UNDERSTANDING))
    assert (found.route, found.region, found.slots.location) == ("accept", "莲都区", "丽阳街")
    assert message.get(INTENT) == {"name": "report_matter", "confidence": 0.9}
    assert message.get(INTENT_RANKING_KEY)[0] == {"name": "report_matter", "confidence": 0.9}


@pytest.mark.parametrize(("text", "language"), [("楼下太吵", "zh"), ("The neighbours are too loud", "en")])
def test_the_language_of_the_message_is_told_to_the_dialogue(text: str, language: str) -> None:
    found = [entity["value"] for entity in processed(text).get(ENTITIES) if entity["entity"] == "language"]
    assert found == [language]


def test_a_bare_number_leaves_the_language_as_it_was() -> None:
    assert [e for e in processed("13812345678").get(ENTITIES) if e["entity"] == "language"] == []


@pytest.mark.parametrize(
    ("understanding", "intent"),
    [
        (Understanding("report_matter", 0.9, route="accept"), "report_matter"),
        (Understanding("greet", 0.9), "greet"),
        (Understanding("report_matter", 0.9, route="emergency", hotline="119"), "emergency"),
        (Understanding("ask_question", 0.9, route="legal_route", legal_route="litigation"), "legal_route"),
        (Understanding("ask_question", 0.9, route="decline", decline_reason="privacy"), "decline"),
        (Understanding("urge", 0.3, alternatives=["urge", "rate"]), "unclear"),
    ],
)
def test_what_the_regulation_demands_comes_before_what_the_person_does(
    understanding: Understanding, intent: str
) -> None:
    assert dialogue_intent(understanding) == intent


def test_danger_decides_the_intent() -> None:
    assert processed("我家着火了").get(INTENT)["name"] == "emergency"


def test_a_buttons_payload_is_left_to_the_dialogue() -> None:
    message = Message({TEXT: "/affirm", INTENT: {"name": "affirm", "confidence": 1.0}})
    assert Understander.create({}).process([message])[0].get(UNDERSTANDING) is None
    assert message.get(INTENT)["name"] == "affirm"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("👍", "yes"), ("👍👍👍🏿", "yes"), ("[强]", "yes"), ("/:strong", "yes"), ("👎", "no"), ("❤️", "thanks"), ("[抱拳]", "thanks"),
        ("🆘", "help"), ("😭", "other"), ("★", "other"), ("\u200b", "other"), ("^^", "other"), ("[捂脸]", "other"),
    ],
)  # fmt: skip
def test_a_message_without_words_is_a_reaction(text: str, says: str) -> None:
    message = Understander.create({}).process([Message({ORIGINAL: text, TEXT: ""})])[0]
    found = Understanding.from_dict(message.get(UNDERSTANDING))
    assert (found.intent, found.reaction, found.route) == ("reaction", says, "none")
    assert message.get(INTENT)["name"] == "reaction"


@pytest.mark.parametrize("text", ["👍谢谢", "[救命]", "？", "110", "1️⃣1️⃣0️⃣", "好👍"])
def test_a_message_with_a_word_is_none(text: str) -> None:
    message = Message({ORIGINAL: text, TEXT: normalise(text), SCORES: PLAIN, ENTITIES: []})
    assert Understander.create({}).process([message])[0].get(UNDERSTANDING)["intent"] != "reaction"
