"""Words of a sentence with their tags and places."""

from __future__ import annotations

import pytest

from bot.language.extract.words import LONGEST, tagged


@pytest.mark.parametrize(
    "text",
    [
        "莲都区丽阳街123号门口的路灯坏了三天了",
        "我叫王芳， 住在丽阳街\n电话13812345678",
        "😀路灯坏了！！！ hello world",
        "Ａ１２　全角",
        "",
        " ",
    ],
)
def test_the_words_cover_the_text_in_order_and_stand_where_they_say(text: str) -> None:
    words = tagged(text)
    assert "".join(word.text for word in words) == text
    assert all(text[word.start : word.end] == word.text for word in words)


@pytest.mark.parametrize(
    ("text", "word", "tag"),
    [
        ("我在莲都区等车", "莲都区", "LOC"),
        ("昨天晚上停电了", "昨天晚上", "TIME"),
        ("王芳来过电话", "王芳", "PER"),
        ("丽水市人民医院很远", "丽水市人民医院", "ORG"),
    ],
)
def test_places_times_persons_and_organisations_are_told_apart(text: str, word: str, tag: str) -> None:
    assert (word, tag) in [(found.text, found.tag) for found in tagged(text)]


def test_only_the_beginning_of_a_long_letter_is_read() -> None:
    words = tagged("路" * LONGEST + "昨天在莲都区")
    assert words[-1].end == LONGEST
