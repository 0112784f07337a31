"""Facts of a message as Rasa entities: place, region, time, name, numbers, and the sums and organisations it names."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language.extract.amounts import find_amounts
from bot.language.extract.facts import find_case_number, find_name, find_phone, find_time
from bot.language.extract.organisations import find_organisations
from bot.language.extract.places import find_location
from bot.privacy import find_plates

MENTIONS = {"amount": find_amounts, "organisation": find_organisations, "plate": find_plates}
"""Facts of which a message may name several."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Adds one entity a fact; a fact that the text does not say is absent."""

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> FactExtractor:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue
            location = find_location(text)
            facts = {
                "location": location.text,
                "region": location.region,
                "occurred_at": find_time(text),
                "name": find_name(text),
                "phone": find_phone(text),
                "case_number": find_case_number(text),
            }
            entities = [self._entity(text, name, value) for name, value in facts.items() if value]
            entities += [self._entity(text, name, value) for name, find in MENTIONS.items() for value in find(text)]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def _entity(self, text: str, name: str, value: str) -> dict[str, Any]:
        start = max(text.find(value), 0)
        return {"entity": name, "value": value, "start": start, "end": start + len(value), "extractor": self.name}
