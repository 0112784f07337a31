"""Questions without an answer are grouped by meaning and shown to the unit whose field they are in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from bot.hotline.observations import observe
from bot.storage import Database
from kb.search.language import Guess, Language
from kb.upkeep.editing import Editor
from kb.upkeep.gaps import Gap, Gaps
from kb.upkeep.problems import NoArticle, NotAllowed
from tests.kb.writing import HOTLINE, OTHER_UNIT, REVIEWER, STRANGER, UNIT, WRITER, publish, version_of

CENTRE = "丽水市12345政务咨询投诉举报服务中心"


class Topics:
    """Encodes a text by the topic that it names; counts what it was asked for."""

    TOPICS = ("灯", "狗", "证", "火星")

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], kind: str = "query", progress: str | None = None) -> npt.NDArray[np.float32]:
        self.asked += texts
        vectors = np.array([[topic in text for topic in self.TOPICS] for text in texts], np.float32)
        vectors += np.array([[len(text) * 1e-3] * len(self.TOPICS) for text in texts], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def guess(question: str) -> Guess | None:
    if "灯" in question:
        return Guess(("城乡建设", "市政设施"), UNIT)
    return Guess(("公安政法", "户籍证件"), OTHER_UNIT) if "证" in question else None


@pytest.fixture
def encoder() -> Topics:
    return Topics()


@pytest.fixture
def gaps(store: Database, encoder: Topics) -> Gaps:
    def none(*_: object) -> Any:
        raise AssertionError("gaps search nothing")

    return Gaps(store, Language(none, encoder, guess, none))


async def ask(store: Database, *texts: str, person: str = "v1", article: str | None = None) -> None:
    for text in texts:
        await observe(store, "unsolved" if article else "unanswered", person, article, text)


def texts(gap: Gap) -> set[str]:
    return {question.text for question in gap.questions}


async def test_questions_that_mean_the_same_stand_together(store: Database, gaps: Gaps) -> None:
    await ask(store, "路灯不亮了", "身份证丢了", "火星上能落户吗")
    await ask(store, "灯坏了", "路灯不亮了", person="v2")
    await observe(store, "abuse", "v3", content="灯灯灯")
    await observe(store, "solved", "v3", "lamp", content="灯怎么修")
    found = gaps.groups(HOTLINE)
    assert [texts(gap) for gap in found] == [{"路灯不亮了", "灯坏了"}, {"火星上能落户吗"}, {"身份证丢了"}]
    assert [(gap.people, len(gap.questions)) for gap in found] == [(2, 3), (1, 1), (1, 1)]
    assert [gap.unit for gap in found] == [UNIT, CENTRE, OTHER_UNIT]
    assert found[0].category == ("城乡建设", "市政设施")


async def test_a_unit_is_shown_its_field_only(store: Database, gaps: Gaps) -> None:
    await ask(store, "路灯不亮了", "身份证丢了", "火星上能落户吗")
    assert [texts(gap) for gap in gaps.groups(WRITER)] == [{"路灯不亮了"}]
    assert [texts(gap) for gap in gaps.groups(STRANGER)] == [{"身份证丢了"}]
    with pytest.raises(NotAllowed):
        gaps.groups(Editor("x", None, frozenset({"write"})))


async def test_what_did_not_help_goes_to_the_unit_of_the_article(store: Database, gaps: Gaps) -> None:
    publish(store)
    await ask(store, "火星上的灯坏了找谁", article="lamp")
    [gap] = gaps.groups(WRITER)
    assert (gap.article_id, gap.unit) == ("lamp", UNIT)
    await ask(store, "养狗要办什么", article="never-heard-of")
    assert {gap.article_id for gap in gaps.groups(HOTLINE)} == {"lamp", None}


async def test_who_asked_is_not_to_be_read(store: Database, gaps: Gaps) -> None:
    await ask(store, "我叫王芳，路灯坏了，我电话13812345678", " ")
    [gap] = gaps.groups(HOTLINE)
    assert texts(gap) == {"我叫***，路灯坏了，我电话***"}


async def test_one_click_makes_a_draft_with_the_questions_as_phrasings(store: Database, gaps: Gaps) -> None:
    await ask(store, "路灯不亮了", "灯坏了找谁", "街上的灯灭了好几天", "路灯不亮了", "身份证丢了")
    [gap] = gaps.groups(WRITER)
    done = gaps.draft(WRITER, [question.id for question in gap.questions])
    content = version_of(store, done.article_id, 1).content
    assert (done.state, done.owner) == ("draft", UNIT)
    assert {content["title"], *content["phrasings"]} == {"路灯不亮了", "灯坏了找谁", "街上的灯灭了好几天"}
    assert (content["category"], content["unit"]) == (["城乡建设", "市政设施"], UNIT)
    assert "answer" in {fault.field for fault in done.faults}
    assert gaps.groups(WRITER) == []
    assert [texts(gap) for gap in gaps.groups(HOTLINE)] == [{"身份证丢了"}]


async def test_a_question_that_is_put_aside_is_gone_and_a_new_one_comes(store: Database, gaps: Gaps) -> None:
    await ask(store, "路灯不亮了", "灯坏了")
    gaps.dismiss(WRITER, [gaps.groups(WRITER)[0].questions[0].id])
    [gap] = gaps.groups(WRITER)
    assert len(gap.questions) == 1
    gaps.dismiss(WRITER, [gap.questions[0].id])
    assert gaps.groups(WRITER) == []
    await ask(store, "路灯又不亮了")
    assert len(gaps.groups(WRITER)) == 1


@pytest.mark.parametrize("to", ["asked", "beyond"])
async def test_what_did_not_help_is_added_to_the_article_for_review(store: Database, gaps: Gaps, to: Any) -> None:
    publish(store)
    await ask(store, "火星上的灯坏了找谁", "灯" * 150, "火星上的灯坏了找谁", article="lamp")
    [gap] = [gap for gap in gaps.groups(WRITER) if len(gap.questions) == 2]
    done = gaps.add(WRITER, [question.id for question in gap.questions], to)
    assert (done.state, done.published) == ("in_review", 1)
    assert version_of(store, "lamp", done.number).content[to] == ["火星上的灯坏了找谁"]
    [rest] = gaps.groups(WRITER)
    gaps.add(WRITER, [question.id for question in rest.questions], to)
    kept = version_of(store, "lamp", done.number + 1).content
    assert kept[to] == ["火星上的灯坏了找谁", "灯" * 100]
    assert kept["answer"] == version_of(store, "lamp", 1).content["answer"]
    assert gaps.groups(WRITER) == []


async def test_a_question_is_answered_or_it_is_not(store: Database, gaps: Gaps) -> None:
    publish(store, values={"asked": ["灯还是不亮", "灯修好了没有"]})
    await ask(store, "灯还是不亮", article="lamp")
    [gap] = gaps.groups(WRITER)
    done = gaps.add(WRITER, [question.id for question in gap.questions], "beyond")
    content = version_of(store, "lamp", done.number).content
    assert (content["asked"], content["beyond"]) == (["灯修好了没有"], ["灯还是不亮"])


async def test_what_was_given_no_article_is_added_to_none(store: Database, gaps: Gaps) -> None:
    await ask(store, "路灯不亮了")
    [gap] = gaps.groups(WRITER)
    with pytest.raises(NoArticle):
        gaps.add(WRITER, [question.id for question in gap.questions], "asked")
    assert len(gaps.groups(WRITER)) == 1


async def test_nobody_takes_another_units_questions(store: Database, gaps: Gaps) -> None:
    await ask(store, "身份证丢了")
    [gap] = gaps.groups(HOTLINE)
    ids = [question.id for question in gap.questions]
    for attempt in (
        lambda: gaps.draft(WRITER, ids),
        lambda: gaps.dismiss(WRITER, ids),
        lambda: gaps.draft(HOTLINE, [9]),
    ):
        with pytest.raises(NoArticle):
            attempt()
    with pytest.raises(NotAllowed):
        gaps.dismiss(REVIEWER, ids)
    assert len(gaps.groups(STRANGER)) == 1


async def test_what_was_encoded_is_not_encoded_again(store: Database, gaps: Gaps, encoder: Topics) -> None:
    await ask(store, "路灯不亮了", "路灯不亮了", "灯坏了")
    gaps.groups(HOTLINE)
    await ask(store, "狗叫个不停")
    gaps.groups(HOTLINE)
    assert sorted(encoder.asked) == sorted({"路灯不亮了", "灯坏了", "狗叫个不停"})
    assert gaps.groups(HOTLINE) == gaps.groups(HOTLINE)


def test_without_questions_there_is_no_gap(gaps: Gaps) -> None:
    assert gaps.groups(HOTLINE) == []


async def test_questions_that_are_too_many_for_phrasings_are_kept_as_asked(store: Database, gaps: Gaps) -> None:
    asked = [f"第{number}盏路灯不亮了" for number in range(15)]
    await ask(store, *asked)
    [gap] = gaps.groups(WRITER)
    done = gaps.draft(WRITER, [question.id for question in gap.questions])
    content = version_of(store, done.article_id, 1).content
    assert len(content["phrasings"]) == 8
    assert {content["title"], *content["phrasings"], *content["asked"]} == set(asked)
