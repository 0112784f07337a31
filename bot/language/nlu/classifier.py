"""The classifier heads as one component of Rasa's pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.preprocessing import normalize
from tqdm import tqdm

from bot.language.danger.figures import without_figures
from bot.language.extract import matters
from bot.language.extract.matters import announces, clauses, how_many, numbered, told
from bot.language.extract.passages import passages
from bot.language.nlu import tensors
from bot.language.nlu.encoder import Vectors, encoder
from bot.language.nlu.featurizer import vector_of
from bot.language.nlu.fingerprint import sources
from bot.language.nlu.heads import Features, Head, ranking
from bot.language.nlu.neighbours import WEIGHTS, Found, Neighbours
from bot.language.nlu.network import Network
from bot.language.nlu.separator import EXAMPLES, Separator, View, examples
from bot.language.nlu.trees import Trees

SCORES = "label_scores"
PARTS = "part_scores"
PASSAGES = "passage_scores"
MATTERS = "matters"
"""In a message's metadata: into how many matters it is to be parted."""
_FILE = "heads.safetensors"

TOGETHER = ("intent", "route", "danger", "hotline")
"""Labels that the network learns."""
LINEAR = {"category": 0.03, "kind": 0.03, "hotline": 0.03, "urgency": 0.5, "immediate": 0.5, "rating": 1.0}
"""Labels with a linear head, and the freedom of each. Heads that must carry over to messages much unlike the examples, long letters
above all, are held tighter (docs/decisions/0008-understanding.md). What the network learns as well is averaged."""


def wished(message: Message) -> int:
    """Into how many matters the person wants what was told before to be parted; 0 where nothing is said."""
    return int((message.get(METADATA) or {}).get(MATTERS) or 0)


def counted(message: Message) -> int:
    """How many matters there are, by the person's own words; 0 where nothing is said."""
    return wished(message) or how_many(message.get(TEXT))


def labels_of(message: Message) -> dict[str, str]:
    """The labels of a training example, each as one string; labels that do not apply are absent."""
    groups = message.get("metadata") or {}
    data = {**(groups.get("intent") or {}), **(groups.get("example") or {})}
    route = data["route"]
    detail = data.get("legal_route") or data.get("decline_reason")
    labels = {"intent": message.get(INTENT), "route": f"{route}/{detail}" if detail else route}
    labels["danger"] = str(route == "emergency")
    if route == "emergency":
        labels["hotline"] = str(data["hotline"])
    # Matters written beside a message to refuse are unlike what citizens bring, and would skew the classes.
    if route in ("accept", "emergency") and "category" in data and not data.get("near"):
        labels["category"] = "/".join(data["category"])
    if route == "accept":
        labels |= {"kind": data["kind"], "urgency": data.get("urgency", "standard")}
        labels["immediate"] = str(bool(data.get("immediate", False)))
    if "rating" in data:
        labels["rating"] = data["rating"]
    return labels


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HotlineClassifier(GraphComponent, IntentClassifier):
    """Trains a head a label; sets `label_scores` on a message: label → ranking of (class, probability)."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        features: Features | None = None,
        heads: dict[str, Head] | None = None,
        network: Network | None = None,
        neighbours: Neighbours | None = None,
        separator: Separator | None = None,
    ) -> None:
        self._storage, self._resource = storage, resource
        self._features = features or Features()
        self._heads = heads or {}
        self._network, self._neighbours, self._separator = network, neighbours, separator

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HotlineClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> HotlineClassifier:
        with model_storage.read_from(resource) as folder:
            state = tensors.read(folder / _FILE)
        return cls(
            model_storage,
            resource,
            Features(**state["features"]),
            {name: Head(**head) for name, head in state["heads"].items()},
            Network(**state["network"]),
            Neighbours(**state["neighbours"]),
            Separator(Trees(**state["separator"]["trees"])),
        )

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Ties what was trained to this code: without it Rasa's cache gives heads back that the code no longer reads."""
        code = sources("heads", "network", "neighbours", "separator", "trees", "tensors", "classifier")
        return code + hashlib.sha256(EXAMPLES.read_bytes() + Path(matters.__file__).read_bytes()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Trains every head on the examples that carry its label."""
        found = [(message, vector_of(message)) for message in training_data.intent_examples]
        messages = [message for message, vector in found if vector is not None]
        texts = [message.get(TEXT) for message in messages]
        vectors = np.stack([vector for _, vector in found if vector is not None])
        matrix = self._features.fit(texts, vectors, encoder().halves)(texts, vectors)
        labels = [labels_of(message) for message in messages]
        for name, freedom in tqdm(LINEAR.items(), desc="training heads", unit="head"):
            rows = [index for index, row in enumerate(labels) if name in row]
            if not rows:
                continue
            self._heads[name] = Head.train(
                matrix[rows],
                [labels[index][name] for index in rows],
                freedom,
            )
        columns = {name: [row.get(name) for row in labels] for name in {*TOGETHER, *WEIGHTS}}
        self._network = Network.train(matrix, {name: columns[name] for name in TOGETHER}, _halves())
        self._neighbours = Neighbours.keep(_untuned(matrix), {name: columns[name] for name in WEIGHTS})
        self._separator = Separator.train(examples(), encoder().encode_pieces, self._view)
        state = {
            "features": asdict(self._features),
            "heads": {name: asdict(head) for name, head in self._heads.items()},
            "network": asdict(self._network),
            "neighbours": asdict(self._neighbours),
            "separator": asdict(self._separator),
        }
        with self._storage.write_to(self._resource) as folder:
            tensors.write(folder / _FILE, state)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            vector = vector_of(message)
            if vector is None:
                continue
            text = message.get(TEXT)
            scores, calm = self._scores([text], vector[None])[0], without_figures(text)
            if calm != text:
                without = self._scores([calm], encoder().encode([calm], "message"))[0]
                scores |= {name: without[name] for name in ("danger", "hotline") if name in without}
            message.set(SCORES, scores)
            parts, within = numbered(text) or self._parts(clauses(text), wished(message)), passages(calm)
            if pieces := list(dict.fromkeys([*parts, *within])):
                read = dict(zip(pieces, self._scores(pieces, encoder().encode(pieces, "message")), strict=True))
                message.set(PARTS, [(part, read[part]) for part in parts])
                message.set(PASSAGES, [(passage, read[passage]) for passage in within])
        return messages

    def _parts(self, pieces: list[str], count: int) -> list[str]:
        """The matters that clauses make up, as they are told; none where it is one. ``count``: how many are wished for."""
        matters = [piece for piece in pieces if not announces(piece)]
        if announced := len(matters) < len(pieces) and how_many("".join(pieces)):
            pieces = matters
        if len(pieces) < 2 or not self._separator:
            return []
        vectors = encoder().encode_pieces([pieces])[0]
        parts = self._separator.parts(pieces, vectors, self._view, count or announced)
        return [told(part) for part in parts] if len(parts) > 1 else []

    def _scores(self, texts: list[str], vectors: Any) -> list[dict[str, list[tuple[str, float]]]]:
        matrix = self._features(texts, vectors)
        found: Found = {name: (head.classes, head.probabilities(matrix)) for name, head in self._heads.items()}
        if self._network and self._neighbours:
            shared = self._network.probabilities(matrix)
            for name, scores in shared.items():
                both = [scores, *([found[name][1]] if name in found else [])]
                found[name] = self._network.classes[name], np.mean(both, axis=0)
            found = self._neighbours.revise(_untuned(matrix), found)
        return [
            {name: ranking(classes, scores[row]) for name, (classes, scores) in found.items()}
            for row in range(len(texts))
        ]

    def _view(self, texts: Sequence[str], vectors: Vectors) -> View:
        """What the separator judges clauses by."""
        matrix = self._features(texts, vectors)
        category = self._heads["category"]
        classes = category.probabilities(matrix)
        firsts = [name.split("/")[0] for name in category.classes]
        begin = [at for at, name in enumerate(firsts) if at == 0 or name != firsts[at - 1]]
        shares = classes, np.add.reduceat(classes, begin, axis=1), self._heads["kind"].probabilities(matrix)
        plain, dim = _untuned(matrix), encoder().dim
        return View(normalize(plain[:, :dim]), normalize(plain[:, dim:]), shares)


def _halves() -> list[slice]:
    """The columns of the encoder's layers as tuned, and as they came; none where nothing is tuned."""
    dim, wide = encoder().dim, encoder().wide
    return [slice(dim, wide), slice(0, dim)] if wide > dim else []


def _untuned(matrix: Vectors) -> Vectors:
    """The features without those of the tuned layers, to which all examples of a class look alike: how near a message is to
    one of them is told by the others."""
    return np.delete(matrix, slice(encoder().dim, encoder().wide), axis=1)
