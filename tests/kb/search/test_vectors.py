"""Vectors of the knowledge base are encoded once and kept in a file; those of questions are not."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from bot.language.nlu.encoder import Encoder, Kind, Vectors
from kb.search import vectors
from kb.search.index import Document, HybridIndex
from kb.search.vectors import KeptVectors
from tests import tiny_bert

TEXTS = ["路灯坏了", "医保怎么报销", "垃圾没人收"]


class Counting(Encoder):
    """An encoder that notes what it had to encode."""

    def __init__(self, name: Path) -> None:
        super().__init__(name)
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        self.encoded += texts
        return super().encode(texts, kind, progress)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    recipe = {"query": "abc ", "passage": "xyz "}
    return tiny_bert.make(tmp_path_factory.mktemp("tiny"), recipe=recipe)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models" / "vectors.db"


def kept(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_the_second_time_nothing_is_encoded(file: Path, folder: Path) -> None:
    first, second = Counting(folder), Counting(folder)
    fresh = KeptVectors(first, file).encode(TEXTS)
    again = KeptVectors(second, file).encode(TEXTS)
    assert (first.encoded, second.encoded) == (TEXTS, [])
    assert np.array_equal(fresh, again)
    assert np.allclose(fresh, Encoder(folder).encode(TEXTS), atol=1e-3)
    assert fresh.dtype == again.dtype == np.float32


def test_only_what_is_new_is_encoded_and_the_order_is_that_of_the_texts(file: Path, folder: Path) -> None:
    KeptVectors(Counting(folder), file).encode(TEXTS[:1])
    encoder = Counting(folder)
    found = KeptVectors(encoder, file).encode([TEXTS[2], TEXTS[0], TEXTS[2], TEXTS[1]])
    assert sorted(encoder.encoded) == sorted([TEXTS[2], TEXTS[1]])
    expected = Encoder(folder).encode([TEXTS[2], TEXTS[0], TEXTS[2], TEXTS[1]])
    assert np.allclose(found, expected, atol=1e-3)


def test_a_question_and_a_passage_with_the_same_words_are_kept_apart(file: Path, folder: Path) -> None:
    both = KeptVectors(Counting(folder), file)
    query, passage = both.encode(TEXTS, "query"), both.encode(TEXTS, "passage")
    assert kept(file) == 6
    assert not np.allclose(query, passage, atol=1e-2)


def test_the_vectors_of_another_encoder_are_not_used(file: Path, folder: Path, tmp_path: Path) -> None:
    KeptVectors(Counting(folder), file).encode(TEXTS)
    other = Counting(tiny_bert.make(tmp_path / "another model", seed=1))
    KeptVectors(other, file).encode(TEXTS)
    assert other.encoded == TEXTS


def test_nothing_gives_no_vectors(file: Path, folder: Path) -> None:
    assert KeptVectors(Counting(folder), file).encode([]).shape == (0, 32)
    assert kept(file) == 0


def test_what_was_encoded_before_a_failure_is_kept(file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "TOGETHER", 1)

    class Failing(Counting):
        def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
            if TEXTS[2] in texts:
                raise RuntimeError("out of memory")
            return super().encode(texts, kind, progress)

    with pytest.raises(RuntimeError, match="out of memory"):
        KeptVectors(Failing(folder), file).encode(TEXTS)
    after = Counting(folder)
    KeptVectors(after, file).encode(TEXTS)
    assert after.encoded == [TEXTS[2]]


def test_several_at_once_share_the_file(file: Path, folder: Path) -> None:
    encoder = Encoder(folder)
    texts = [f"第{number}条" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: KeptVectors(encoder, file).encode(texts), range(4)))
    assert kept(file) == len(texts)
    assert all(np.array_equal(each, found[0]) for each in found)


def test_what_people_ask_is_not_kept(file: Path, folder: Path) -> None:
    encoder = Counting(folder)
    documents = [Document("lamp", TEXTS[0], TEXTS[2]), Document("insurance", TEXTS[1], "")]
    index = HybridIndex(documents, encoder, KeptVectors(encoder, file))
    before = kept(file)
    assert before == 3
    index.likeness("我叫王芳，我的路灯坏了")
    assert kept(file) == before
