"""What was learned: the middle of the vectors, and when to answer, to ask back and to be silent."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from kb.search.model import against, centre, decision, model

SHIPPED = SimpleNamespace(fingerprint=model()["encoder"])


def test_a_clear_best_is_answered_a_close_one_asked_about_and_a_stranger_neither() -> None:
    assert decision(1.5, 0.4) == "answer"
    assert decision(1.0, 0.0) == "ask"
    assert decision(0.1, 0.1) == "silent"


def test_who_asks_in_the_words_of_a_line_is_answered_whatever_comes_second() -> None:
    assert decision(1.0, 0.0, same=0.95) == "answer"
    assert decision(1.0, 0.0, same=0.5) == "ask"


def test_who_asks_what_no_article_answers_is_not_answered() -> None:
    assert decision(1.5, 0.4, against=0.9) == "ask"
    assert decision(1.5, 0.4, same=-0.5) == "answer"
    assert decision(1.5, 0.4, same=-0.95) == "ask", "in the very words of a question beyond the article"


def test_articles_without_questions_beyond_them_hold_nothing_against_a_question() -> None:
    usual = decision(1.2, 0.2)
    assert [decision(1.2, 0.2, against=against(np.zeros(count, np.float32))) for count in (3, 100)] == [usual, usual]
    one = np.array([0.9, *[0] * 99], np.float32)
    assert against(np.zeros(100, np.float32)) < against(one) < 0.9, "one alone says less than three"
    assert against(np.zeros(0, np.float32)) == against(np.full(100, -0.2, np.float32)), (
        "who is far from all is no better"
    )


@pytest.mark.parametrize("score", [0.0, 0.4, 0.8, 1.2, 1.6])
def test_a_larger_lead_never_makes_an_answer_less_likely(score: float) -> None:
    order = ["silent", "ask", "answer"]
    found = [order.index(decision(score, lead)) for lead in np.linspace(0, max(score, 0.1), 8)]
    assert found == sorted(found)


def test_the_middle_of_questions_is_the_learned_one_and_that_of_texts_follows_the_texts() -> None:
    dim = len(model()["centre"]["query"])
    elsewhere = np.full((5000, dim), 0.5, np.float32)
    assert np.allclose(centre(SHIPPED, "query", elsewhere), model()["centre"]["query"])
    assert np.allclose(centre(SHIPPED, "passage", elsewhere), 0.5, atol=0.01)
    assert np.allclose(centre(SHIPPED, "passage", elsewhere[:0]), model()["centre"]["passage"])


def test_another_encoder_has_the_middle_of_what_it_encoded() -> None:
    vectors = np.ones((2000, 8), np.float32)
    for kind in ("query", "passage"):
        assert np.allclose(centre(object(), kind, vectors), 1, atol=0.02)
        assert np.allclose(centre(object(), kind, vectors[:1]), 0, atol=0.05)
