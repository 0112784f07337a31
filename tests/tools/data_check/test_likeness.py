"""Repeats, near-duplicates and leaks are found, whatever the punctuation; other texts are not."""

from __future__ import annotations

import pytest

from tools.data_check.examples import Example
from tools.data_check.likeness import Vectors, leaks, near_pairs, repeats, unique

WATER = "自来水从昨天晚上开始就一直发黄不能喝"
BUS = "公交车等了一个钟头也没有来"
LETTER = "我家住在江边老小区六楼，楼顶的水箱漏水三年了，物业换了两家都说没有钱修"


def example(text: str, intent: str = "greet") -> Example:
    return Example(text, "x.yml", 1, {"intent": intent})


def leak(heldout: str, *trained: str) -> list[tuple[str, bool, str]]:
    examples = [example(text) for text in trained]
    found = leaks([example(heldout)], examples, Vectors(examples), "comparing")
    assert all(leak.examples[0].text == heldout for leak in found)
    return [(leak.how, leak.short, leak.examples[1].text) for leak in found]


def test_equal_texts_are_grouped_with_the_labels_that_differ() -> None:
    found = repeats([example("在吗"), example("你好"), example("在吗？"), example("在 吗", "chitchat")])
    assert [([e.text for e in repeat.examples], repeat.differing) for repeat in found] == [
        (["在吗", "在吗？", "在 吗"], {"intent": ["greet", "chitchat"]})
    ]


def test_of_equal_texts_the_first_is_kept() -> None:
    assert [e.text for e in unique([example("在吗"), example("你好"), example("在吗？")])] == ["在吗", "你好"]


def test_nearly_equal_texts_are_paired_once_the_most_alike_first() -> None:
    texts = [WATER, BUS, WATER + "了", BUS.replace("一个", "两个"), LETTER]
    examples = [
        example(text, intent) for text, intent in zip(texts, ["urge", "urge", "rate", "urge", "urge"], strict=True)
    ]
    found = near_pairs(examples, Vectors(examples))
    assert [[texts.index(e.text) for e in pair.examples] for pair in found] == [[0, 2], [1, 3]]
    assert [pair.differing for pair in found] == [{"intent": ["urge", "rate"]}, {}]
    assert 1 >= found[0].score >= found[1].score >= 0.8
    assert not any(pair.short for pair in found)


def test_a_pair_of_short_texts_is_marked() -> None:
    examples = [example("转人工"), example("转人工工"), example(LETTER)]
    assert [pair.short for pair in near_pairs(examples, Vectors(examples))] == [True]


@pytest.mark.parametrize(
    ("heldout", "found"),
    [
        (BUS + "！", [("equal", False, BUS)]),
        ("您好。" + LETTER[5:40] + "，请问谁管", [("run", False, LETTER)]),
        (WATER + "了", [("near", False, WATER)]),
        ("你好", [("equal", True, "你好")]),
        ("宠物狗没有拴绳子", []),
    ],
)
def test_a_heldout_text_that_was_trained_on_is_found_and_how(heldout: str, found: list[tuple[str, bool, str]]) -> None:
    assert leak(heldout, BUS, LETTER, WATER, "你好") == found


def test_the_plainest_leak_comes_first() -> None:
    examples = [example(BUS), example(WATER)]
    found = leaks([example(WATER + "了"), example(BUS)], examples, Vectors(examples), "comparing")
    assert [leak.how for leak in found] == ["equal", "near"]


def test_where_there_is_nothing_to_compare_there_is_no_leak() -> None:
    examples = [example(BUS)]
    assert leaks([], examples, Vectors(examples), "comparing") == []
    assert leaks(examples, [], Vectors(examples), "comparing") == []


def test_pairs_are_found_across_the_chunks_of_a_long_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.data_check.likeness._CHUNK", 2)
    examples = [example(text) for text in (WATER, LETTER, BUS, "宠物狗没有拴绳子", WATER + "了")]
    (pair,) = near_pairs(examples, Vectors(examples))
    assert pair.examples == [examples[0], examples[4]]
