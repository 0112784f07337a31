"""What people said and who they are cannot be read in the file of the store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, Float, Integer, select

from bot.storage import Database
from bot.storage.tables import (
    Access,
    Answered,
    Base,
    Conversation,
    Handoff,
    InboxRow,
    Media,
    Notice,
    Observation,
    OutboxRow,
    Utterance,
    Visitor,
    WorkOrderEvent,
    WorkOrderRow,
    now,
)
from bot.storage.types import Encrypted, Instant

SECRET = "王芳13812345678住丽阳街123号"


def order(**values: Any) -> WorkOrderRow:
    plain = {
        "number": "LS20260309-7K3M9Q",
        "draft_key": "d",
        "visitor_id": "v",
        "requester": {},
        "channel": "web",
        "kind": "complaint",
        "category": ["环境保护", "噪声污染"],
        "unit": "莲都区综合行政执法局",
        "region": "莲都区",
        "description": "",
        "urgency": "standard",
        "due_date": date(2026, 3, 18),
    }
    return WorkOrderRow(**{**plain, **values})


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(lambda: order(requester={"name": "王芳", "phone": SECRET}), id="requester"),
        pytest.param(lambda: order(description=SECRET), id="description"),
        pytest.param(lambda: order(location=SECRET), id="location"),
        pytest.param(lambda: order(occurred_at=SECRET), id="time"),
        pytest.param(lambda: Visitor(id="v", channel="web", offered=[{"title": SECRET, "payload": "/x"}]), id="offer"),
        pytest.param(lambda: order(events=[WorkOrderEvent(kind="supplemented", data={"text": SECRET})]), id="event"),
        pytest.param(lambda: Utterance(visitor_id="v", speaker="visitor", content={"text": SECRET}), id="utterance"),
        pytest.param(lambda: Conversation(visitor_id="v", state=[{"text": SECRET}]), id="conversation"),
        pytest.param(lambda: Answered(visitor_id="v", client_id="c", answer={"text": SECRET}), id="answer"),
        pytest.param(lambda: Notice(visitor_id="v", content={"text": SECRET}), id="notice"),
        pytest.param(lambda: Observation(kind="abuse", visitor_id="v", content=SECRET), id="observation"),
        pytest.param(
            lambda: OutboxRow(
                key="k", order_id=99, kind="registered", next_try_at=now(), error=f"no such phone: {SECRET}"
            ),
            id="error of a delivery",
        ),
        pytest.param(
            lambda: InboxRow(id="e", number="LS20260309-222222", state="applied", event={"data": {"text": SECRET}}),
            id="report of the backend",
        ),
        pytest.param(
            lambda: Media(id="m", visitor_id="v", name=SECRET, content_type="image/png", size=1), id="name of an upload"
        ),
    ],
)
def test_personal_data_is_unreadable_in_the_file(sqlite_store: Database, tmp_path: Path, row: Any) -> None:
    with sqlite_store.transaction() as session:
        session.add(order(number="LS20260309-222222", draft_key="another", id=99))
        session.flush()
        session.add(row())
        # Not personal, so that the test can see that the file is the right one and is written.
        session.add(Handoff(visitor_id="a visitor who can be read", queue="general"))
    sqlite_store.engine.dispose()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("x.db*"))
    assert b"a visitor who can be read" in raw
    for part in ("13812345678", "王芳", "丽阳街"):
        assert part.encode() not in raw
        assert part.encode("utf-16-le") not in raw
        assert part.encode("unicode_escape") not in raw or part.isascii()


PLAIN = {
    "accesses": "who what number",
    "answered": "visitor_id client_id",
    "article_versions": "article_id content digest state author unit note decided_by decision",
    "articles": "id owner external_id state title category words",
    "catalogue_changes": "category1 category2 region values decided_by reason",
    "conversations": "visitor_id",
    "guesses": "subject",
    "handoffs": "visitor_id queue state",
    "inbox": "id number state",
    "kb_gap_marks": "article_id marked_by",
    "kb_revision": "",
    "media": "id visitor_id order_number content_type address_digest",
    "notices": "visitor_id order_number kind",
    "observations": "kind visitor_id subject",
    "outbox": "key kind state",
    "proofs": "visitor_id number",
    "utterances": "visitor_id speaker",
    "visitors": "id channel token_digest expects address_digest",
    "wechat_accounts": "app_id",
    "wechat_deliveries": "key visitor_id kind state platform_id error",
    "wechat_inbound": "key visitor_id state",
    "wechat_people": "visitor_id",
    "work_order_events": "kind actor who",
    "work_orders": "number draft_key visitor_id phone_digest place_digest cluster channel kind category unit co_units "
    "runner_up special_period region urgency status external_id",
}
"""Columns that can be read without the key: names of ours, of units and agents, and of what is in the catalogue."""


def test_whatever_else_can_hold_words_is_encrypted() -> None:
    harmless = (Boolean, Date, Float, Instant, Integer)
    found = {
        table.name: {column.name for column in table.columns if not isinstance(column.type, (Encrypted, *harmless))}
        for table in Base.metadata.sorted_tables
    }
    assert found == {name: set(columns.split()) for name, columns in PLAIN.items()}


def test_a_record_of_who_read_an_order_is_found_by_its_number_and_says_nothing_of_its_requester(
    store: Database,
) -> None:
    with store.transaction() as session:
        session.add(order(requester={"name": "王芳", "phone": SECRET}))
        session.add_all(Access(who=who, what="open311", number="LS20260309-7K3M9Q") for who in ("甲平台", "乙平台"))
        session.add(Access(who="甲平台", what="open311", number="LS20260309-222222"))
    with store.transaction() as session:
        query = select(Access).where(Access.number == "LS20260309-7K3M9Q").order_by(Access.id)
        assert [(row.who, row.what) for row in session.scalars(query)] == [("甲平台", "open311"), ("乙平台", "open311")]
