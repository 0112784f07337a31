"""Reads what the parts of a message do, given what was asked; learned from `nlu_data/turns.jsonl`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.extract.answers import is_skip
from bot.language.extract.facts import find_name, find_phone, find_time
from bot.language.extract.places import find_location
from bot.language.nlu import tensors
from bot.language.nlu.encoder import Vectors, encoder
from bot.language.nlu.fingerprint import sources
from bot.language.nlu.heads import Features
from bot.language.nlu.network import Network
from bot.language.nlu.normaliser import normalise
from bot.language.turns import ASKED, Said, pieces
from bot.settings import ROOT

SAID = "said"
"""Beside the understanding of a message: its parts as `Said`, in plain values; absent where nothing was asked."""
EXAMPLES = ROOT / "nlu_data" / "turns.jsonl"
"""A line each, ``{"asked": …, "parts": [[words, label], …]}``, some parts with the value as a third; the words put together are
the message."""
_FILE = "turns.safetensors"
_LABEL = "act"
_ASKED_WEIGHT, _CUE_WEIGHT, _WHOLE_WEIGHT = 3.0, 1.0, 4.0
"""How much what was asked, the cues and the whole message count beside the words of the piece."""

CONTEXT = {
    "nothing": "开头：",
    "description": "问什么事：",
    "location": "问地点：",
    "occurred_at": "问时间：",
    "region": "问县市：",
    "phone": "问电话：",
    "confirm": "问对不对：",
    "answer": "答了问题：",
    "filed": "已提交：",
}
"""What the encoder reads before a message: what was said last decides what a word does."""

Encode = Callable[[Sequence[Sequence[str]], Sequence[str]], Sequence[Vectors]]
"""Gives for messages in pieces, each behind its context, the vectors of their pieces."""
Example = tuple[str, list[str], list[str]]
"""What was said last, the parts of the message, and the label of each."""


@dataclass
class Turns:
    """``features``: of the words of a piece. ``network``: from them, the whole message and what was asked to a label."""

    features: Features
    network: Network

    @classmethod
    def train(cls, examples: Sequence[Example], encode: Encode, halves: int = 1) -> Turns:
        """Learns from examples as in `EXAMPLES`; ``halves``: what each vector is made of (`Features`)."""
        asked, cut, named = zip(*map(labelled, examples), strict=True)
        labels = [name for names in named for name in names]
        vectors = encode(cut, [CONTEXT[name] for name in asked])
        features = Features().fit([piece for message in cut for piece in message], np.vstack(vectors), halves)
        matrix = np.vstack([_matrix(features, *row) for row in zip(asked, cut, vectors, strict=True)])
        return cls(features, Network.train(matrix, {_LABEL: labels}))

    def read(self, asked: str, found: Sequence[str], vectors: Vectors) -> list[Said]:
        """What each piece does. ``vectors``: of the pieces."""
        scores = self.network.probabilities(_matrix(self.features, asked, found, vectors))[_LABEL]
        names = self.network.classes[_LABEL]
        return [
            Said(piece, names[best], round(float(row[best]), 3))
            for piece, row in zip(found, scores, strict=True)
            for best in [int(row.argmax())]
        ]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TurnReader(GraphComponent, IntentClassifier):
    """Sets `SAID` on a message whose metadata say what was ``asked``, one of `ASKED`."""

    def __init__(self, storage: ModelStorage, resource: Resource, turns: Turns | None = None) -> None:
        self._storage, self._resource, self._turns = storage, resource, turns

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TurnReader:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> TurnReader:
        with model_storage.read_from(resource) as folder:
            state = tensors.read(folder / _FILE)
        return cls(model_storage, resource, Turns(Features(**state["features"]), Network(**state["network"])))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Ties what was trained to this code and to its examples."""
        return sources("heads", "network", "tensors", "turns") + hashlib.sha256(EXAMPLES.read_bytes()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from `EXAMPLES`; the other examples do not say what was asked."""
        self._turns = Turns.train(examples(), encoder().encode_pieces, encoder().halves)
        with self._storage.write_to(self._resource) as folder:
            tensors.write(folder / _FILE, asdict(self._turns))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            asked, text = (message.get(METADATA) or {}).get("asked"), message.get(TEXT)
            if self._turns and asked in ASKED and text and not text.startswith("/"):
                found = pieces(text)
                said = self._turns.read(asked, found, encoder().encode_pieces([found], [CONTEXT[asked]])[0])
                message.set(SAID, [asdict(part) for part in said], add_to_output=True)
        return messages


def examples() -> list[Example]:
    """The turns to learn from."""
    rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    return [(row["asked"], [part[0] for part in row["parts"]], [part[1] for part in row["parts"]]) for row in rows]


def labelled(example: Example) -> Example:
    """An example as it is read: cut as any message is, each piece with the label of the part that it lies in."""
    asked, parts, names = example
    read = [normalise(part) + " " * part[-1:].isspace() for part in parts]
    found = pieces("".join(read))
    ends = list(accumulate(map(len, read)))
    middles = [end - len(piece) / 2 for piece, end in zip(found, accumulate(map(len, found)), strict=True)]
    return asked, found, [names[min(int(np.searchsorted(ends, middle)), len(names) - 1)] for middle in middles]


def _matrix(features: Features, asked: str, found: Sequence[str], vectors: Vectors) -> Vectors:
    """One row for each piece of a message."""
    words = features(found, vectors)
    lengths = np.array([len(piece) for piece in found], np.float32)
    whole = lengths @ vectors
    whole = (whole / max(float(np.linalg.norm(whole)), 1e-6) - features.centre) * _WHOLE_WEIGHT
    last = np.array([[float(asked == name) for name in ASKED]], np.float32) * _ASKED_WEIGHT
    cues = np.array([_cues(found, at) for at in range(len(found))], np.float32) * _CUE_WEIGHT
    shared = np.repeat(np.hstack([whole.reshape(1, -1), last]), len(found), axis=0)
    return np.hstack([words, shared, cues]).astype(np.float32)


def _cues(found: Sequence[str], at: int) -> list[float]:
    """What rules see in a piece, and where it stands."""
    piece = found[at].strip()
    share = [len(value or "") / max(len(piece), 1) for value in (find_location(piece).text, find_time(piece))]
    return [
        *share,
        float(find_phone(piece) is not None),
        float(find_name(piece, asked=True) is not None),
        float(is_skip(piece)),
        float(piece.endswith(("?", "？"))),
        float(piece.endswith(("!", "！"))),
        float(at == 0),
        float(at == len(found) - 1),
        float(np.log1p(len(piece))) / 2,
        float(np.log1p(sum(map(len, found)))) / 3,
        min(len(found), 6) / 3,
    ]
