"""A message is cut into clauses, between which another matter may begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.extract.matters import MOST, clauses, told

LAMP, BIN = "小区的路灯坏了三天没人修", "垃圾桶满了一个星期没有人收"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{LAMP}，{BIN}。", [f"{LAMP}，", f"{BIN}。"]),
        (f"{LAMP}！另外，{BIN}", [f"{LAMP}！", f"另外，{BIN}"]),
        (f"{LAMP}还有{BIN}", [LAMP, f"还有{BIN}"]),
        (f"1、{LAMP}2、{BIN}", [f"1、{LAMP}", f"2、{BIN}"]),
        (f"{LAMP} {BIN}", [f"{LAMP} ", BIN]),
        (f"你好，{LAMP}，急！{BIN}，谢谢", [f"你好，{LAMP}，急！", f"{BIN}，谢谢"]),
    ],
)
def test_it_is_cut_behind_signs_and_before_the_words_that_may_begin_another_matter(text: str, found: list[str]) -> None:
    assert clauses(text) == found


@pytest.mark.parametrize("text", ["", "，。", LAMP, "满意", "丽阳街1.5公里处有坑"])
def test_what_has_but_one_clause_stays_whole(text: str) -> None:
    assert clauses(text) == [text]


def test_a_long_letter_is_taken_sentence_by_sentence_and_its_end_as_one() -> None:
    sentence = "这是一句话，后面还有半句话。"
    assert clauses(sentence * 20) == [sentence] * 20
    assert clauses(sentence * 100) == [*[sentence] * (MOST - 1), sentence * (101 - MOST)]


@given(st.text(alphabet="路灯坏了另外还有1、。，！ \n①第一三是a", max_size=80))
def test_the_clauses_together_are_the_message(text: str) -> None:
    assert "".join(clauses(text)) == text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (f"1、{LAMP}。", LAMP),
        (f"第二件事，{LAMP}；", LAMP),
        (f"；二是{LAMP}", LAMP),
        (f" ②{LAMP}\n", LAMP),
        (f"另外{LAMP}，", f"另外{LAMP}"),
        ("第一人民医院排队太久，", "第一人民医院排队太久"),
        ("1.5公里处有坑", "1.5公里处有坑"),
        ("", ""),
    ],
)
def test_a_matter_is_told_without_its_number_and_the_signs_around_it(part: str, text: str) -> None:
    assert told(part) == text
