"""A question in anybody's words finds its article, or is told from one that has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.search.base import KnowledgeBase, clean, foreign_corpus
from kb.search.store import load_articles
from tests.kb.conftest import article

IDS = ("dog-registration", "company-licence", "unpaid-wages", "id-card", "marriage-registration", "school-entry", "housing-fund-rent", "noise-square-dancing")  # fmt: skip


@pytest.fixture(scope="module")
def base(model: Path) -> KnowledgeBase:
    """A few articles; encoded once nothing else is learned."""
    return KnowledgeBase([article for article in load_articles() if article.id in IDS])


# What is asked --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("你好，请问身份证丢了怎么补？谢谢", "身份证丢了怎么补"),
        ("我想咨询公积金", "公积金"),
        ("麻烦问一下社保卡", "社保卡"),
        ("  医保怎么报销呢？？ ", "医保怎么报销"),
        ("身份证丢了怎么补", "身份证丢了怎么补"),
    ],
)
def test_greetings_and_thanks_are_no_part_of_a_question(query: str, question: str) -> None:
    assert clean(query) == question


@pytest.mark.parametrize("query", ["请问", "谢谢", "你好", "？", "急"])
def test_where_nothing_else_is_said_the_whole_stays(query: str) -> None:
    assert clean(query) == query


# The knowledge base ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ("老板三个月没给我发工资了怎么办", "unpaid-wages"),
        ("公司欠薪不给，找谁", "unpaid-wages"),
        ("身份证掉了怎么补办", "id-card"),
        ("孩子上小学怎么报名", "school-entry"),
        ("我想开个公司，执照怎么办", "company-licence"),
        ("去哪里领结婚证", "marriage-registration"),
        ("租房子能提公积金吗", "housing-fund-rent"),
        ("狗证怎么办", "dog-registration"),
        ("请问狗证在哪里办理，谢谢！", "dog-registration"),
        ("跳广场舞的音响太大声", "noise-square-dancing"),
    ],
)
def test_an_article_is_found_by_other_words_than_its_own(base: KnowledgeBase, query: str, article: str) -> None:
    assert base.search(query).hits[0].document.id == article


@pytest.mark.parametrize("article", IDS)
def test_an_article_is_the_first_hit_for_its_own_phrasings_and_the_answer_to_its_title(
    base: KnowledgeBase, article: str
) -> None:
    own = base.articles[article]
    for words in (own.title, *own.phrasings):
        assert base.search(words).hits[0].document.id == article, words
    assert base.search(own.title).answerable
    assert base.search(own.title).choices == []


@pytest.mark.parametrize("name", IDS)
def test_who_asks_what_an_article_does_not_answer_is_not_given_it(base: KnowledgeBase, name: str) -> None:
    beyond = base.articles[name].beyond
    assert beyond
    for words in beyond:
        found = base.search(words)
        assert not (found.answerable and found.hits[0].document.id == name), words


@pytest.mark.parametrize(
    "query",
    [
        "今天晚上吃什么好",
        "火星上有没有水",
        "asdf qwer zxcv",
        "？？？",
        "你好",
        "月亮",
        "天气怎么样",
        "zzz",
        "的",
        "怎么办",
        "😀",
        "",
    ],
)
def test_nonsense_has_no_answer(base: KnowledgeBase, query: str) -> None:
    result = base.search(query)
    assert not result.answerable


def test_a_question_that_is_not_sure_is_asked_back_with_few_choices(base: KnowledgeBase) -> None:
    results = [base.search(query) for query in ("公司登记", "登记", "结婚公司", "孩子身份证上学", "证件去哪里办")]
    assert any(result.choices for result in results)
    for result in results:
        assert len(result.choices) <= 3
        assert not (result.answerable and result.choices)
        assert [hit.document.id for hit in result.choices] == [
            hit.document.id for hit in result.hits[: len(result.choices)]
        ]


def test_hits_are_sorted_and_as_many_as_wanted(base: KnowledgeBase) -> None:
    hits = base.search("身份证", top=5).hits
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert len(base.search("身份证", top=1000).hits) == len(IDS)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("青田县路灯坏了找谁修", {"qingtian", "city", "country"}),
        ("松阳县路灯坏了找谁修", {"city", "country"}),
        ("丽水市路灯坏了找谁修", {"qingtian", "city", "country"}),
        ("温州市路灯坏了找谁修", {"country"}),
        ("路灯坏了找谁修", {"qingtian", "city", "country"}),
    ],
)
def test_an_article_of_one_place_is_not_for_those_of_another(query: str, found: set[str]) -> None:
    regions = {"qingtian": "青田县", "city": "丽水市", "country": "全国"}
    lamps = KnowledgeBase([article(id=name, region=region) for name, region in regions.items()])
    assert {hit.document.id for hit in lamps.search(query).hits} == found


def test_typed_english_finds_the_chinese_article(base: KnowledgeBase) -> None:
    assert base.search("where do I get a licence for my dog").hits[0].document.id == "dog-registration"
    assert base.search("my boss does not pay my salary").hits[0].document.id == "unpaid-wages"


# Another corpus -------------------------------------------------------------------------------------------------------


def corpus(folder: Path, *rows: dict[str, object]) -> Path:
    path = folder / "corpus.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8")
    return path


def test_another_corpus_is_searched_by_title_and_text(tmp_path: Path) -> None:
    path = corpus(
        tmp_path,
        {"id": 1, "title": "路灯管理", "text": "城市道路照明设施损坏的，应当及时修复。"},
        {"id": "b", "title": None, "text": "职工连续足额缴存住房公积金满三个月，可以提取。"},
        {"id": "c", "text": "机动车在道路上停放，不得妨碍其他车辆和行人通行。" * 40},
    )
    searcher = foreign_corpus(path)
    for query, best in (("路灯坏了多久修好", "1"), ("公积金怎么提取", "b"), ("车乱停在人行道上", "c")):
        result = searcher.search(query)
        assert result.hits[0].document.id == best
        assert len(result.hits) == 3
        assert all(0 <= hit.score <= 1 for hit in result.hits)


def test_a_question_without_a_word_breaks_nothing(tmp_path: Path) -> None:
    searcher = foreign_corpus(corpus(tmp_path, {"id": "a", "title": "路灯", "text": "路灯坏了报修。"}))
    for query in ("", "？", "😀"):
        assert len(searcher.search(query).hits) == 1
