"""A message is cut into clauses, between which another matter may begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.extract.matters import MOST, clauses, how_many, numbered, told

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


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        (f"反映三件事：1、{LAMP}。2、{BIN}。3、公交不停", [LAMP, BIN, "公交不停"]),
        (f"我要说两个事 第一个{LAMP} 第二个{BIN}", [LAMP, BIN]),
        (f"一是{LAMP}，二是{BIN}", [LAMP, BIN]),
        (f"一个是{LAMP}，还有一个是{BIN}", [LAMP, BIN]),
        (f"①{LAMP}②{BIN}", [LAMP, BIN]),
    ],
)
def test_matters_that_the_person_numbers_are_as_many(text: str, matters: list[str]) -> None:
    assert numbered(text) == matters


@pytest.mark.parametrize(
    "text",
    [
        LAMP,
        "第一人民医院排队太久，第二人民医院不用排队",
        "丽阳街1.5公里处有坑，2.5公里处也有",
        "幼儿园今年的收费涨得实在太厉害了家长都不同意，1、没有通知2、没有依据",
        f"第二，{LAMP}，第三，{BIN}",
    ],
)
def test_numbers_of_something_else_make_no_matters(text: str) -> None:
    assert numbered(text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [("我要反映三件事", 3), ("有两个问题想投诉", 2), ("跟你说4件事", 4), ("这件事拖了三年", 0), (LAMP, 0)],
)
def test_who_says_how_many_matters_there_are_is_believed(text: str, count: int) -> None:
    assert how_many(text) == count
