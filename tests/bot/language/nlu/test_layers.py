"""An adapter bends the upper layers, and leaves the others alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from bot.language.nlu import layers
from bot.language.nlu.encoder import Encoder
from tests import tiny_bert

TEXTS = ["路灯坏了", "医保怎么报销", "垃圾没人收啊"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert.make(tmp_path_factory.mktemp("deep"), layers=layers.SHARED + 2)


def tuned(folder: Path, into: Path) -> Any:
    """A model whose adapter has learned something, which is written into a file."""
    model = AutoModel.from_pretrained(folder).eval()
    parts = layers.adapt(model)
    torch.manual_seed(1)
    with torch.no_grad():
        for part in parts.values():
            part.up.normal_(std=0.1)
    layers.write(into, parts)
    return model


def test_an_untrained_adapter_changes_nothing(folder: Path, tmp_path: Path) -> None:
    layers.write(tmp_path / "adapter", layers.adapt(AutoModel.from_pretrained(folder)))
    vectors = Encoder(folder, adapter=tmp_path / "adapter").encode(TEXTS, "message")
    assert torch.allclose(*torch.from_numpy(vectors).chunk(2, dim=1), atol=1e-3)


def test_what_was_learned_is_read_from_the_file(folder: Path, tmp_path: Path) -> None:
    model = tuned(folder, tmp_path / "adapter")
    batch = AutoTokenizer.from_pretrained(folder)(TEXTS, padding=True, return_tensors="pt")
    plain = AutoModel.from_pretrained(folder).eval()
    beside = layers.Beside(plain, layers.tuned_layers(plain, tmp_path / "adapter"))
    with torch.inference_mode():
        found = beside(batch["input_ids"], batch["attention_mask"])
        as_it_came, as_tuned = (
            layers.Plain(one)(batch["input_ids"], batch["attention_mask"]) for one in (plain, model)
        )
    real = batch["attention_mask"].bool()
    assert torch.allclose(found[..., :32][real], as_it_came[real], atol=1e-5)
    # The file holds half of the precision.
    assert torch.allclose(found[..., 32:][real], as_tuned[real], atol=0.02)
    assert not torch.allclose(as_it_came[real], as_tuned[real], atol=0.1)


def test_the_adapter_names_what_is_understood_and_not_what_is_found(folder: Path, tmp_path: Path) -> None:
    tuned(folder, tmp_path / "adapter")
    with_one, without = Encoder(folder, adapter=tmp_path / "adapter"), Encoder(folder)
    assert with_one.fingerprint == without.fingerprint
    assert (with_one.adapted != "", without.adapted) == (True, "")
    assert with_one.encode(TEXTS, "passage") == pytest.approx(without.encode(TEXTS, "passage"), abs=0.02)
    assert (with_one.wide, without.wide) == (64, 32)
