"""Vectors of the knowledge base are encoded once and kept; those of questions are not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from bot.nlu.encoder import Encoder, Kind, Vectors
from bot.storage import Database
from bot.storage.tables import Vector
from kb.index import Document, HybridIndex
from kb.vectors import KeptVectors
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


def kept(store: Database) -> int:
    with store.transaction() as session:
        return session.scalar(select(func.count()).select_from(Vector))


def test_the_second_time_nothing_is_encoded(store: Database, folder: Path) -> None:
    first, second = Counting(folder), Counting(folder)
    fresh = KeptVectors(first, store).encode(TEXTS)
    again = KeptVectors(second, store).encode(TEXTS)
    assert (first.encoded, second.encoded) == (TEXTS, [])
    assert np.array_equal(fresh, again)
    assert np.allclose(fresh, Encoder(folder).encode(TEXTS), atol=1e-5)
    assert fresh.dtype == again.dtype == np.float32


def test_only_what_is_new_is_encoded_and_the_order_is_that_of_the_texts(store: Database, folder: Path) -> None:
    KeptVectors(Counting(folder), store).encode(TEXTS[:1])
    encoder = Counting(folder)
    found = KeptVectors(encoder, store).encode([TEXTS[2], TEXTS[0], TEXTS[2], TEXTS[1]])
    assert sorted(encoder.encoded) == sorted([TEXTS[2], TEXTS[1]])
    expected = Encoder(folder).encode([TEXTS[2], TEXTS[0], TEXTS[2], TEXTS[1]])
    assert np.allclose(found, expected, atol=1e-5)


def test_a_question_and_a_passage_with_the_same_words_are_kept_apart(store: Database, folder: Path) -> None:
    vectors = KeptVectors(Counting(folder), store)
    query, passage = vectors.encode(TEXTS, "query"), vectors.encode(TEXTS, "passage")
    assert kept(store) == 6
    assert not np.allclose(query, passage, atol=1e-3)


def test_the_vectors_of_another_encoder_are_not_used(store: Database, folder: Path, tmp_path: Path) -> None:
    KeptVectors(Counting(folder), store).encode(TEXTS)
    other = Counting(tiny_bert.make(tmp_path / "another model", seed=1))
    KeptVectors(other, store).encode(TEXTS)
    assert other.encoded == TEXTS


def test_nothing_gives_no_vectors(store: Database, folder: Path) -> None:
    assert KeptVectors(Counting(folder), store).encode([]).shape == (0, 32)
    assert kept(store) == 0


def test_what_people_ask_is_not_kept(store: Database, folder: Path) -> None:
    encoder = Counting(folder)
    documents = [Document("lamp", TEXTS[0], TEXTS[2]), Document("insurance", TEXTS[1], "")]
    index = HybridIndex(documents, encoder, KeptVectors(encoder, store))
    before = kept(store)
    assert before == 3
    index.dense("我叫王芳，我的路灯坏了")
    assert kept(store) == before
