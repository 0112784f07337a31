"""Numbers in digits and in words."""

from __future__ import annotations

import pytest

from bot.language.extract.numerals import number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15", 15),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("二十三", 23),
        ("两百", 200),
        ("一百零五", 105),
        ("三千二百", 3200),
        ("二〇二五", 2025),
        ("零", 0),
        ("两", 2),
    ],
)
def test_a_number_is_read_in_either_writing(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "几", "半", "3十", "十x", "abc"])
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert number(text) is None
