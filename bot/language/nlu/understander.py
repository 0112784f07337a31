"""Puts scores and facts together: sets `understanding` and the intent that the rules of the dialogue go by."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language.nlu.classifier import PARTS, PASSAGES, SCORES, counted
from bot.language.nlu.extractor import MENTIONS
from bot.language.nlu.normaliser import ORIGINAL, normalise
from bot.language.reactions import Reaction, says, without_stickers
from bot.language.triage import Reading, language_of, understand
from bot.language.understanding import Understanding

UNDERSTANDING = "understanding"
UNCLEAR = "unclear"


def dialogue_intent(result: Understanding) -> str:
    """The intent by which the rules decide: the route where the regulation demands one, else what the person does."""
    if result.route in ("emergency", "legal_route", "decline"):
        return result.route
    return UNCLEAR if result.alternatives else result.intent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Understander(GraphComponent, IntentClassifier):
    """Last of the pipeline; needs `HotlineClassifier` and `FactExtractor` before it."""

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Understander:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            scores = message.get(SCORES)
            if reaction := _reaction(message):
                self._set(
                    message, Understanding("reaction", 1.0, reaction=reaction, mentions={name: [] for name in MENTIONS})
                )
                continue
            if scores is None:
                continue
            entities = message.get(ENTITIES, [])
            facts = {entity["entity"]: entity["value"] for entity in entities}
            mentions = {name: [entity["value"] for entity in entities if entity["entity"] == name] for name in MENTIONS}
            read = message.get(PARTS, []), mentions, message.get(PASSAGES, [])
            reading = Reading(message.get(TEXT), scores, facts, *read, counted=counted(message))
            result = understand(reading)
            # The dialogue answers in this language: a slot is filled from it.
            if language := language_of(reading.text):
                entity = {"entity": "language", "value": language, "extractor": type(self).__name__}
                message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
            self._set(message, result)
            ranking = [{"name": name, "confidence": score} for name, score in scores["intent"][:10]]
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _set(self, message: Message, result: Understanding) -> None:
        message.set(UNDERSTANDING, result.to_dict(), add_to_output=True)
        intent = {"name": dialogue_intent(result), "confidence": result.confidence}
        message.set(INTENT, intent, add_to_output=True)


def _reaction(message: Message) -> Reaction | None:
    """What a message says that has no words; None for one that has some, and for a button's payload."""
    original = message.get(ORIGINAL)
    if original is None or normalise(without_stickers(original)):
        return None
    return says(original)
