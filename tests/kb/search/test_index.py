"""Texts become passages; documents are compared with a question by words and by meaning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.nlu.encoder import Encoder
from kb.search.index import CLOSE, PASSAGE, PASSAGES_MOST, Document, HybridIndex, passages
from tests import tiny_bert


def test_a_short_text_is_one_passage() -> None:
    assert passages("一。二！三？四；五") == ["一。二！三？四；五"]
    assert passages("") == []


def test_long_texts_are_cut_at_sentence_ends() -> None:
    sentence = "这是一个关于路灯报修的长句子，里面写着很多的话。"
    parts = passages(sentence * 20)
    assert len(parts) > 1
    assert all(part.endswith("。") and len(part) <= PASSAGE for part in parts)
    assert "".join(parts) == sentence * 20


def test_a_sentence_that_never_ends_is_cut_all_the_same() -> None:
    assert [len(part) for part in passages("字" * 450)] == [200, 200, 50]


def test_only_the_beginning_of_a_book_is_encoded() -> None:
    assert len(passages("好的。" * 10_000)) == PASSAGES_MOST


@given(st.text("路灯坏了。！？；\n字", max_size=600))
def test_passages_are_short_and_lose_no_word(text: str) -> None:
    parts = passages(text)
    assert all(0 < len(part) <= PASSAGE for part in parts)
    plain = "".join(sign for sign in text if sign in "路灯坏了字")
    assert "".join(sign for part in parts for sign in part if sign in "路灯坏了字") == plain


DOCUMENTS = [
    Document("lamp", "路灯报修", "路灯坏了打电话报修。", ("路灯不亮了",)),
    Document("fund", "公积金", "公积金提取要带身份证。"),
    Document("empty", "医保", ""),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> HybridIndex:
    return HybridIndex(DOCUMENTS, Encoder(tiny_bert.make(tmp_path_factory.mktemp("tiny"))))


@pytest.mark.parametrize(("query", "best"), [("路灯", 0), ("公积金提取", 1), ("医保怎么报销", 2), ("身份证", 1)])
def test_a_document_is_found_by_the_words_of_title_question_or_text(index: HybridIndex, query: str, best: int) -> None:
    scores = index.likeness(query).words
    assert scores.shape == (3,)
    assert int(np.argmax(scores)) == best and scores[best] > 0


@pytest.mark.parametrize("query", ["", "？", "火星陨石", "zzz"])
def test_words_that_no_document_has_score_nothing(index: HybridIndex, query: str) -> None:
    assert index.likeness(query).words.tolist() == [0, 0, 0]


def test_a_question_that_no_document_answers_is_told(tmp_path: Path) -> None:
    documents = [replace(DOCUMENTS[0], beyond=("路灯几点亮", "路灯费谁出")), *DOCUMENTS[1:]]
    index = HybridIndex(documents, Encoder(tiny_bert.make(tmp_path)))
    assert index.likeness("路灯几点亮").beyond.tolist() == [pytest.approx(1, abs=1e-4), 0, 0]
    assert index.likeness("路灯不亮了").beyond[0] < 1
    known, other = index.near("路灯不亮了"), index.near("路灯几点亮")
    assert (other.against or 0) > (known.against or 0)
    assert (known.same[0], other.same[0]) == (pytest.approx(1, abs=1e-4), pytest.approx(-1, abs=1e-4))
    both = HybridIndex([replace(DOCUMENTS[0], beyond=("路灯不亮了",))], Encoder(tiny_bert.make(tmp_path)))
    assert both.near("路灯不亮了").same[0] == pytest.approx(-1, abs=1e-4), "among both, it is not answered"


def test_the_best_question_and_the_best_passage_count(index: HybridIndex) -> None:
    found = index.likeness("路灯不亮了")
    assert found.ask[0] == pytest.approx(1, abs=1e-4)
    assert found.text.shape == (3,)
    assert found.text[2] == 0  # a document without a text has no passage


def test_documents_whose_vectors_are_kept_elsewhere_score_the_same(index: HybridIndex, tmp_path: Path) -> None:
    encoder = Encoder(tiny_bert.make(tmp_path))
    other = HybridIndex(DOCUMENTS, encoder, kept=encoder)
    for mine, theirs in zip(index.likeness("路灯")[1:], other.likeness("路灯")[1:], strict=True):
        assert np.allclose(mine, theirs, atol=1e-5)


def test_of_many_documents_the_near_ones_are_compared_line_by_line(tmp_path: Path) -> None:
    many = [Document(str(number), f"第{number}号公告", "") for number in range(2 * CLOSE)]
    index = HybridIndex([*many, *DOCUMENTS], Encoder(tiny_bert.make(tmp_path)))
    found = index.likeness("路灯不亮了")
    assert len(found.documents) == len(found.ask) == CLOSE
    assert found.ask[found.documents.index(DOCUMENTS[0])] == pytest.approx(1, abs=1e-4)


def test_documents_of_regions_elsewhere_are_not_compared(tmp_path: Path) -> None:
    regions = ("青田县", None, "丽水市")
    documents = [replace(document, region=region) for document, region in zip(DOCUMENTS, regions, strict=True)]
    index = HybridIndex(documents, Encoder(tiny_bert.make(tmp_path)))
    found = index.likeness("路灯", {"青田县", "松阳县"})
    assert found.documents == documents[1:]
    assert found.words.tolist() == index.likeness("路灯").words[1:].tolist()
    assert index.near("路灯", {"丽水市"}).documents == documents[:2]


def test_a_score_is_the_fused_likeness(index: HybridIndex) -> None:
    found = index.near("路灯")
    assert found.documents == DOCUMENTS
    assert found.scores.tolist() == index.likeness("路灯").fused().tolist()
