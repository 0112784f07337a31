"""``bot data``: the training data (训练数据)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from bot.settings import ROOT

if TYPE_CHECKING:
    from tools.data_check.report import Report

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("data")
def data_group() -> None:
    """The training data and the held-out sets."""


def _folder(name: str, default: str, text: str) -> Callable[[Any], Any]:
    return click.option(name, type=_FOLDER, default=ROOT / default, show_default=default, help=text)


@data_group.command()
@_folder("--training", "nlu_data/nlu", "Folder of training examples (YAML).")
@_folder("--heldout", "tests/heldout", "Folder of held-out sets (JSON Lines).")
@_folder("--articles", "kb/articles", "Folder of articles, whose phrasings teach the search.")
@click.option("--eval", "evaluation", type=_FOLDER, help="Folder with more held-out texts: its messages_*.jsonl.")
@click.option("--few", default=8, show_default=True, type=click.IntRange(1), help="Examples that every class needs.")
@click.option(
    "--json", "json_file", type=click.File("w", encoding="utf-8"), help="Write the whole report to this file."
)
@click.option("--verbose", is_flag=True, help="Show every finding, with its whole text.")
def check(
    training: Path,
    heldout: Path,
    articles: Path,
    evaluation: Path | None,
    few: int,
    json_file: TextIO | None,
    verbose: bool,
) -> None:
    """Check the training data: counts, labels, repeats, contradictions, and leaks of held-out texts.

    Fails on wrong labels, on equal texts with different labels, and on held-out texts that were trained on word for
    word.
    """
    from bot.dialogue.engine.lean import without_tensorflow

    without_tensorflow()  # the normaliser is a component of Rasa's
    from tools.data_check.reading import DataError

    try:
        report = _report(training, heldout, articles, evaluation, few)
    except DataError as error:
        raise click.ClickException(str(error)) from error
    for line in report.lines(verbose):
        click.echo(line)
    if json_file:
        json.dump(report.to_dict(), json_file, ensure_ascii=False, indent=1)
    sys.exit(1 if any(report.errors.values()) else 0)


def _report(training: Path, heldout: Path, articles: Path, evaluation: Path | None, few: int) -> Report:
    from tools.data_check.labels import faults_of
    from tools.data_check.likeness import Vectors, leaks, near_pairs, repeats, unique
    from tools.data_check.reading import read_heldout, read_matters, read_phrasings, read_training
    from tools.data_check.report import Report

    examples, faults = read_training(training)
    faults += [fault for example in examples for fault in faults_of(example)]
    own = read_heldout(heldout)
    texts = own + (read_heldout(evaluation, "messages_*.jsonl") if evaluation else [])
    # The search learns from the phrasings; the questions that measure it must be others.
    questions = [text for text in own if Path(text.file).stem == "kb_questions"]
    trained = unique(examples)
    vectors = Vectors(trained)
    matters = read_matters(training.with_name("matters.jsonl"))
    found = leaks(texts, [*trained, *matters], vectors, "comparing with held-out texts")
    found += leaks(questions, read_phrasings(articles), vectors, "comparing with phrasings")
    return Report(examples, texts, faults, repeats(examples), near_pairs(trained, vectors), found, few)
