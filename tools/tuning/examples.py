"""What the encoder is tuned with: the examples, the same joined to longer messages, and turns behind what was asked."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rasa.shared.nlu.constants import TEXT

from bot.dialogue.engine.examples import Reader
from bot.language.nlu.classifier import labels_of
from bot.language.nlu.normaliser import normalise
from bot.language.nlu.turns import CONTEXT, Example, labelled
from bot.settings import ROOT

FOLDER = ROOT / "nlu_data" / "nlu"
NEAR_DANGER = ("emergency_negatives.yml", "no_danger_in_passing.yml", "words_danger.yml")
"""Files whose harmless examples speak of danger: half of what is joined to calm messages comes from them."""
JOINED_DANGEROUS, JOINED_CALM = 5000, 6000
ACT = "act"
WHOLE = ("intent", "route", "danger", "hotline", "category", "kind", "urgency", "immediate")
"""Labels of a whole message."""
EACH = ("route", "danger", "hotline", "category", "kind")
"""Labels of a part of a joined message."""
_BETWEEN = ("。", "，", " ", "！", "\n", "；", "")

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """A message in pieces. ``context``: read before it, not judged. ``whole``: labels of it all; ``each``: of its pieces."""

    pieces: tuple[str, ...]
    whole: Labels
    each: tuple[Labels, ...]
    context: str = ""


def samples(turns: Sequence[Example], rng: random.Random) -> list[Sample]:
    """All there is to learn from, in no order."""
    by_file = {path.name: list(_read(path)) for path in sorted(FOLDER.glob("*.yml"))}
    single = [Sample((text,), labels, ({},)) for found in by_file.values() for text, labels in found]
    return [*single, *_joined(by_file, rng), *map(_turn, turns)]


def _read(path: Path) -> Iterator[tuple[str, Labels]]:
    reader = Reader()
    reader.read(path)
    for message in reader.training_examples:
        labels = labels_of(message)
        yield normalise(message.get(TEXT)), {name: labels[name] for name in WHOLE if name in labels}


def _joined(by_file: Mapping[str, Sequence[tuple[str, Labels]]], rng: random.Random) -> Iterator[Sample]:
    """Messages of two or three examples. A danger is one wherever it stands; harmless parts are harmless together."""
    found = [row for rows in by_file.values() for row in rows]
    dangerous = [row for row in found if row[1]["danger"] == "True"]
    calm = [row for row in found if row[1]["danger"] == "False" and row[1]["route"] in ("accept", "none")]
    near = [row for name in NEAR_DANGER for row in by_file[name] if row[1]["danger"] == "False"]
    matters = [row for row in calm if row[1]["route"] == "accept"]
    for _ in range(JOINED_DANGEROUS):
        others = [rng.choice(near if rng.random() < 0.2 else calm) for _ in range(rng.choice((1, 1, 2)))]
        yield _join(rng, [*others, rng.choice(dangerous)])
    for _ in range(JOINED_CALM):
        first = rng.choice(near if rng.random() < 0.5 else matters)
        yield _join(rng, [first, *(rng.choice(calm) for _ in range(rng.choice((1, 1, 2))))])


def _join(rng: random.Random, parts: list[tuple[str, Labels]]) -> Sample:
    rng.shuffle(parts)
    between = rng.choice(_BETWEEN)
    pieces = tuple(text if text[-1:] in "。！？!?" else text + between for text, _ in parts)
    danger = [labels for _, labels in parts if labels["danger"] == "True"]
    whole = {name: danger[0][name] for name in ("route", "danger", "hotline")} if danger else {"danger": "False"}
    return Sample(pieces, whole, tuple({name: labels[name] for name in EACH if name in labels} for _, labels in parts))


def _turn(example: Example) -> Sample:
    asked, found, names = labelled(example)
    return Sample(tuple(found), {}, tuple({ACT: name} for name in names), CONTEXT[asked])
