"""An article is checked field by field, and holds in its time only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from kb.search.schema import Article
from tests.kb.conftest import article, entry


def test_a_good_article_is_taken_and_has_its_usual_values() -> None:
    found = article()
    assert (found.audience, found.steps, found.bring, found.where, found.legal_basis) == ("person", [], [], None, [])
    assert found.reviewed_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Lamp Repair"),
        ("id", "路灯"),
        ("id", "lamp--repair"),
        ("id", ""),
        ("title", "灯"),
        ("title", "灯" * 61),
        ("phrasings", ["一", "二", "三"]),
        ("phrasings", [str(n) for n in range(9)]),
        ("answer", "太短"),
        ("answer", "长" * 161),
        ("steps", ["一"] * 7),
        ("category", ["城乡建设"]),
        ("category", ["城乡建设", "火星事务"]),
        ("legal_basis", ["民法典第九百四十二条"]),
        ("legal_basis", ["《中华人民共和国民法典》第942条"]),
        ("legal_basis", ["《中华人民共和国民法典》第九百四十二条、第九百四十三条"]),
        ("audience", "everybody"),
        ("reviewed_on", "last week"),
        ("valid_to", "never"),
        ("source", {"title": ""}),
        ("source", {"title": "《办法》", "link": "https://…"}),
        ("colour", "red"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_its_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as error:
        article(**{field: value})
    assert {str(fault["loc"][0]) for fault in error.value.errors()} == {field}


@pytest.mark.parametrize(
    "field", ["id", "title", "phrasings", "answer", "unit", "category", "source", "region", "reviewed_on"]
)
def test_a_missing_field_is_named(field: str) -> None:
    values = entry()
    del values[field]
    with pytest.raises(ValidationError, match=field):
        Article(**values)


@pytest.mark.parametrize(
    "citation",
    [
        "《中华人民共和国民法典》第九百四十二条",
        "《中华人民共和国民法典》第一千零一条第二款",
        "《工伤保险条例》第十七条第一款",
        "《丽水市城市养犬管理规定》",
    ],
)
def test_a_citation_names_the_law_and_the_article_in_words(citation: str) -> None:
    assert article(legal_basis=[citation]).legal_basis == [citation]


def test_an_unknown_class_says_where_to_look() -> None:
    with pytest.raises(ValidationError, match="城乡建设/火星事务 is not in the dispatch catalogue"):
        article(category=["城乡建设", "火星事务"])
