"""When two texts count as equal, and what the language pipeline reads of a text."""

from __future__ import annotations

import pytest

from tools.data_check.examples import Example


def example(text: str, line: int = 3) -> Example:
    return Example(text, "acts.yml", line)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("喂？", "喂"),
        ("馬馬虎虎", "马马虎虎"),
        ("ＯＫ", "ok"),
        ("对 对，对！", "对对对"),
        ("👍 对", "对"),
        ("谢谢谢谢谢谢", "谢谢谢谢"),
        ("。。。", "。"),
    ],
)
def test_texts_that_the_pipeline_reads_alike_are_equal(one: str, other: str) -> None:
    assert example(one).key == example(other).key


@pytest.mark.parametrize(("one", "other"), [("满意", "不满意"), ("。", "？"), ("👍", "👎"), ("110", "119")])
def test_other_texts_are_not(one: str, other: str) -> None:
    assert example(one).key != example(other).key


@pytest.mark.parametrize("text", ["👍👍👍", "/restart", " "])
def test_nothing_is_read_of_pictures_and_commands(text: str) -> None:
    assert example(text).read_as == ""


def test_a_foreign_word_counts_as_much_as_a_character() -> None:
    assert example("My WiFi 断了，急!").units == ("my", "wifi", "断", "了", "急")


def test_the_place_is_file_and_line_or_the_file_alone() -> None:
    assert (example("喂").place, example("喂", line=0).place) == ("acts.yml:3", "acts.yml")
