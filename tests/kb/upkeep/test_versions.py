"""A comparison that people can read, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage import Database
from kb.upkeep import review
from kb.upkeep.problems import Conflict, NoArticle, WrongState
from kb.upkeep.versions import diff, undo, versions
from tests.kb.writing import HOTLINE, REVIEWER, WRITER, fields, publish, row_of, version_of, write


def test_a_comparison_shows_the_pieces_that_went_and_came() -> None:
    [change] = diff(fields(), fields(answer=fields()["answer"].replace("三个工作日", "5个工作日")))
    assert (change.field, change.label) == ("answer", "回答")
    assert ("out", "三") in change.parts and ("in", "5") in change.parts


def test_fields_are_compared_in_the_order_in_which_they_are_read() -> None:
    new = fields(
        title="路灯坏了打谁的电话？", source={"title": "《新办法》", "url": "https://example.org"}, steps=["拍照"]
    )
    assert [change.field for change in diff(fields(), new)] == ["title", "steps", "source.title", "source.url"]
    assert diff(fields(), fields()) == []


def test_against_nothing_all_is_new() -> None:
    found = diff({}, fields())
    assert {"title", "phrasings", "answer"} <= {change.field for change in found}
    assert all([kind for kind, _ in change.parts] == ["in"] for change in found)


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_are_the_two_texts(old: str, new: str) -> None:
    for change in diff({"answer": old}, {"answer": new}):
        assert "".join(text for kind, text in change.parts if kind != "in") == old
        assert "".join(text for kind, text in change.parts if kind != "out") == new


def test_the_versions_tell_who_did_what(store: Database) -> None:
    publish(store)
    write(store, values={"title": "路灯坏了打什么电话？"}, note="标题更口语")
    with store.transaction() as session:
        found = versions(session, row_of(store))
        assert [(one.number, one.state, one.author, one.note) for one in found] == [
            (2, "in_review", WRITER.name, "标题更口语"),
            (1, "published", WRITER.name, ""),
        ]
        assert found[1].decided_by == REVIEWER.name


def test_undo_brings_the_old_content_back_as_a_new_version_for_review(store: Database) -> None:
    publish(store)
    write(store, values={"title": "路灯坏了打什么电话？"})
    with store.transaction() as session:
        done = undo(session, WRITER, "lamp", 1, based_on=2)
    assert (done.number, done.state, done.published) == (3, "in_review", 1)
    assert version_of(store, "lamp", 3).content == version_of(store, "lamp", 1).content
    assert version_of(store, "lamp", 3).note == "恢复到第 1 版"


def test_undo_brings_back_what_was_withdrawn(store: Database) -> None:
    publish(store)
    with store.transaction() as session:
        review.withdraw(session, HOTLINE, "lamp", "弄错了")
        assert undo(session, WRITER, "lamp", 2).number == 3


def test_undo_of_the_newest_or_of_none_is_refused(store: Database) -> None:
    publish(store)
    with store.transaction() as session, pytest.raises(WrongState):
        undo(session, WRITER, "lamp", 1)
    with store.transaction() as session, pytest.raises(NoArticle):
        undo(session, WRITER, "lamp", 7)
    write(store, values={"title": "路灯坏了打什么电话？"})
    with store.transaction() as session, pytest.raises(Conflict):
        undo(session, WRITER, "lamp", 1, based_on=1)
