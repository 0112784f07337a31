"""Articles are read from files; every fault is named with its file and article, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cities import city
from kb.search.store import ArticleError, load_articles
from tests.kb.conftest import entry


def write(folder: Path, name: str, *entries: dict[str, Any]) -> None:
    (folder / name).write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")


def test_all_articles_of_the_city_load() -> None:
    articles = load_articles()
    assert len(articles) >= 90
    assert len({article.id for article in articles}) == len(articles)
    assert len({article.title for article in articles}) == len(articles)


def test_no_two_articles_of_the_city_are_asked_for_with_the_same_words() -> None:
    asked: dict[str, str] = {}
    for article in load_articles():
        for phrasing in {article.title, *article.phrasings}:
            assert asked.setdefault(phrasing, article.id) == article.id, phrasing


def test_articles_of_all_files_are_read_in_their_order(tmp_path: Path) -> None:
    write(tmp_path, "b.yml", entry(id="third"))
    write(tmp_path, "a.yml", entry(id="first"), entry(id="second"))
    (tmp_path / "notes.txt").write_text("not an article")
    assert [article.id for article in load_articles(tmp_path)] == ["first", "second", "third"]


def test_what_citizens_asked_is_read_beside_the_articles(tmp_path: Path) -> None:
    folder, questions = tmp_path / "articles", tmp_path / "questions"
    folder.mkdir()
    questions.mkdir()
    write(folder, "a.yml", entry(id="lamp"), entry(id="road"))
    write(questions, "a.yml", {"id": "lamp", "asked": ["灯黑了三天"], "beyond": ["路灯几点亮"]})
    found = load_articles(folder)
    assert [article.asked for article in found] == [["灯黑了三天"], []]
    assert [article.beyond for article in found] == [["路灯几点亮"], []]


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"id": "bridge", "asked": ["桥断了"]}, "q.yml: bridge: questions of an article that there is not"),
        ({"id": "lamp", "asked": ["长" * 101]}, "a.yml: lamp: asked.0"),
    ],
)
def test_questions_that_cannot_be_used_are_named(tmp_path: Path, question: dict[str, Any], fault: str) -> None:
    folder, questions = tmp_path / "articles", tmp_path / "questions"
    folder.mkdir()
    questions.mkdir()
    write(folder, "a.yml", entry(id="lamp"))
    write(questions, "q.yml", question)
    with pytest.raises(ArticleError, match=fault):
        load_articles(folder)


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "[]"])
def test_an_empty_file_has_no_articles(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.yml").write_text(content)
    assert load_articles(tmp_path) == []


def test_faults_name_file_article_and_field_all_at_once(tmp_path: Path) -> None:
    nameless = entry()
    del nameless["id"]
    write(tmp_path, "good.yml", entry(id="good"))
    write(tmp_path, "lamps.yml", entry(answer="短"), nameless)
    write(tmp_path, "roads.yml", entry(id="pothole", category=["城乡建设", "火星事务"], colour="red"))
    with pytest.raises(ArticleError) as error:
        load_articles(tmp_path)
    faults = str(error.value).splitlines()
    assert len(faults) == 4
    for fault, parts in zip(
        faults,
        [
            ("lamps.yml: lamp-repair: answer",),
            ("lamps.yml: (no id): id",),
            ("roads.yml: pothole: category", "火星事务"),
            ("roads.yml: pothole: colour",),
        ],
        strict=True,
    ):
        assert all(part in fault for part in parts), fault


def test_an_id_used_twice_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", entry(id="lamp"))
    write(tmp_path, "b.yml", entry(id="lamp", title="另一个路灯问题"))
    with pytest.raises(ArticleError, match=r"b\.yml: lamp: this id is used twice"):
        load_articles(tmp_path)


def test_the_articles_stand_where_the_package_looks_for_them() -> None:
    assert sorted(city().articles_folder.glob("*.yml"))
