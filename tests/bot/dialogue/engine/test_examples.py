"""Training examples: read from files, and quick to compare and to copy."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.exceptions import YamlSyntaxException
from rasa.shared.nlu.training_data.features import Features

from bot.dialogue.engine.examples import Example, Examples

DATA = {"text": "路灯坏了", "intent": "report_matter", "metadata": {"intent": {"route": "accept"}}}


def example() -> Example:
    return Example(DATA)


def test_a_fingerprint_names_everything_in_an_example() -> None:
    seen = {example().fingerprint()}
    for name, value in (
        ("text", "路灯亮了"),
        ("metadata", {"intent": {"route": "none"}}),
        ("text_tokens", [Token("路灯", 0), Token("坏了", 2)]),
        ("text_tokens", [Token("路灯", 0), Token("坏了", 3)]),
    ):
        one = example()
        one.set(name, value)
        seen.add(one.fingerprint())
    for number in (1.0, 2.0):
        one = example()
        one.add_features(Features(np.array([[number]]), "sentence", "text", "encoder"))
        seen.add(one.fingerprint())
    assert len(seen) == 7
    assert example().fingerprint() in seen, "the same each time"


def test_a_copy_is_equal_and_changes_alone() -> None:
    one = example()
    one.add_features(Features(np.array([[1.0]]), "sentence", "text", "encoder"))
    other = copy.deepcopy(one)
    assert other == one and hash(other) == hash(one)
    other.set("intent", "ask_question")
    other.add_features(Features(np.array([[2.0]]), "sentence", "text", "encoder"))
    assert (one.get("intent"), len(one.features)) == ("report_matter", 1)
    assert other != one


def test_files_are_read_with_their_labels_and_repeats_go(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text(
        "nlu:\n- intent: report_matter\n  metadata:\n    route: accept\n  examples: |\n    - 路灯坏了\n    - 路灯坏了\n    - 井盖没了\n",
        encoding="utf-8",
    )
    found = Examples(training_data_paths=[str(file)]).get_nlu_data().training_examples
    assert [one.get("text") for one in found] == ["路灯坏了", "井盖没了"]
    assert {(one.get("intent"), one.get("metadata")["intent"]["route"]) for one in found} == {
        ("report_matter", "accept")
    }


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.yml"
    file.write_text("nlu:\n- intent: [\n", encoding="utf-8")
    with pytest.raises(YamlSyntaxException, match=r"broken\.yml"):
        Examples(training_data_paths=[str(file)]).get_nlu_data()
