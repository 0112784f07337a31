"""A notice arrives in the conversation or outside it, or waits, and counts as told when it has arrived."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.dialogue.notices import Announcements
from bot.dialogue.wording import say
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Notice, now
from channels.wechat.kept import Kept
from channels.wechat.messages import read
from channels.wechat.reports import Reports
from tests.bot.hotline.tickets import kinds as happened
from tests.channels.wechat.conftest import PUBLIC, file_order, move
from tests.channels.wechat.post import OpenPost, Post, as_notice, custom
from tests.channels.wechat.raw import xml
from tests.tools.wechat_standin.driver import Standin


def undelivered(store: Database) -> list[str]:
    with store.transaction() as session:
        return list(session.scalars(select(Notice.kind).where(Notice.delivered_at.is_(None)).order_by(Notice.id)))


async def file_and_move(post: Post, *kinds: str) -> str:
    def work() -> str:
        number = file_order(post.store, post.visitor)
        move(post.store, number, *kinds)
        return number

    return await asyncio.to_thread(work)


async def test_a_notice_arrives_with_a_link_to_its_page_and_counts_as_told(post: Post, public: None) -> None:
    number = await file_and_move(post, "dispatched")
    await post.deliver()
    [text] = custom(post)
    assert number in text and f'<a href="{PUBLIC}/w/{number}.' in text
    assert undelivered(post.store) == []


async def test_the_request_to_rate_has_its_buttons_and_is_the_follow_up(post: Post, public: None) -> None:
    number = await file_and_move(post, "dispatched", "signed", "replied", "closed")
    await post.writes()
    await post.deliver()
    menu = post.citizen.seen()[-1]
    assert [item["content"] for item in menu["items"]] == ["满意", "一般", "不满意"]
    assert undelivered(post.store) == []
    order = await WorkOrders(post.store).find(number, post.visitor)
    assert order is not None
    assert "followed_up" in await happened(post.store, number)


async def outside_the_window(post: Post, standin: Standin) -> None:
    standin.skip(49 * 3600)
    await post.person(message_until=now() - timedelta(hours=1))


async def test_outside_the_window_a_notice_goes_as_a_subscription_notice(
    post: Post, standin: Standin, public: None
) -> None:
    await outside_the_window(post, standin)
    post.citizen.does("popup", accept=["T1"])
    number = await file_and_move(post, "dispatched")
    await post.deliver()
    [notice] = as_notice(post)
    assert [field["value"] for field in notice["fields"]][:3] == [number, "已派单", "莲都区综合行政执法局"]
    assert notice["url"].startswith(f"{PUBLIC}/w/{number}.")
    assert custom(post) == []
    # It counts as told when the platform reports that it has arrived.
    assert undelivered(post.store) == ["dispatched"]
    assert [row.state for row in await post.rows()] == ["sent"]


async def test_who_refuses_notices_gets_them_when_they_write(post: Post, standin: Standin, public: None) -> None:
    await outside_the_window(post, standin)
    await file_and_move(post, "dispatched")
    await post.deliver()
    assert (await post.person()).notices_refused
    await post.due_now()
    await post.deliver()
    assert standin.get("counts")["calls"]["/cgi-bin/message/subscribe/bizsend"] == {"43101": 1}
    await post.writes("进度呢")
    await post.deliver()
    assert len(custom(post)) == 1
    assert undelivered(post.store) == []


@pytest.fixture
async def by_template(open_post: OpenPost, standin: Standin, public: None) -> Post:
    """Somebody outside the window to whom a notice went as a template message; its fate is not reported yet."""
    post = await open_post(notice_template="T2", notice_means="template")
    await outside_the_window(post, standin)
    await file_and_move(post, "dispatched")
    await post.deliver()
    return post


async def report(post: Post, msg_id: int, status: str) -> None:
    """The platform reports the fate of a template message."""
    event = {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "Content": None, "MsgId": None}
    message = read(xml(sender=post.citizen.openid, MsgID=msg_id, Status=status, **event))
    await Reports(post.store, "T2").template_sent(message, Kept(1, "k", post.visitor, True, True))


async def test_a_template_message_is_sent_once_and_counts_when_it_is_reported(by_template: Post) -> None:
    [row] = await by_template.rows()
    assert row.state == "sent" and row.platform_id
    assert len(as_notice(by_template)) == 1
    for msg_id, status, state in ((1, "success", "sent"), (row.platform_id, "success", "done")):
        await report(by_template, msg_id, status)
        assert [one.state for one in await by_template.rows()] == [state]
    assert undelivered(by_template.store) == []


async def test_a_notice_that_the_person_blocked_does_not_count_as_told(by_template: Post) -> None:
    [row] = await by_template.rows()
    await report(by_template, row.platform_id, "failed:user block")
    assert [(one.state, one.error) for one in await by_template.rows()] == [("dropped", "failed:user block")]
    assert undelivered(by_template.store) == ["dispatched"]


async def test_an_agents_message_outside_the_window_waits_and_is_no_notice(post: Post, standin: Standin) -> None:
    await outside_the_window(post, standin)
    post.citizen.does("popup", accept=["T1"])
    await post.agent_says("我是接线员。")
    await post.deliver()
    assert as_notice(post) == [] and custom(post) == []
    await post.writes()
    await post.deliver()
    assert custom(post) == ["我是接线员。"]


async def test_notices_of_other_channels_are_left_alone(post: Post) -> None:
    bubble = {"text": "您好", "buttons": [], "links": [], "source": None}
    await Announcements(post.store).send("a visitor of the page", [bubble])
    await post.deliver()
    assert await post.rows() == []


async def test_without_menu_messages_the_request_to_rate_has_numbers(open_post: OpenPost, public: None) -> None:
    post = await open_post(msgmenu=False)
    await file_and_move(post, "dispatched", "signed", "replied", "closed")
    await post.deliver()
    assert say("wechat.numbers") in custom(post)[-1] and "3 不满意" in custom(post)[-1]
    assert custom(post)[-1].rstrip().endswith("</a>")
