"""What a report tells the requester."""

from __future__ import annotations

import asyncio

import bot.hotline.notices
from bot.dialogue.notices import Announcements
from bot.dialogue.visitors import Visitors
from bot.hotline.tickets.inbox import Inbox
from bot.storage import Database
from bot.storage.tables import Visitor
from tests.bot.hotline.tickets import PERSON, file, notices
from tests.bot.hotline.tickets.usual import OFFICE, refusal, report, take


async def test_the_requester_is_told_of_dispatch_extension_reply_and_closing(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed", "co_units_named", "extended", "replied", "closed")
    told = await notices(store, number)
    assert [kind for kind, _ in told] == ["dispatched", "extended", "replied", "closed"]
    texts = dict(told)
    assert "要等检测结果" in texts["extended"] and "2099年12月31日" in texts["extended"]
    assert "已经责令整改" in texts["replied"] and OFFICE in texts["replied"]
    assert all(number in text for text in texts.values())


async def test_the_requester_is_told_of_a_review_and_of_what_was_put_right(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed", "replied", "closed", "reopened", "verified", "put_right")
    told = (await notices(store, number))[3:]
    assert [kind for kind, _ in told] == ["reopened", "verified", "put_right"]
    assert "已经停业整顿" in told[2][1]


async def test_a_closing_offers_the_buttons_of_the_rating(store: Database) -> None:
    await store.run(lambda session: session.add(Visitor(id=PERSON, channel="web", offered=[])))
    number = await file(store)
    await take(store, number, "dispatched", "signed", "replied", "closed")
    await Announcements(store).after(PERSON, 0)
    offered = await Visitors(store).offered(PERSON)
    assert [button["title"] for button in offered if button["latest"]] == ["满意", "一般", "不满意"]
    assert all(number in button["payload"] for button in offered)


async def test_a_report_wakes_the_channel_that_waits_for_news(store: Database) -> None:
    number = await file(store)
    waiting = asyncio.create_task(Announcements(store).after(PERSON, 0))
    while PERSON not in bot.hotline.notices._waiting:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await take(store, number, "dispatched")
    [(_, content)] = await asyncio.wait_for(waiting, 60)
    assert number in content["messages"][0]["text"]


async def test_what_is_refused_or_waits_tells_nobody_anything(store: Database) -> None:
    number = await file(store)
    await Inbox(store).take(report(number, "replied"))
    await take(store, number, "dispatched", "return_asked", "return_refused")
    await refusal(Inbox(store).take(report(number, "return_asked", id="again")))
    assert [kind for kind, _ in await notices(store, number)] == ["dispatched"]
