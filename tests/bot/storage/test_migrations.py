"""A store of the first release keeps its orders, and they live on like all others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from bot.clock import local_now
from bot.dialogue.notices import Announcements
from bot.hotline.tickets.inbox import Inbox
from bot.hotline.tickets.outbox import Outbox
from bot.hotline.tickets.seam import Report
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import ROOT
from bot.storage import Database
from bot.storage.engine import MIGRATIONS
from bot.storage.tables import WorkOrderRow
from bot.storage.types import cipher, digest
from channels.wechat import kept
from tests.bot.hotline.tickets import Recorder, row_of

ME, PHONE = "me", "13812345678"
FILED = datetime(2026, 11, 2, 1, 30)
LIVES = {
    "registered": ["registered"],
    "dispatched": ["registered", "urged", "dispatched", "supplemented"],
    "in_progress": ["registered", "dispatched", "signed", "urged"],
    "extended": ["registered", "dispatched", "signed", "extended"],
    "replied": ["registered", "dispatched", "signed", "extended", "replied"],
    "closed": ["registered", "dispatched", "signed", "replied", "closed", "rated"],
    "reopened": ["registered", "dispatched", "signed", "replied", "closed", "rated", "reopened"],
    "withdrawn": ["registered", "supplemented", "withdrawn"],
}
DATA: dict[str, dict[str, Any]] = {
    "registered": {"channel": "web"},
    "supplemented": {"text": "昨天又吵到三点"},
    "extended": {"reason": "要等检测结果", "due_date": "2026-12-01"},
    "replied": {"text": "已经责令整改"},
    "rated": {"rating": "dissatisfied", "reason": None},
}


def secret(value: Any) -> bytes:
    return cipher().encrypt(json.dumps(value, ensure_ascii=False).encode())


def upgrade(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def number_of(state: str) -> str:
    return f"LS20261102-{state[:6].upper():X<6}"


@pytest.fixture
def early(empty: Database) -> Iterator[Database]:
    """A store of the first release, with an order in every state, by the tables that it had."""
    upgrade(empty, "0001")
    assert "status" not in {column["name"] for column in inspect(empty.engine).get_columns("work_orders")}
    order = text(
        "INSERT INTO work_orders (id, number, draft_key, visitor_id, phone_digest, requester, channel, kind, category, "
        "unit, region, location, description, occurred_at, urgency, immediate, confidential, due_date, "
        "due_provisional, created_at) VALUES (:id, :number, :number, 'me', :phone, :requester, 'web', 'complaint', "
        ":category, '莲都区综合行政执法局', '莲都区', :location, :description, NULL, 'standard', :no, :yes, "
        "'2026-11-11', :no, :at)"
    )
    event = text(
        "INSERT INTO work_order_events (order_id, kind, data, created_at) VALUES (:order_id, :kind, :data, :at)"
    )
    with empty.engine.begin() as connection:
        for place, (state, kinds) in enumerate(LIVES.items(), 1):
            values = {
                "id": place,
                "number": number_of(state),
                "phone": digest(PHONE),
                "requester": secret({"name": "王芳", "phone": PHONE}),
                "category": json.dumps(["环境保护", "噪声污染"]),
                "location": secret("丽阳街123号"),
                "description": secret(f"楼下的烧烤店很吵（{state}）"),
                "yes": True,
                "no": False,
                "at": FILED + timedelta(minutes=place),
            }
            connection.execute(order, values)
            for step, kind in enumerate(kinds):
                at = FILED + timedelta(hours=step, minutes=place)
                data = secret(DATA.get(kind, {}))
                connection.execute(event, {"order_id": place, "kind": kind, "data": data, "at": at})
        notice = text("INSERT INTO notices (visitor_id, content, created_at) VALUES ('me', :content, :at)")
        connection.execute(notice, {"content": secret({"messages": [{"text": "您好"}], "expects": None}), "at": FILED})
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT setval('work_orders_id_seq', 100)")
    yield empty


@pytest.mark.parametrize("state", LIVES)
async def test_an_order_is_kept_whole_and_has_the_state_that_follows_from_its_events(
    early: Database, state: str
) -> None:
    early.migrate()
    row = await row_of(early, number_of(state))
    assert (row.status, row.cluster, row.external_id) == (state, row.number, None)
    assert (row.description, row.location, row.category) == (
        f"楼下的烧烤店很吵（{state}）",
        "丽阳街123号",
        ["环境保护", "噪声污染"],
    )
    assert (row.requester, row.phone_digest) == ({"name": "王芳", "phone": PHONE}, digest(PHONE))
    assert (row.due_date.isoformat(), row.immediate, row.confidential) == ("2026-11-11", False, True)
    assert row.created_at.replace(tzinfo=None) - FILED < timedelta(hours=1)
    assert [event.kind for event in row.events] == LIVES[state]
    assert [event.data for event in row.events] == [DATA.get(kind, {}) for kind in LIVES[state]]


async def test_who_moved_an_order_follows_from_what_happened(early: Database) -> None:
    early.migrate()
    row = await row_of(early, number_of("reopened"))
    assert [(event.kind, event.actor) for event in row.events] == [
        ("registered", "requester"),
        ("dispatched", "hotline"),
        ("signed", "unit"),
        ("replied", "unit"),
        ("closed", "unit"),
        ("rated", "requester"),
        ("reopened", "service"),
    ]


async def test_every_order_goes_to_the_backend_once_with_what_its_requester_has_done(early: Database) -> None:
    early.migrate()
    early.migrate()
    backend = Recorder()
    relay = Outbox(early, backend)
    while await relay.deliver_due():
        pass
    assert await relay.letters() == []
    own = ("supplemented", "urged", "withdrawn", "rated")
    for state, kinds in LIVES.items():
        mine = [call for call in backend.calls if call.number == number_of(state)]
        assert [call.what for call in mine] == ["file", *(kind for kind in kinds if kind in own)]
        assert mine[0].key == number_of(state)
        assert not any(call.again for call in mine)
        assert (await row_of(early, number_of(state))).external_id == f"EXT-{number_of(state)}"
    assert len({call.key for call in backend.calls}) == len(backend.calls)


async def test_an_order_of_the_first_release_lives_on(early: Database) -> None:
    early.migrate()
    cases, inbox, at = WorkOrders(early), Inbox(early), local_now()
    for state, kind, by, data, then in (
        ("registered", "dispatched", "hotline", {"unit": "莲都区综合行政执法局"}, "dispatched"),
        ("dispatched", "signed", "unit", {}, "in_progress"),
        ("in_progress", "extended", "unit", {"reason": "要等检测", "due_date": "2099-12-31"}, "extended"),
        ("extended", "replied", "unit", {"text": "已经责令整改"}, "replied"),
        ("replied", "closed", "unit", {}, "closed"),
    ):
        assert await inbox.take(Report(kind, number_of(state), kind, by, data, None, at)) == "applied"
        assert (await row_of(early, number_of(state))).status == then
    order = await cases.find(number_of("in_progress"), "somebody else", PHONE)
    assert order is not None and order.status == "extended"
    assert len(await cases.own(ME)) == len(LIVES)
    urged = await cases.urge(number_of("dispatched"))
    assert urged.history[-1].event == "urged"


async def test_a_notice_of_the_first_release_is_not_brought_again(early: Database) -> None:
    early.migrate()
    await Inbox(early).take(Report("e", number_of("extended"), "replied", "unit", {"text": "已经责令整改"}))
    notices = Announcements(early)
    [(_, old), (_, fresh)] = await notices.after(ME, 0)
    assert old["messages"][0]["text"] == "您好"
    assert [content for _, content in await notices.after(ME, await notices.brought(ME))] == [fresh]


def test_a_new_store_begins_empty_and_at_the_newest_revision(empty: Database) -> None:
    empty.migrate()
    newest = max((ROOT / "bot" / "storage" / "migrations" / "versions").glob("0*.py")).name[:4]
    with empty.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar() == 0
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest


def test_times_are_kept_in_universal_time(early: Database) -> None:
    early.migrate()
    with early.engine.connect() as connection:
        query = text("SELECT created_at FROM work_orders WHERE id = 1")
        kept = connection.execute(query).scalar()
    assert datetime.fromisoformat(str(kept)) == FILED + timedelta(minutes=1)
    with early.transaction() as session:
        assert session.get(WorkOrderRow, 1).created_at == (FILED + timedelta(minutes=1)).replace(tzinfo=timezone.utc)


def test_messages_of_citizens_that_were_not_answered_are_still_in_the_queue(empty: Database) -> None:
    upgrade(empty, "0005")
    long_ago = FILED - timedelta(minutes=1)
    message = text(
        "INSERT INTO wechat_inbound (key, visitor_id, message, state, claimed_until, received_at) "
        "VALUES (:key, 'me', :message, :state, :until, :at)"
    )
    with empty.engine.begin() as connection:
        for key, state, until in (
            ("left", "kept", FILED),
            ("under way", "kept", datetime(2999, 1, 1)),
            ("done", "done", FILED),
        ):
            values = {"key": key, "message": secret({}), "state": state, "until": until, "at": long_ago}
            connection.execute(message, values)
    empty.migrate()
    with empty.transaction() as session:
        assert [(row.key, row.attempts) for row in kept.QUEUE.claim(session, 10)] == [("left", 2)]


async def test_a_report_that_waited_before_the_queue_still_waits_for_its_order(empty: Database) -> None:
    upgrade(empty, "0005")
    number = "LS20261102-222222"
    event = {"kind": "signed", "by": "unit", "data": {}, "who": None, "at": None}
    report = text(
        "INSERT INTO inbox (id, number, state, event, created_at) VALUES ('e', :number, 'waiting', :event, :at)"
    )
    with empty.engine.begin() as connection:
        connection.execute(report, {"number": number, "event": secret(event), "at": FILED})
    empty.migrate()
    await Inbox(empty).apply_due()
    assert [waiting["number"] for waiting in await Inbox(empty).waiting()] == [number]
