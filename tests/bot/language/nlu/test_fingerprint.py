"""A change of the code that a model was trained with makes Rasa train again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.language.nlu import fingerprint
from bot.language.nlu.classifier import HotlineClassifier
from bot.language.nlu.featurizer import EncoderFeaturizer
from bot.language.nlu.normaliser import Normaliser


@pytest.mark.parametrize(
    ("component", "module"),
    [
        (HotlineClassifier, "heads"),
        (HotlineClassifier, "network"),
        (HotlineClassifier, "trees"),
        (HotlineClassifier, "tensors"),
        (HotlineClassifier, "classifier"),
        (EncoderFeaturizer, "encoder"),
        (Normaliser, "normaliser"),
    ],
)
def test_other_code_has_another_fingerprint(
    component: Any, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(fingerprint.FOLDER, tmp_path / "nlu")
    monkeypatch.setattr(fingerprint, "FOLDER", folder)
    before = component.fingerprint_addon({})
    assert component.fingerprint_addon({}) == before
    with (folder / f"{module}.py").open("a") as file:
        file.write("# a change")
    assert component.fingerprint_addon({}) != before
