"""Nothing reaches citizens that a second person has not seen; what is wrong is gone at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage import Database
from kb.search.published import load_published, today
from kb.upkeep import review
from kb.upkeep.editing import Editor
from kb.upkeep.problems import Conflict, Invalid, NoArticle, NotAllowed, WrongState
from tests.kb.writing import (
    BOTH,
    HOTLINE,
    OTHER_UNIT,
    REVIEWER,
    STRANGER,
    UNIT,
    WRITER,
    approve,
    publish,
    row_of,
    version_of,
    write,
)

ALONE = Editor(f"{UNIT}/系统", UNIT, frozenset({"write", "publish"}), alone=True)


def shown(store: Database) -> list[str]:
    return [article.title for article in load_published(store).articles]


# Publishing -----------------------------------------------------------------------------------------------------------


def test_an_article_under_review_is_not_seen_and_a_published_one_is(store: Database) -> None:
    write(store)
    assert shown(store) == []
    done = approve(store)
    assert (done.state, done.published) == ("published", 1)
    assert shown(store) == ["路灯坏了找谁修？"]
    assert version_of(store, "lamp", 1).decided_by == REVIEWER.name


def test_nobody_publishes_what_he_wrote_unless_the_setting_lets_him(store: Database) -> None:
    write(store, editor=BOTH)
    with pytest.raises(NotAllowed, match="另一个人"):
        approve(store, editor=BOTH)
    assert shown(store) == []
    write(store, "other", editor=ALONE)
    assert approve(store, "other", editor=ALONE).state == "published"


def test_publishing_needs_the_scope_and_the_reach(store: Database) -> None:
    write(store)
    with pytest.raises(NotAllowed, match="审核发布"):
        approve(store, editor=WRITER)
    with pytest.raises(NoArticle):
        approve(store, editor=STRANGER)
    assert approve(store, editor=HOTLINE).state == "published"


def test_publishing_twice_changes_nothing(store: Database) -> None:
    publish(store)
    before = load_published(store).revision
    assert approve(store).changed is False
    assert load_published(store).revision == before


def test_a_draft_is_handed_in_before_it_is_published(store: Database) -> None:
    write(store, draft=True)
    with pytest.raises(WrongState, match="先提交审核"):
        approve(store)
    with store.transaction() as session:
        assert review.submit(session, WRITER, "lamp", 1).state == "in_review"
        assert review.submit(session, WRITER, "lamp", 1).changed is False
    assert approve(store).state == "published"


def test_an_unfinished_draft_is_not_handed_in(store: Database) -> None:
    write(store, draft=True, values={"answer": "短"})
    with store.transaction() as session, pytest.raises(Invalid, match="回答"):
        review.submit(session, WRITER, "lamp", 1)
    publish(store, "other")
    with store.transaction() as session, pytest.raises(WrongState):
        review.submit(session, WRITER, "other", 1)


def test_the_reviewer_publishes_only_what_he_has_seen(store: Database) -> None:
    write(store)
    write(store, values={"title": "后来改过的标题"})
    with pytest.raises(Conflict) as error:
        approve(store, number=1)
    assert (error.value.number, shown(store)) == (2, [])
    assert "请刷新" in error.value.message


def test_what_is_over_already_is_not_published(store: Database) -> None:
    write(store, values={"valid_to": (today() - timedelta(days=1)).isoformat()})
    with pytest.raises(Invalid, match="失效"):
        approve(store)


# Sending back ---------------------------------------------------------------------------------------------------------


def test_sent_back_it_is_a_draft_with_the_reason(store: Database) -> None:
    write(store)
    with store.transaction() as session:
        assert review.send_back(session, REVIEWER, "lamp", 1, "电话号码不对").state == "draft"
    returned = version_of(store, "lamp", 1)
    assert (returned.state, returned.decided_by, returned.decision) == ("draft", REVIEWER.name, "电话号码不对")
    with store.transaction() as session, pytest.raises(WrongState):
        review.send_back(session, REVIEWER, "lamp", 1, "再来")


@pytest.mark.parametrize(("note", "told"), [(" ", "写明原因"), ("长" * 501, "最多 500 个字")])
def test_a_reason_is_needed_and_short(store: Database, note: str, told: str) -> None:
    write(store)
    with store.transaction() as session, pytest.raises(Invalid, match=told):
        review.send_back(session, REVIEWER, "lamp", 1, note)
    approve(store)
    with store.transaction() as session, pytest.raises(Invalid, match=told):
        review.withdraw(session, REVIEWER, "lamp", note)
    assert shown(store) == ["路灯坏了找谁修？"]


# Withdrawing ----------------------------------------------------------------------------------------------------------


def test_a_withdrawn_article_is_gone_at_once_and_can_come_back(store: Database) -> None:
    publish(store)
    before = load_published(store).revision
    with store.transaction() as session:
        done = review.withdraw(session, REVIEWER, "lamp", "政策废止")
        assert review.withdraw(session, REVIEWER, "lamp", "政策废止").changed is False
    assert (done.number, done.state, done.published) == (2, "withdrawn", None)
    assert shown(store) == [] and load_published(store).revision == before + 1
    last = version_of(store, "lamp", 2)
    assert (last.author, last.note) == (REVIEWER.name, "政策废止")
    assert write(store).number == 3
    assert approve(store, number=3).published == 3


def test_a_draft_is_dropped_by_who_writes_what_is_published_by_who_publishes(store: Database) -> None:
    write(store)
    with store.transaction() as session:
        assert review.withdraw(session, WRITER, "lamp", "写错了").state == "withdrawn"
    assert load_published(store).revision == 0
    publish(store, "other")
    with store.transaction() as session, pytest.raises(NotAllowed):
        review.withdraw(session, WRITER, "other", "写错了")


# Confirming -----------------------------------------------------------------------------------------------------------


def test_who_confirms_renews_the_day_of_review_and_nothing_else(store: Database) -> None:
    publish(store, values={"reviewed_on": "2025-01-02"})
    with store.transaction() as session:
        done = review.confirm(session, REVIEWER, "lamp", 1)
        assert review.confirm(session, REVIEWER, "lamp", 2).changed is False
    assert (done.number, done.state, done.published) == (2, "published", 2)
    assert row_of(store).reviewed_on == today()
    old, new = version_of(store, "lamp", 1).content, version_of(store, "lamp", 2).content
    assert {name for name in new if new[name] != old[name]} == {"reviewed_on"}


def test_only_what_citizens_see_is_confirmed(store: Database) -> None:
    publish(store)
    write(store, values={"title": "还没有审核的标题"})
    with store.transaction() as session, pytest.raises(WrongState, match="没发布的修改"):
        review.confirm(session, REVIEWER, "lamp", 2)


def test_what_is_over_already_is_not_confirmed(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    last = today()
    publish(store, values={"reviewed_on": "2025-01-02", "valid_to": last.isoformat()})
    monkeypatch.setattr("kb.search.published.today", lambda: last + timedelta(days=1))
    with store.transaction() as session, pytest.raises(Invalid, match=f"已经在 {last} 失效"):
        review.confirm(session, REVIEWER, "lamp", 1)
    assert row_of(store).newest == 1


def test_another_unit_finds_nothing(store: Database) -> None:
    write(store)
    with store.transaction() as session, pytest.raises(NoArticle):
        review.send_back(session, STRANGER, "lamp", 1, f"{OTHER_UNIT}不该看到")
