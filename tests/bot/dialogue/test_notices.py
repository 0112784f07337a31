"""Notices are kept until the channel brings them, and wake who waits."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import select, text

import bot.hotline.notices
from bot.dialogue.notices import Announcements
from bot.dialogue.visitors import Visitors
from bot.hotline.notices import add_notice, wake
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Notice, Visitor

HELLO, REPLY = [{"text": "您好"}], [{"text": "已经答复"}]
WORDS = {"messages": REPLY, "expects": None}


async def test_a_notice_sent_before_is_found_at_once(store: Database) -> None:
    notices = Announcements(store)
    await notices.send("a", HELLO, expects="rating")
    [(_, content)] = await notices.after("a", 0)
    assert content == {"messages": HELLO, "expects": "rating"}


async def test_what_was_brought_last_is_the_newest_notice_that_a_channel_brought(store: Database) -> None:
    notices = Announcements(store)
    for _ in range(3):
        await notices.send("a", HELLO)
    await notices.send("b", HELLO)
    ids = [number for number, _ in await notices.after("a", 0)]
    assert await notices.brought("a") == 0
    for number in (ids[1], ids[0]):
        await WorkOrders(store).told(number)
        assert await notices.brought("a") == ids[1]
    assert await notices.brought("b") == 0
    assert [number for number, _ in await notices.after("a", await notices.brought("a"))] == [ids[2]]


async def test_notices_come_in_order_and_only_those_not_seen(store: Database) -> None:
    notices = Announcements(store)
    await notices.send("a", HELLO)
    await notices.send("a", REPLY)
    first, second = await notices.after("a", 0)
    assert [first[1]["messages"], second[1]["messages"]] == [HELLO, REPLY]
    assert await notices.after("a", first[0]) == [second]


async def test_a_notice_wakes_who_waits_for_it(store: Database) -> None:
    notices = Announcements(store)
    waiting = asyncio.create_task(notices.after("a", 0))
    other = asyncio.create_task(notices.after("a", 0))
    for _ in range(5):
        assert await notices.brought("a") == 0  # meanwhile both have looked, found nothing, and wait
    await notices.send("a", REPLY)
    for found in await asyncio.wait_for(asyncio.gather(waiting, other), 5):
        assert [content["messages"] for _, content in found] == [REPLY]


async def test_a_notice_is_for_its_own_person_only(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.hotline.notices, "OTHER_PROCESS", 0.01)
    notices = Announcements(store)
    await notices.send("b", REPLY)
    assert await notices.after("a", 0) == []


async def test_a_notice_of_another_process_is_found_at_the_next_look(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.hotline.notices, "OTHER_PROCESS", 0.01)
    here, other_process = Announcements(store), Announcements(Database(store.url))
    assert await here.after("a", 0) == []
    await other_process.send("a", REPLY)
    assert [content["messages"] for _, content in await here.after("a", 0)] == [REPLY]


async def test_a_channel_that_went_away_leaves_nothing_that_hinders_the_next(store: Database) -> None:
    notices = Announcements(store)
    gone = asyncio.create_task(notices.after("a", 0))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await notices.send("a", REPLY)
    assert len(await notices.after("a", 0)) == 1


# In a transaction -----------------------------------------------------------------------------------------------------

RATING = [{"text": "办得怎么样？", "buttons": [{"title": "满意", "payload": '/rate{"rating": "satisfied"}'}]}]


async def test_a_notice_offers_its_buttons(store: Database) -> None:
    me = (await Visitors(store).open("web")).id
    await Announcements(store).send(me, RATING, expects="rating")
    assert await Visitors(store).offered(me) == []  # nobody can press what has not been brought
    await Announcements(store).after(me, 0)
    [offered] = await Visitors(store).offered(me)
    assert (offered["title"], offered["payload"], offered["latest"]) == ("满意", '/rate{"rating": "satisfied"}', True)
    assert await store.run(lambda session: session.get(Visitor, me).expects) == "rating"


async def test_a_notice_without_buttons_leaves_those_that_were_offered_and_what_is_expected(store: Database) -> None:
    me = (await Visitors(store).open("web")).id
    await Announcements(store).send(me, RATING, expects="rating")
    await Announcements(store).send(me, REPLY)
    await Announcements(store).after(me, 0)
    [offered] = await Visitors(store).offered(me)
    assert offered["latest"]
    assert await store.run(lambda session: session.get(Visitor, me).expects) == "rating"


async def test_a_notice_is_kept_with_the_order_and_the_event_that_it_tells(store: Database) -> None:
    await store.run(lambda session: add_notice(session, "a", WORDS, "LS20260309-7K3M9Q", "replied"))
    query = select(Notice.order_number, Notice.kind, Notice.delivered_at)
    found = await store.run(lambda session: session.execute(query).all())
    assert [tuple(row) for row in found] == [("LS20260309-7K3M9Q", "replied", None)]


async def test_a_notice_of_a_transaction_that_failed_is_not_there_and_offers_nothing(store: Database) -> None:
    me = (await Visitors(store).open("web")).id

    def lost(session: Any) -> None:
        add_notice(session, me, {"messages": RATING, "expects": "rating"})
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await store.run(lost)
    await Announcements(store).send(me, HELLO)
    assert [content["messages"] for _, content in await Announcements(store).after(me, 0)] == [HELLO]
    assert await Visitors(store).offered(me) == []


async def test_who_waits_is_woken_for_a_notice_that_a_transaction_of_its_own_has_kept(store: Database) -> None:
    notices = Announcements(store)
    waiting = asyncio.create_task(notices.after("a", 0))
    for _ in range(5):
        assert await notices.brought("a") == 0  # meanwhile it has looked, found nothing, and waits
    await store.run(lambda session: add_notice(session, "a", WORDS))
    wake("a")
    assert [content["messages"] for _, content in await asyncio.wait_for(waiting, 5)] == [REPLY]


async def test_a_wake_for_nobody_is_no_matter(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.hotline.notices, "OTHER_PROCESS", 0.01)
    wake("a")
    assert await Announcements(store).after("a", 0) == []


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_a_notice_that_is_written_late_is_not_passed_over(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two orders of one person move at the same moment: the notice that began first is written last."""
    monkeypatch.setattr(bot.hotline.notices, "OTHER_PROCESS", 0.01)
    me, notices = (await Visitors(store).open("web")).id, Announcements(store)
    begun, go = threading.Event(), threading.Event()

    def slow(session: Any) -> None:
        add_notice(session, me, WORDS)
        session.flush()
        begun.set()
        assert go.wait(60)

    first = asyncio.create_task(store.run(slow))
    assert await asyncio.to_thread(begun.wait, 60)
    second = asyncio.create_task(
        store.run(lambda session: add_notice(session, me, {"messages": HELLO, "expects": None}))
    )
    blocked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(60):
        while not second.done() and not await store.run(lambda session: session.scalar(blocked)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    brought = await notices.after(me, 0)
    go.set()
    await asyncio.gather(first, second)
    brought += await notices.after(me, brought[-1][0] if brought else 0)
    assert [content["messages"] for _, content in brought] == [REPLY, HELLO]
