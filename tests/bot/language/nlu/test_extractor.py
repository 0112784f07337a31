"""Facts become entities with their place in the text."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language.nlu.extractor import FactExtractor


def entities(text: str) -> list[dict[str, Any]]:
    [message] = FactExtractor.create({}).process([Message({TEXT: text})])
    return message.get(ENTITIES, [])


def test_every_fact_that_is_said_becomes_an_entity() -> None:
    text = "我叫王芳，电话13812345678，昨天晚上十点莲都区丽阳街123号很吵"
    found = {entity["entity"]: entity for entity in entities(text)}
    assert {name: entity["value"] for name, entity in found.items()} == {
        "location": "莲都区丽阳街123号",
        "region": "莲都区",
        "occurred_at": "昨天晚上十点",
        "name": "王芳",
        "phone": "13812345678",
    }
    for entity in found.values():
        assert text[entity["start"] : entity["end"]] == entity["value"]


def test_a_case_number_becomes_an_entity_in_its_standard_form() -> None:
    found = {entity["entity"]: entity["value"] for entity in entities("我的单号是ls20261124-7k3m9q")}
    assert found["case_number"] == "LS20261124-7K3M9Q"


def test_a_fact_that_is_not_written_so_still_has_its_value() -> None:
    found = {entity["entity"]: entity["value"] for entity in entities("万象山公园很脏，打138 1234 5678")}
    assert found == {"location": "万象山公园", "region": "莲都区", "phone": "13812345678"}


@pytest.mark.parametrize("text", ["你好", '/pick{"region_choice": "莲都区"}', ""])
def test_a_message_without_facts_has_no_entities(text: str) -> None:
    assert entities(text) == []


def test_entities_of_earlier_components_stay() -> None:
    earlier = {"entity": "colour", "value": "red", "start": 0, "end": 1}
    [message] = FactExtractor.create({}).process([Message({TEXT: "电话13812345678", ENTITIES: [earlier]})])
    assert message.get(ENTITIES)[0] == earlier
    assert message.get(ENTITIES)[1]["entity"] == "phone"
