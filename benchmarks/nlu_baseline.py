"""Compares our language pipeline with Rasa's usual Chinese one, and with a linear SVM, in one run.

The three are trained on the same examples and answer the same held-out messages, each in a fresh process: ours keeps
TensorFlow out of its process, and DIET needs it. What the figures say, and what they do not, stands in README.md.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from tqdm import tqdm

import bot.quiet as quiet  # before anything imports Rasa
from bot.settings import ROOT
from tools.evaluation.figures import ROUTED, first_level, route_of
from tools.evaluation.measures import Figure, measure
from tools.evaluation.sets import Row, Sets, load

OWN_SETS = (*ROUTED, "kind")
"""The own sets that are answered, and timed; the others have no label that a baseline learns."""
WARM_UP = 20
"""Warm-up answers before the clock starts: the first ones load what is loaded lazily."""
SEED = 0

PIPELINE = """
recipe: default.v1
assistant_id: baseline
language: zh
pipeline:
- name: JiebaTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
  random_seed: 1
"""
"""What `rasa init` writes, up to the classifier, with a tokenizer for Chinese."""

Found = dict[str, Any]
"""An understanding, as far as a system gives one: plain values, named as in `bot.language.understanding`."""
Ask = Callable[[str], Found]
Label = Callable[[dict[str, str]], str | None]


@dataclass(frozen=True)
class Task:
    """The training examples (in ``folder`` in Rasa's format, in ``pairs`` as texts and labels), and what is asked."""

    folder: Path
    pairs: dict[str, list[tuple[str, str]]]
    texts: list[str]
    epochs: int


@dataclass(frozen=True)
class Result:
    """Seconds to train, and for each text what was found and in how many milliseconds."""

    seconds: float
    found: list[Found]
    ms: list[float]


@click.command()
@click.option("--examples", default=0, show_default=True, help="Train on so many examples; 0 for all.")
@click.option("--epochs", default=8, show_default=True, help="Epochs of DIET.")
@click.option("--shared", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "eval", show_default=True)
def main(examples: int, epochs: int, shared: Path) -> None:
    """Print a Markdown table of the three systems; progress goes to standard error."""
    sets = load(ROOT / "tests" / "heldout", shared)
    texts = list(dict.fromkeys(row.text for name in (*OWN_SETS, "messages_category") for row in sets[name]))
    results = {}
    with tempfile.TemporaryDirectory(prefix="nlu-baseline-") as folder:
        pairs, count = _write_examples(Path(folder), examples)
        task = Task(Path(folder), pairs, texts, epochs)
        for system in SYSTEMS:
            click.echo(f"{system}: training", err=True)
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
                results[system] = process.submit(_run, system, task).result()
    click.echo(f"Trained on {count} examples; DIET for {epochs} epochs; {os.cpu_count()} processor cores.\n")
    click.echo(_table(sets, texts, results))


# ---------------------------------------------------------------------------------------------- data


def _combined(labels: dict[str, str]) -> str:
    """The one label that a classifier learns: what is done with the message, and what it is.

    A dot stands between the two, since Rasa takes an intent with a slash for the name of a response.
    """
    detail = {"none": labels["intent"], "accept": labels.get("kind"), "emergency": labels.get("hotline")}
    route = labels["route"]
    return f"{route}.{detail[route]}" if route in detail else route.replace("/", ".")


def _category(labels: dict[str, str]) -> str | None:
    return labels["category"].split("/")[0] if labels["route"] == "accept" and "category" in labels else None


LEARNT: dict[str, Label] = {"what": _combined, "category": _category}
"""The two classifiers of a baseline."""


def _write_examples(folder: Path, size: int) -> tuple[dict[str, list[tuple[str, str]]], int]:
    """Writes the training data of every classifier; gives the baselines' texts and labels, and how many there are."""
    from bot.dialogue.engine.lean import without_tensorflow

    without_tensorflow()
    from rasa.shared.nlu.training_data.loading import load_data
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from bot.language.nlu.classifier import labels_of

    found = load_data(str(ROOT / "nlu_data" / "nlu")).intent_examples
    chosen = _sample([(message, labels_of(message)) for message in found], size)
    pairs = {
        name: [(message.get("text"), label) for message, labels in chosen if (label := of(labels))]
        for name, of in LEARNT.items()
    }
    for name, rows in pairs.items():
        examples = [Message.build(text, intent=label) for text, label in rows]
        TrainingData(examples).persist_nlu(str(folder / f"{name}.yml"))
    for message, _ in chosen:
        # Labels of a block would be written once for all examples of an intent.
        groups = message.get("metadata") or {}
        message.set("metadata", {"example": {**groups.get("intent", {}), **groups.get("example", {})}})
    TrainingData([message for message, _ in chosen]).persist_nlu(str(folder / "ours.yml"))
    return pairs, len(chosen)


def _sample(rows: list[tuple[Any, dict[str, str]]], size: int) -> list[tuple[Any, dict[str, str]]]:
    """``size`` examples in which every label and category keeps its share."""
    if not 0 < size < len(rows):
        return rows
    shuffled = random.Random(SEED).sample(rows, len(rows))
    ordered = sorted(shuffled, key=lambda row: (_combined(row[1]), row[1]["intent"], row[1].get("category", "")))
    return [ordered[int((place + 0.5) * len(rows) / size)] for place in range(size)]


# ------------------------------------------------------------------------------------------- systems


def _run(system: str, task: Task) -> Result:
    """Trains one system and lets it answer: the body of a process."""
    sys.stdout = sys.stderr  # Rasa prints; standard output carries the table only
    quiet.configure_logging("WARNING")  # to log every message takes time
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # no cached results of an earlier training
    os.chdir(ROOT)
    seconds, ask = SYSTEMS[system](task)
    for text, _ in task.pairs["what"][:WARM_UP]:
        ask(text)
    found, ms = [], []
    for text in tqdm(task.texts, desc=f"{system}: answering", unit="message"):
        started = time.perf_counter()
        found.append(ask(text))
        ms.append((time.perf_counter() - started) * 1000)
    return Result(seconds, found, ms)


def _ours(task: Task) -> tuple[float, Ask]:
    from bot.dialogue.engine.lean import without_tensorflow

    without_tensorflow()
    from bot.language.nlu.encoder import encoder

    encoder()  # ready-made: to load it is no training
    seconds, parse = _rasa(str(ROOT / "config.yml"), task.folder, "ours")
    return seconds, lambda text: parse(text)["understanding"]


def _diet(task: Task) -> tuple[float, Ask]:
    config = task.folder / "diet.yml"
    config.write_text(PIPELINE.format(epochs=task.epochs), encoding="utf-8")
    _batch_by_length()
    trained = {name: _rasa(str(config), task.folder, name) for name in LEARNT}
    parse = {name: each[1] for name, each in trained.items()}
    return sum(each[0] for each in trained.values()), lambda text: _found(
        *(parse[name](text)["intent"]["name"] for name in LEARNT)
    )


def _batch_by_length() -> None:
    """Messages of like length go into one batch, as is usual: DIET's are padded to the longest, and half of its time went
    into padding. What is learned from, and how often, stays the same."""
    from rasa.utils.tensorflow.data_generator import RasaBatchDataGenerator

    shuffled = RasaBatchDataGenerator._shuffle_and_balance

    def ordered(self: RasaBatchDataGenerator, batch_size: int) -> Any:
        data = shuffled(self, batch_size)
        if not self.shuffle:
            return data
        lengths = np.array([np.ravel(length)[0] for length in data["text"]["sequence_lengths"][0]])
        pools = np.array_split(np.arange(len(lengths)), max(1, len(lengths) // (20 * batch_size)))
        order = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
        whole = len(order) // batch_size * batch_size
        batches = np.random.permutation(order[:whole].reshape(-1, batch_size)).ravel()
        return self.model_data._data_for_ids(data, np.concatenate([batches, order[whole:]]))

    RasaBatchDataGenerator._shuffle_and_balance = ordered


def _rasa(config: str, folder: Path, name: str) -> tuple[float, Callable[[str], dict[str, Any]]]:
    """Trains a pipeline of Rasa's; gives the seconds and what reads a message."""
    from rasa.core.agent import load_agent
    from rasa.model_training import train_nlu

    started = time.perf_counter()
    model = train_nlu(config, str(folder / f"{name}.yml"), str(folder), fixed_model_name=name)
    seconds = time.perf_counter() - started
    run = asyncio.Runner().run
    agent = run(load_agent(model_path=model))
    return seconds, lambda text: run(agent.parse_message(text))


def _svm(task: Task) -> tuple[float, Ask]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    started = time.perf_counter()
    models = {}
    for name, pairs in task.pairs.items():
        features = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True)
        models[name] = make_pipeline(features, LinearSVC(random_state=SEED)).fit(*zip(*pairs, strict=True))
    return time.perf_counter() - started, lambda text: _found(*(models[name].predict([text])[0] for name in LEARNT))


def _found(combined: str, category: str) -> Found:
    """What the two labels of a baseline mean."""
    route, _, detail = combined.partition(".")
    consulted = detail == "consultation"
    return {
        "intent": detail if route == "none" else "ask_question" if consulted else "report_matter",
        "route": route,
        "legal_route": detail if route == "legal_route" else None,
        "decline_reason": detail if route == "decline" else None,
        "hotline": detail if route == "emergency" else None,
        "kind": detail if route == "accept" else None,
        "category": [category],
    }


SYSTEMS: dict[str, Callable[[Task], tuple[float, Ask]]] = {"linear SVM": _svm, "DIET": _diet, "ours": _ours}
"""In the order in which they run."""


# ------------------------------------------------------------------------------------------- figures

COMPARED: dict[str, tuple[Sequence[str], Callable[[Row], bool]]] = {
    "Intent": (["acts"], lambda row: row.found["intent"] == row.label["intent"]),
    "Route, with legal route or reason": (ROUTED, lambda row: route_of(row.found) == route_of(row.label)),
    "Emergencies found": (["emergency"], lambda row: row.found["route"] == "emergency"),
    "Line to call": (["emergency"], lambda row: row.found["hotline"] == row.label["hotline"]),
    "Kind": (["kind"], lambda row: row.found["kind"] == row.label["kind"]),
    "Category, own messages": (["kind"], lambda row: first_level(row) == row.label["category"][0]),
    "Category, real messages": (["messages_category"], lambda row: first_level(row) == row.label["category"]),
}
"""What is compared: the sets, and whether a message of theirs was understood."""


def _table(sets: Sets, texts: list[str], results: dict[str, Result]) -> str:
    found = {system: dict(zip(texts, result.found, strict=True)) for system, result in results.items()}
    lines = [
        "| | messages | ours | DIET | ours − DIET (95 %) | errors, of DIET's | linear SVM |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    errors = []
    for name, (names, right) in COMPARED.items():
        rows = [row for each in names for row in sets[each]]
        if not rows:
            continue
        hits = {system: [right(replace(row, found=of[row.text])) for row in rows] for system, of in found.items()}
        shares = {system: f"{statistics.mean(of):.3f}" for system, of in hits.items()}
        gain = measure(name, name, np.mean, [int(a) - int(b) for a, b in zip(hits["ours"], hits["DIET"], strict=True)])
        errors.append({system: 1 - statistics.mean(of) for system, of in hits.items()})
        lines.append(_line(name, str(len(rows)), shares, f"{gain.value:+.3f} ({_interval(gain)})", _ratio(errors[-1:])))
    means = {system: f"{1 - statistics.mean(each[system] for each in errors):.3f}" for system in results}
    lines.append(_line("Mean of these", "", means, errors=_ratio(errors)))
    own = {row.text for name in OWN_SETS for row in sets[name]}
    timed = [place for place, text in enumerate(texts) if text in own]
    medians = {
        system: f"{statistics.median(result.ms[place] for place in timed):.1f}" for system, result in results.items()
    }
    lines.append(_line("Median ms of one own message", str(len(timed)), medians))
    lines.append(_line("Seconds to train", "", {system: f"{result.seconds:.0f}" for system, result in results.items()}))
    return "\n".join(lines)


def _line(name: str, messages: str, values: dict[str, str], gain: str = "", errors: str = "") -> str:
    return f"| {name} | {messages} | {values['ours']} | {values['DIET']} | {gain} | {errors} | {values['linear SVM']} |"


def _ratio(errors: list[dict[str, float]]) -> str:
    """Our errors as a share of DIET's, on the mean of these measures."""
    ours, diet = (sum(each[system] for each in errors) for system in ("ours", "DIET"))
    return f"{ours / diet:.2f}" if diet else ""


def _interval(figure: Figure) -> str:
    return "–".join(f"{end:+.3f}" for end in figure.interval or ())


if __name__ == "__main__":
    main()
