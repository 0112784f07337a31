"""What is past its term goes, by kind; what is not settled stays, however old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.hotline import retention
from bot.hotline.retention import enforce
from bot.hotline.tickets.chores import chores
from bot.hotline.tickets.outbox import Outbox
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import (
    Access,
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
    now,
)
from bot.storage.tables_wechat import WeChatInbound, WeChatPerson
from tests.bot.hotline.tickets import Recorder, settled
from tests.bot.hotline.tickets.letters import all_done
from tests.bot.hotline.workorders.factories import DRAFT, changed, file, live, order_with

CLOSED = ("dispatched", "signed", "replied", "closed")
OLD = timedelta(days=4000)


@pytest.fixture(autouse=True)
def folder(environment: Callable[..., Settings], tmp_path: Any) -> Any:
    environment(BOT_DATA_DIR=str(tmp_path))
    (tmp_path / "media").mkdir()
    return tmp_path / "media"


def ago(days: float) -> datetime:
    return now() - timedelta(days=days)


def add(store: Database, *rows: Any) -> None:
    with store.transaction() as session:
        session.add_all(rows)


def left(store: Database, table: Any) -> int:
    with store.transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def said(visitor_id: str, days: float) -> Utterance:
    return Utterance(visitor_id=visitor_id, speaker="visitor", content="我叫王芳", created_at=ago(days))


def grow_old(store: Database, age: timedelta = OLD) -> None:
    """Everything about orders happened this long ago."""
    with store.transaction() as session:
        for table in (WorkOrderRow, WorkOrderEvent):
            for row in session.scalars(select(table)):
                row.created_at -= age


async def test_each_kind_goes_after_its_own_term(store: Database) -> None:
    for visitor_id, age in (("old", 181), ("new", 179)):
        add(
            store,
            said(visitor_id, age),
            Visitor(id=visitor_id, channel="web", offered=[], created_at=ago(age)),
            Notice(visitor_id=visitor_id, content={}, created_at=ago(age), delivered_at=ago(age)),
            Handoff(visitor_id=visitor_id, state="ended", created_at=ago(age), ended_at=ago(age)),
        )
    add(store, *(Conversation(visitor_id=f"c{age}", state=[], updated_at=ago(age)) for age in (29, 31)))
    add(store, *(Access(who="w", what="x", created_at=ago(age)) for age in (364, 366)))
    add(store, *(Observation(kind="abuse", visitor_id="v", created_at=ago(age)) for age in (364, 366)))
    add(store, *(Answered(visitor_id="v", client_id=str(age), answer={}, created_at=ago(age)) for age in (0.9, 1.1)))
    planned = await enforce(store, dry_run=True)
    tables = (Utterance, Visitor, Notice, Handoff, Conversation, Access, Observation, Answered)
    assert [left(store, table) for table in tables] == [2] * 8
    assert await enforce(store) == planned
    assert [left(store, table) for table in tables] == [1] * 8
    assert set((await enforce(store)).values()) == {0}


@pytest.mark.parametrize("days", [10, 20])
async def test_terms_are_settings(store: Database, environment: Callable[..., Settings], days: int) -> None:
    environment(BOT_KEEP_CONVERSATIONS=str(days))
    add(store, said("v", 15))
    await enforce(store)
    assert left(store, Utterance) == (days == 20)


def test_no_term_is_shorter_than_the_law_allows(environment: Callable[..., Settings]) -> None:
    with pytest.raises(ValueError, match="keep_logs"):
        environment(BOT_KEEP_LOGS="100")


async def test_a_closed_order_goes_with_everything_that_belongs_to_it(
    store: Database, folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for name in ("a", "b"):
        add(store, Media(id=name, visitor_id="me", name="x", content_type="image/png", size=1))
        (folder / name).write_bytes(b"x")
        number = await file(store, changed(DRAFT, key=name))
        await live(WorkOrders(store), number, *CLOSED)
    await all_done(Outbox(store, Recorder()))
    assert (await enforce(store))["orders: work_orders"] == 0
    grow_old(store)
    add(store, Access(who="w", what="x", number=number))
    assert (await enforce(store, dry_run=True))["orders: work_orders"] == 2
    assert len(list(folder.iterdir())) == 2
    assert (await enforce(store))["orders: work_orders"] == 2
    assert [left(store, table) for table in (WorkOrderRow, WorkOrderEvent, Media, Notice)] == [0] * 4
    assert list(folder.iterdir()) == [] and left(store, Access) == 1


@pytest.mark.parametrize(
    "moves", [(), ("dispatched",), ("dispatched", "signed"), ("dispatched", "signed", "replied")], ids=str
)
async def test_an_order_that_is_not_settled_stays_with_its_conversation(
    store: Database, moves: tuple[str, ...]
) -> None:
    number, orders = await order_with(store, *moves)
    await all_done(Outbox(store, Recorder()))
    add(store, said("me", 4000), Visitor(id="me", channel="web", offered=[], created_at=ago(4000)))
    grow_old(store)
    await enforce(store)
    assert await orders.find(number, "me")
    assert (left(store, Utterance), left(store, Visitor)) == (1, 1)


async def test_an_order_that_its_backend_has_not_heard_of_stays(store: Database) -> None:
    number, orders = await order_with(store, *CLOSED)
    grow_old(store)
    await enforce(store)
    assert await orders.find(number, "me")


async def test_people_who_wait_or_come_back_are_not_forgotten(store: Database) -> None:
    add(
        store,
        Handoff(visitor_id="waits", created_at=ago(999)),
        *(said(name, 999) for name in ("waits", "back", "follower")),
        said("back", 1),
        *(Visitor(id=n, channel="web", offered=[], created_at=ago(999)) for n in ("waits", "back", "follower", "gone")),
        Conversation(visitor_id="waits", state=[], updated_at=ago(999)),
        WeChatPerson(visitor_id="follower", openid="o", created_at=ago(999)),
        WeChatPerson(visitor_id="left", openid="o", following=False, created_at=ago(999)),
        WeChatInbound(
            key="k", visitor_id="unanswered", message={}, state="dead", received_at=ago(999), next_try_at=ago(999)
        ),
    )
    await enforce(store)
    with store.transaction() as session:
        assert set(session.scalars(select(Visitor.id))) == {"waits", "back", "follower"}
        assert sorted(session.scalars(select(Utterance.visitor_id))) == ["back", "waits"]
        assert list(session.scalars(select(WeChatPerson.visitor_id))) == ["follower"]
    assert (left(store, Conversation), left(store, WeChatInbound)) == (1, 1)


async def test_what_is_still_to_be_done_is_still_seen(store: Database) -> None:
    number, _ = await order_with(store, *CLOSED)
    add(
        store,
        Observation(kind="follow_up_due", visitor_id="me", subject=number, created_at=ago(999)),
        Notice(visitor_id="me", content={}, order_number=number, created_at=ago(999)),
    )
    notices = left(store, Notice)
    await enforce(store)
    assert (left(store, Observation), left(store, Notice)) == (1, notices)
    assert await WorkOrders(store).find(number, "me")


async def test_the_daily_work_enforces_the_terms(store: Database) -> None:
    add(store, said("v", 999), said("v", 1))

    async def gone() -> bool:
        return left(store, Utterance) == 1

    task = asyncio.create_task(chores(store))
    try:
        await settled(gone)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
