"""The point of an article that a further question asks for."""

from __future__ import annotations

import pytest

from kb.search.points import asks_point, point
from kb.search.schema import Article
from tests.kb.conftest import entry


def written(**values: object) -> Article:
    return Article(**entry(**values))


ARTICLE = written(
    answer="到派出所办，当场受理。工本费40元，丢了补领也是40元。六十天内领证。网上在浙里办预约。",
    steps=["拍照", "按指纹"],
    bring=["户口簿", "旧证"],
    where="户口所在地派出所；电话0578-2110110",
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("要带什么", [("bring", "户口簿、旧证")]),
        ("去哪里办", [("where", "户口所在地派出所；电话0578-2110110")]),
        ("那要多少钱", [("text", "工本费40元，丢了补领也是40元。")]),
        ("多久能拿到", [("text", "六十天内领证。")]),
        ("手机上能弄吗", [("text", "网上在浙里办预约。")]),
        ("那边电话多少", [("text", "户口所在地派出所；电话0578-2110110")]),
        ("我老婆是江西的", []),
    ],
)
def test_only_the_point_that_was_asked_is_told(question: str, told: list[tuple[str, str]]) -> None:
    assert point(ARTICLE, question) == told
    assert asks_point(question) is bool(told)


def test_of_what_the_article_lacks_nothing_is_told() -> None:
    assert point(written(answer="到派出所办，当场受理就行了。"), "要多少钱") == []
