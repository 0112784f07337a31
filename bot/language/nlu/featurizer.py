"""Dense sentence features from the encoder, for any classifier of the pipeline."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.nlu.encoder import Vectors, encoder
from bot.language.nlu.fingerprint import sources


def vector_of(message: Message) -> Vectors | None:
    """The sentence vector of a message, shape (wide,); None where there is none."""
    _, sentence = message.get_dense_features(TEXT)
    return None if sentence is None else np.asarray(sentence.features[0])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Sets one dense sentence feature (1, wide) on every message."""

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> EncoderFeaturizer:
        return cls({**cls.get_default_config(), **config})

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config.get("alias", "EncoderFeaturizer"), config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "alias": "EncoderFeaturizer"}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check: the encoder is a setting of the service, not of the pipeline."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Another encoder (`BOT_ENCODER`) or another adapter makes other vectors."""
        return encoder().fingerprint + encoder().adapted + sources("encoder", "layers")

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self._set(training_data.training_examples, progress="reading examples")
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        self._set(messages)
        return messages

    def _set(self, messages: list[Message], progress: str | None = None) -> None:
        wanted = [message for message in messages if message.get(TEXT) and not message.get(TEXT).startswith("/")]
        if not wanted:
            return
        vectors = encoder().encode([message.get(TEXT) for message in wanted], "message", progress)
        for message, vector in zip(wanted, vectors, strict=True):
            feature = Features(np.atleast_2d(vector), FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            message.add_features(feature)
