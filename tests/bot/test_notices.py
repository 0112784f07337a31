"""Notices are kept until the channel brings them, and wake who waits."""

from __future__ import annotations

import asyncio

import pytest

import bot.notices
from bot.notices import Notices
from bot.storage import Database

HELLO, REPLY = [{"text": "您好"}], [{"text": "已经答复"}]


async def test_a_notice_sent_before_is_found_at_once(store: Database) -> None:
    notices = Notices(store)
    await notices.send("a", HELLO, expects="rating")
    [(number, content)] = await notices.after("a", 0)
    assert content == {"messages": HELLO, "expects": "rating"}
    assert number == await notices.newest("a")


async def test_notices_come_in_order_and_only_those_not_seen(store: Database) -> None:
    notices = Notices(store)
    await notices.send("a", HELLO)
    await notices.send("a", REPLY)
    first, second = await notices.after("a", 0)
    assert [first[1]["messages"], second[1]["messages"]] == [HELLO, REPLY]
    assert await notices.after("a", first[0]) == [second]


async def test_a_notice_wakes_who_waits_for_it(store: Database) -> None:
    notices = Notices(store)
    waiting = asyncio.create_task(notices.after("a", 0))
    other = asyncio.create_task(notices.after("a", 0))
    for _ in range(5):
        assert await notices.newest("a") == 0  # meanwhile both have looked, found nothing, and wait
    await notices.send("a", REPLY)
    for found in await asyncio.wait_for(asyncio.gather(waiting, other), 5):
        assert [content["messages"] for _, content in found] == [REPLY]


async def test_a_notice_is_for_its_own_person_only(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.notices, "OTHER_PROCESS", 0.01)
    notices = Notices(store)
    await notices.send("b", REPLY)
    assert await notices.after("a", 0) == []
    assert await notices.newest("a") == 0


async def test_a_notice_of_another_process_is_found_at_the_next_look(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.notices, "OTHER_PROCESS", 0.01)
    here, other_process = Notices(store), Notices(Database(store.url))
    assert await here.after("a", 0) == []
    await other_process.send("a", REPLY)
    assert [content["messages"] for _, content in await here.after("a", 0)] == [REPLY]


async def test_a_channel_that_went_away_leaves_nothing_that_hinders_the_next(store: Database) -> None:
    notices = Notices(store)
    gone = asyncio.create_task(notices.after("a", 0))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await notices.send("a", REPLY)
    assert len(await notices.after("a", 0)) == 1
