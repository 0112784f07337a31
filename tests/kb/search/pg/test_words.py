"""Words of documents are found, and counted as they are in memory."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kb.search.lexical import grams, runs
from kb.search.pg.words import framed, often, words_of

TEXTS = st.text("路灯坏了哈etc9 。，", max_size=30)


def test_words_are_those_that_chinese_knows_and_their_parts() -> None:
    assert {"公积金", "提取", "etc"} <= set(words_of(runs("公积金怎么提取？ETC")))
    assert words_of(runs("？！")) == words_of(runs("灯")) == []


@given(st.lists(TEXTS, max_size=4), TEXTS)
def test_grams_are_counted_as_in_memory(texts: list[str], query: str) -> None:
    asked = list(dict.fromkeys(grams(runs(query))))
    counted = [Counter(grams(runs(text))) for text in texts]
    found = often([framed(runs(text)) for text in texts], asked)
    assert found.tolist() == [[count[gram] for gram in asked] for count in counted]
