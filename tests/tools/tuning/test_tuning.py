"""The encoder learns from messages what heads read off it, and the samples are what they say they are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from bot.language.nlu.layers import SHARED
from bot.language.nlu.turns import CONTEXT, examples
from bot.language.turns import LABELS
from tests import tiny_bert
from tools.tuning import examples as module
from tools.tuning.examples import ACT, Sample, samples
from tools.tuning.learning import learn, read


@pytest.fixture(scope="module")
def found() -> list[Sample]:
    return samples(examples()[:200], random.Random(1))


def test_a_danger_is_one_in_whatever_company(found: list[Sample]) -> None:
    joined = [sample for sample in found if len(sample.pieces) > 1 and not sample.context]
    assert len(joined) == module.JOINED_DANGEROUS + module.JOINED_CALM
    for sample in joined:
        dangers = [labels for labels in sample.each if labels["danger"] == "True"]
        assert sample.whole["danger"] == str(bool(dangers))
        assert [sample.whole.get("hotline")] == ([labels["hotline"] for labels in dangers] or [None])


def test_a_turn_is_read_behind_what_was_asked(found: list[Sample]) -> None:
    turns = [sample for sample in found if sample.context]
    assert len(turns) == 200 and {sample.context for sample in turns} <= set(CONTEXT.values())
    assert all(labels[ACT] in LABELS for sample in turns for labels in sample.each)


def test_every_example_stands_alone_as_well(found: list[Sample]) -> None:
    alone = [sample for sample in found if len(sample.pieces) == 1 and not sample.context]
    assert len(alone) > 20_000 and all({"intent", "route", "danger"} <= sample.whole.keys() for sample in alone)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert.make(tmp_path_factory.mktemp("deep"), layers=SHARED + 2)


def test_pieces_are_read_apart_and_the_context_is_in_none(folder: Path) -> None:
    sample = Sample(("路灯坏了", "医保"), {"danger": "False"}, ({"act": "story"}, {"act": "ask"}), "垃圾")
    model, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    [known] = read([sample], model, tokenizer, "abc ")
    assert known.labels == [{"danger": "False"}, {"act": "story"}, {"act": "ask"}]
    # Of abc, a blank, 垃圾, 路灯坏了 and 医保.
    assert (known.judged > 0).int().tolist() == [[1] * 12, [0] * 6 + [1] * 4 + [0] * 2, [0] * 10 + [1] * 2]
    assert known.judged.sum(dim=1).tolist() == pytest.approx([1, 1, 1])


def test_what_is_learned_lies_in_the_adapter_alone(folder: Path) -> None:
    rng = random.Random(2)
    texts = ["".join(rng.choices("路灯坏了医保怎么报销", k=8)) for _ in range(192)]
    rows = [Sample((text,), {"lamp": str("灯" in text)}, ({},)) for text in texts]
    model, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    before = {name: value.clone() for name, value in model.named_parameters()}
    tuned = learn(rows, model, tokenizer, "", rounds=30)
    known = list(read(rows, AutoModel.from_pretrained(folder), tokenizer, ""))
    with torch.inference_mode():
        said = tuned(known)["lamp"].argmax(1)
    right = [tuned.classes["lamp"][at] == row.whole["lamp"] for at, row in zip(said.tolist(), rows, strict=True)]
    assert sum(right) > 0.9 * len(rows)
    after = dict(tuned.model.named_parameters())
    for name, value in before.items():
        kept = after.get(name, after.get(name.replace(".weight", ".linear.weight").replace(".bias", ".linear.bias")))
        assert kept is not None and torch.equal(kept, value)
