"""A person gets what is kept of them, and has it removed, as far as nothing is under way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.dialogue.gate import Gate, IncomingMessage
from bot.hotline.personal import Personal
from bot.hotline.tickets.outbox import Outbox
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Access, Conversation, Utterance, WorkOrderRow
from tests.bot.dialogue.gate.echo import Echo, say
from tests.bot.hotline.tickets import Recorder
from tests.bot.hotline.tickets.letters import all_done
from tests.bot.hotline.workorders.factories import DRAFT, PHONE, changed, file, live

CLOSED = ("dispatched", "signed", "replied", "closed")


async def filed(store: Database, visitor_id: str, *moves: str, key: str = "k") -> str:
    number = await file(store, changed(DRAFT, key=key, visitor_id=visitor_id))
    await live(WorkOrders(store), number, *moves)
    await all_done(Outbox(store, Recorder()))
    return number


def count(store: Database, table: Any) -> int:
    with store.transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def read(answer: Any) -> str:
    return str(answer.messages[0]["text"])


async def test_closed_orders_and_all_that_was_said_go_and_what_is_under_way_stays(
    store: Database, gate: Gate, engine: Echo, me: str
) -> None:
    closed, open_ = await filed(store, me, *CLOSED, key="a"), await filed(store, me, "dispatched", key="b")
    other = await filed(store, "somebody", *CLOSED, key="c")
    await gate.handle(say(me, "我叫王芳，楼下很吵", client_id="1"))
    with store.transaction() as session:
        session.add(Conversation(visitor_id=me, state=[{"event": "slot"}]))
    answer = await gate.handle(say(me, "我要删除我的信息"))
    assert "1件工单" in read(answer) and "没办完的1件" in read(answer)
    assert await WorkOrders(store).find(closed, me)
    done = await gate.handle(say(me, "确定删除"))
    assert "已经删除" in read(done) and "没办完的1件" in read(done)
    assert [order.number for order in await WorkOrders(store).own(me)] == [open_]
    assert await WorkOrders(store).find(closed, "anybody", PHONE) is None
    assert await WorkOrders(store).find(other, "somebody")
    with store.transaction() as session:
        assert [row.content for row in session.scalars(select(Utterance).where(Utterance.speaker == "visitor"))] == [
            {"text": "确定删除"}
        ]
        assert [(row.who, row.what, row.number) for row in session.scalars(select(Access))] == [
            ("requester", "erased", closed)
        ]
    assert count(store, Conversation) == 0
    # The engine never heard of it, and goes on.
    assert engine.texts == ["我叫王芳，楼下很吵"]
    assert read(await gate.handle(say(me, "你好"))) == "2: 你好"


async def test_nothing_is_removed_without_a_yes(store: Database, gate: Gate, me: str) -> None:
    number = await filed(store, me, *CLOSED)
    await gate.handle(say(me, "删除我的信息"))
    assert "没有删除" in read(await gate.handle(say(me, "不删了")))
    assert await WorkOrders(store).find(number, me)


@pytest.mark.parametrize("text", ["/erase_my_data_now", "确定删除"])
async def test_nobody_removes_by_a_word_alone(store: Database, gate: Gate, me: str, text: str) -> None:
    number = await filed(store, me, *CLOSED)
    await gate.handle(say(me, text))
    assert await WorkOrders(store).find(number, me)


async def test_an_order_of_another_session_goes_once_it_is_proven(store: Database, gate: Gate, me: str) -> None:
    number = await filed(store, "another session", *CLOSED)
    await gate.handle(say(me, "删除我的信息"))
    await gate.handle(say(me, "确定删除"))
    assert count(store, WorkOrderRow) == 1
    assert await WorkOrders(store).find(number, me, PHONE)
    await gate.handle(say(me, "删除我的信息"))
    await gate.handle(say(me, "确定删除"))
    assert count(store, WorkOrderRow) == 0


async def test_a_person_gets_all_that_is_kept_and_nobody_elses(store: Database, gate: Gate, me: str) -> None:
    number = await filed(store, me, *CLOSED)
    await filed(store, "somebody", key="other")
    with store.transaction() as session:
        session.add(Access(who="board", what="open311:requests", number=number))
    await gate.handle(say(me, "我叫王芳"))
    [bubble] = (await gate.handle(say(me, "导出我的信息"))).messages
    [link] = bubble["links"]
    assert link["url"].startswith("/w/mine/")
    found = await Personal(store).export(me)
    [order] = found["orders"]
    assert (order["number"], order["name"], order["phone"]) == (number, DRAFT.requester.name, PHONE)
    assert order["description"] == DRAFT.description
    assert [(look["who"], look["what"]) for look in order["accesses"]] == [("board", "open311:requests")]
    assert {"text": "我叫王芳"} in [line["content"] for line in found["transcript"]]


async def test_where_no_page_can_be_shown_a_person_helps(gate: Gate, me: str) -> None:
    answer = await gate.handle(IncomingMessage(me, "wechat", "导出我的信息"))
    assert [button["payload"] for button in answer.messages[0]["buttons"]] == ["/ask_human"]
