"""Every message that is language gets the encoder's vector as its sentence feature."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.nlu.encoder import Encoder
from bot.language.nlu.featurizer import EncoderFeaturizer, vector_of


@pytest.fixture
def featurizer() -> EncoderFeaturizer:
    return EncoderFeaturizer.create({})


def test_a_message_gets_its_own_vector_for_any_classifier(featurizer: EncoderFeaturizer, e5: Encoder) -> None:
    texts = ["路灯坏了", "医保怎么报销"]
    messages = featurizer.process([Message({TEXT: text}) for text in texts])
    for message, vector in zip(messages, e5.encode(texts, "message"), strict=True):
        assert np.array_equal(vector_of(message), vector)
        [feature] = [f for f in message.features if f.type == FEATURE_TYPE_SENTENCE]
        assert feature.features.shape == (1, e5.wide)
        assert np.array_equal(feature.features[0], vector)


def test_training_examples_get_the_same_vectors_as_messages(featurizer: EncoderFeaturizer, e5: Encoder) -> None:
    data = featurizer.process_training_data(TrainingData([Message({TEXT: "路灯坏了"})]))
    assert np.array_equal(vector_of(data.training_examples[0]), e5.encode(["路灯坏了"], "message")[0])


def test_a_payload_or_an_empty_message_gets_none(featurizer: EncoderFeaturizer) -> None:
    messages = featurizer.process([Message({TEXT: "/affirm"}), Message({TEXT: ""}), Message({})])
    assert [vector_of(message) for message in messages] == [None, None, None]
    assert all(message.features == [] for message in messages)
