"""What was understood can be kept and taken up again."""

from __future__ import annotations

import json

from bot.hotline.classification import Classification
from bot.language.understanding import Part, Slots, Understanding

FULL = Understanding(
    "report_matter",
    0.91,
    route="accept",
    classification=Classification(
        "complaint", ["环境保护", "噪声污染"], "expedited", True, 0.8, ["环境保护", "大气污染"]
    ),
    unit="莲都区综合行政执法局",
    region="莲都区",
    slots=Slots(location="丽阳街123号", phone="13812345678"),
    matters=2,
    parts=[Part("很吵", Classification("complaint", ["环境保护", "噪声污染"]))],
    language="en",
    caution="119",
    alternatives=["urge", "rate"],
)


def test_an_understanding_survives_json() -> None:
    assert Understanding.from_dict(json.loads(json.dumps(FULL.to_dict()))) == FULL
    assert Understanding.from_dict(json.loads(json.dumps(Understanding("greet", 1.0).to_dict()))).slots == Slots()


def test_what_a_later_version_adds_is_left_out() -> None:
    assert Understanding.from_dict({**FULL.to_dict(), "mood": "angry"}) == FULL


def test_what_an_earlier_version_did_not_say_gets_its_usual_value() -> None:
    found = Understanding.from_dict({"intent": "greet", "confidence": 1.0, "slots": None})
    assert (found.route, found.matters, found.parts, found.slots) == ("none", 1, [], Slots())


def test_the_shape_has_every_field_of_the_contracts() -> None:
    fields = (
        "intent confidence route hotline legal_route decline_reason kind category unit region urgency immediate slots"
    )
    assert set(FULL.to_dict()) >= {*fields.split(), "rating", "matters"}
    assert set(FULL.to_dict()["slots"]) == {"location", "occurred_at", "name", "phone", "case_number"}


def test_what_the_matter_is_stands_among_the_rest_as_the_interface_says() -> None:
    found = FULL.to_dict()
    assert (found["kind"], found["category"], found["urgency"], found["immediate"]) == (
        "complaint", ["环境保护", "噪声污染"], "expedited", True,
    )  # fmt: skip
    assert (found["category_confidence"], found["runner_up"]) == (0.8, ["环境保护", "大气污染"])
    assert found["parts"][0]["kind"] == "complaint"
    none = Understanding("greet", 1.0).to_dict()
    assert (none["kind"], none["category"], none["urgency"], none["immediate"]) == (None, [], "standard", False)
