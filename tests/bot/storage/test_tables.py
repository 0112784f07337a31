"""What people said and who they are cannot be read in the file of the store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.storage import Database
from bot.storage.tables import (
    Answered,
    Conversation,
    Handoff,
    Media,
    Notice,
    Observation,
    Utterance,
    Visitor,
    WorkOrderEvent,
    WorkOrderRow,
)

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
            lambda: Media(id="m", visitor_id="v", name=SECRET, content_type="image/png", size=1), id="name of an upload"
        ),
    ],
)
def test_personal_data_is_unreadable_in_the_file(store: Database, tmp_path: Path, row: Any) -> None:
    with store.transaction() as session:
        session.add(row())
        # Not personal, so that the test can see that the file is the right one and is written.
        session.add(Handoff(visitor_id="a visitor who can be read", queue="general"))
    store.engine.dispose()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("x.db*"))
    assert b"a visitor who can be read" in raw
    for part in ("13812345678", "王芳", "丽阳街"):
        assert part.encode() not in raw
        assert part.encode("utf-16-le") not in raw
        assert part.encode("unicode_escape") not in raw or part.isascii()
