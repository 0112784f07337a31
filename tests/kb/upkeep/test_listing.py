"""The list is filtered and paged, and what is due for a look is brought up in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.storage import Database
from kb.search.published import today
from kb.upkeep import listing, review
from kb.upkeep.editing import Editor
from kb.upkeep.listing import Filter
from kb.upkeep.problems import NotAllowed
from tests.kb.writing import HOTLINE, OTHER_UNIT, STRANGER, UNIT, WRITER, publish, write


def names(store: Database, editor: Editor = HOTLINE, page: int = 1, size: int = 50, **wanted: Any) -> list[str]:
    with store.transaction() as session:
        return [row.external_id for row in listing.listed(session, editor, Filter(**wanted), page, size).rows]


@pytest.fixture
def full(store: Database) -> Database:
    """Five articles of two units, in all states."""
    publish(store, "lamp")
    publish(store, "noise", values={"title": "夜里施工太吵怎么办？", "category": ["环境保护", "噪声污染"]})
    write(store, "draft", values={"answer": "还没写完"}, draft=True)
    write(store, "id-card", editor=STRANGER, values={"unit": OTHER_UNIT, "title": "身份证 100% 丢了怎么补？"})
    publish(store, "gone")
    with store.transaction() as session:
        review.withdraw(session, HOTLINE, "gone", "废止")
        row = listing.listed(session, HOTLINE, Filter(text="noise")).rows[0]
        row.valid_to = today() - timedelta(days=1)
    return store


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"lamp", "noise", "draft", "id-card", "gone"}),
        ({"unit": OTHER_UNIT}, {"id-card"}),
        ({"state": "draft"}, {"draft"}),
        ({"state": "in_review"}, {"id-card"}),
        ({"state": "published"}, {"lamp"}),
        ({"state": "expired"}, {"noise"}),
        ({"state": "withdrawn"}, {"gone"}),
        ({"category": "环境保护"}, {"noise"}),
        ({"category": "环境保护/噪声污染"}, {"noise"}),
        ({"category": "环境"}, set()),
        ({"text": "路灯 坏了", "state": "published"}, {"lamp"}),
        ({"text": "ID-CARD"}, {"id-card"}),
        ({"text": "100%"}, {"id-card"}),
        ({"text": "%"}, {"id-card"}),
        ({"text": "_"}, set()),
        ({"text": "施工", "unit": OTHER_UNIT}, set()),
    ],
)
def test_a_filter_finds_what_it_says(full: Database, wanted: dict[str, Any], found: set[str]) -> None:
    assert set(names(full, **wanted)) == found


def test_a_unit_sees_its_own(full: Database) -> None:
    assert names(full, STRANGER) == ["id-card"]
    assert names(full, STRANGER, unit=UNIT) == []
    assert "id-card" not in names(full, WRITER)


def test_the_list_comes_in_pages(full: Database) -> None:
    pages = [names(full, page=page, size=2) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert sorted(name for page in pages for name in page) == sorted(names(full))
    with full.transaction() as session:
        assert listing.listed(session, HOTLINE, Filter(), 1, 2).total == 5


def test_the_list_needs_the_scope(store: Database) -> None:
    for ask in (listing.listed, listing.exported):
        with store.transaction() as session, pytest.raises(NotAllowed):
            ask(session, Editor("x", UNIT, frozenset({"write"})), Filter())


# Reminders ------------------------------------------------------------------------------------------------------------


def due(store: Database, editor: Editor = HOTLINE) -> list[tuple[str, str]]:
    with store.transaction() as session:
        return [(found.row.external_id, found.why) for found in listing.reminders(session, editor)]


def test_what_is_old_or_ends_soon_is_brought_up_by_unit(store: Database) -> None:
    day = today()
    publish(store, "fresh", values={"reviewed_on": day.isoformat(), "valid_to": (day + timedelta(days=31)).isoformat()})
    publish(store, "old", values={"reviewed_on": (day - timedelta(days=366)).isoformat()})
    publish(store, "year", values={"reviewed_on": (day - timedelta(days=365)).isoformat()})
    publish(store, "ends", values={"valid_to": (day + timedelta(days=30)).isoformat()})
    publish(store, "last-day", values={"valid_to": day.isoformat()})
    write(store, "never-shown", values={"reviewed_on": "2020-01-01"})
    assert sorted(due(store)) == [("ends", "expires"), ("last-day", "expires"), ("old", "review")]
    assert due(store)[-1] == ("old", "review")
    assert due(store, STRANGER) == []
    assert set(names(store, due=True)) == {"old", "ends", "last-day"}
    with store.transaction() as session:
        tomorrow = {r.row.external_id: r.why for r in listing.reminders(session, HOTLINE, day + timedelta(days=1))}
    assert tomorrow == {"year": "review", "old": "review", "ends": "expires", "last-day": "expired", "fresh": "expires"}


def test_who_confirms_is_not_reminded_any_more(store: Database) -> None:
    publish(store, values={"reviewed_on": "2020-01-01"})
    assert due(store) == [("lamp", "review")]
    with store.transaction() as session:
        review.confirm(session, HOTLINE, "lamp", 1)
    assert due(store) == []


def test_an_export_has_what_citizens_see_or_the_newest(store: Database) -> None:
    publish(store)
    write(store, values={"title": "还没有审核的标题"})
    with store.transaction() as session:
        assert [c["title"] for _, c in listing.exported(session, HOTLINE, Filter(state="published"))] == [
            "路灯坏了找谁修？"
        ]
        assert [c["title"] for _, c in listing.exported(session, HOTLINE, Filter())] == ["还没有审核的标题"]
        assert listing.exported(session, STRANGER, Filter()) == []
