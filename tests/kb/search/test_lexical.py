"""Words are compared by single characters and pairs, and those that mean the same as one."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from bot.cities import city
from kb.search.lexical import SYNONYMS, Lexical, common, tokens


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("驾照过期了", "驾驶证过期了"),
        ("驾驶证过期了", "驾驶证过期了"),
        ("户口本丢了", "户口簿丢失"),
        ("电瓶车上牌", "电动自行车上牌"),
        ("薪资没发", "工资没发"),
    ],
)
def test_words_that_mean_the_same_become_one(said: str, meant: str) -> None:
    assert common(said) == common(meant)


def test_every_word_of_the_table_stands_for_one_word_only() -> None:
    tables = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in (SYNONYMS, city().folder / "synonyms.yml")]
    heads = {word for table in tables for word in table}
    others = [other for table in tables for words in table.values() for other in words]
    assert len(others) == len(set(others)) and not heads & set(others)


def test_chinese_is_read_in_characters_and_pairs_and_latin_in_words() -> None:
    assert tokens("路灯 ETC卡") == ["路", "灯", "路灯", "etc", "卡"]
    assert tokens("？！😀") == []


def test_a_text_with_more_of_the_question_scores_more() -> None:
    scores = Lexical(["路灯坏了打电话报修", "路灯", "公积金提取", ""]).scores("路灯坏了")
    assert scores.dtype == np.float32
    assert scores[0] > scores[1] > scores[2] == scores[3] == 0


def test_words_that_the_text_does_not_have_make_the_score_less() -> None:
    found = Lexical(["路灯坏了", "公积金提取", "医保报销"])
    assert found.scores("路灯坏了")[0] > 1.3 * found.scores("路灯坏了还有别的许多毛病")[0]


@pytest.mark.parametrize("query", ["", "？", "火星", "zzz"])
def test_nothing_in_common_is_zero(query: str) -> None:
    assert Lexical(["路灯坏了", "公积金"]).scores(query).tolist() == [0, 0]


def test_no_texts_give_no_scores() -> None:
    assert Lexical([]).scores("路灯").shape == (0,)
