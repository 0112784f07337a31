"""A message is cut into passages, in each of which danger is looked for by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.extract.passages import MOST, SHORT, passages

LAMP, FIRE = "我们这边路灯坏了三个月没人修。", "我家厨房着火了！"
VOICE = "我们小区门口那条路的路灯从去年冬天开始就一直不亮晚上老人孩子出门都要打手电筒反映过好多次没人来"


@pytest.mark.parametrize("text", ["", "着火了", FIRE, "我家厨房着火了，火很大，快来人", "？！"])
def test_a_short_message_is_one_passage(text: str) -> None:
    assert passages(text) == []


def test_each_sentence_is_a_passage() -> None:
    assert passages(LAMP + FIRE) == [LAMP, FIRE]
    assert passages(LAMP + LAMP + FIRE) == [LAMP, FIRE]


def test_a_long_sentence_has_passages_of_its_clauses() -> None:
    found = passages(f"{VOICE}，我家厨房着火了快来人")
    assert "我家厨房着火了快来人" in found
    assert all(VOICE not in passage for passage in found)


def test_words_without_any_sign_are_cut_too() -> None:
    found = passages(f"{VOICE}我家厨房着火了快来人")
    assert any("着火了" in passage and len(passage) <= 24 for passage in found)


def test_of_a_letter_only_the_sentences_are_passages() -> None:
    letter = LAMP * 4 + f"{VOICE}，{VOICE}。" + FIRE
    assert len(letter) > SHORT
    assert passages(letter) == [LAMP, f"{VOICE}，{VOICE}。", FIRE]


def test_of_a_very_long_letter_the_first_and_the_last_sentences_are_read() -> None:
    found = passages("".join(f"第{number}盏路灯坏了。" for number in range(500)))
    assert len(found) == MOST
    assert (found[0], found[-1]) == ("第0盏路灯坏了。", "第499盏路灯坏了。")


@given(st.text(alphabet="着火了救命我家路灯，。！ \nab1", max_size=400))
def test_passages_are_words_of_the_message_each_once(text: str) -> None:
    found = passages(text)
    assert len(found) == len(set(found)) <= MOST
    assert all(passage in text and passage.strip() for passage in found)
