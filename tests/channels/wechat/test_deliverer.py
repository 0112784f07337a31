"""Late answers, agents' messages and notices reach the person within the allowance, else as a notice, else later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.notices import Notices
from bot.storage import Database
from bot.storage.tables import Notice, Observation, now
from bot.storage.tables_wechat import WeChatDelivery, WeChatPerson
from channels.pages.links import address
from channels.wechat import client, deliveries, phrases
from channels.wechat.client import WeChatApi
from channels.wechat.deliverer import Deliverer
from channels.wechat.kept import Inbox
from channels.wechat.messages import read, visitor_of
from channels.wechat.render import Piece
from tests.channels.wechat.conftest import APP_ID, PUBLIC, account_settings, file_order, move
from tests.channels.wechat.raw import xml
from tests.channels.wechat_standin.driver import APP_SECRET, Standin

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT", 0.001)


class Post:
    """The deliverer of an account, and one person who has written to it."""

    def __init__(self, store: Database, standin: Standin, **settings: Any) -> None:
        self.store, self.standin = store, standin
        self.api = WeChatApi(standin.url, APP_ID, APP_SECRET, store)
        self.inbox = Inbox(store, APP_ID)
        chosen = account_settings(standin.url, **settings)
        self.deliverer = Deliverer(store, self.api, chosen, self.inbox, address)
        self.citizen = standin.citizen()
        # What the follow itself allows is over.
        standin.skip(61)
        self.visitor = visitor_of(APP_ID, self.citizen.openid)

    async def writes(self, text: str = "您好", **fields: Any) -> None:
        """The person writes, here and at the platform."""
        if "bizmsgmenuid" in fields:
            self.citizen.does("pick", content=text, id=fields["bizmsgmenuid"])
        else:
            self.citizen.says(text)
        await self.inbox.keep(read(xml(sender=self.citizen.openid, Content=text, **fields)))

    async def answer(self, key: str, *texts: str) -> None:
        """The bot's answer, late."""
        pieces = [Piece(text) for text in texts]
        await self.store.run(lambda session: deliveries.add_answer(session, self.visitor, key, pieces))

    async def agent_says(self, text: str) -> None:
        bubble = {"text": text, "buttons": [], "links": [], "source": None}
        await Notices(self.store).send(self.visitor, [bubble])

    async def deliver(self) -> None:
        """As long as there is something to do."""
        while await self.deliverer.deliver_due():
            pass

    async def person(self, **values: Any) -> Any:
        def work(session: Any) -> Any:
            row = session.get(WeChatPerson, self.visitor)
            for name, value in values.items():
                setattr(row, name, value)
            session.flush()
            session.expunge(row)
            return row

        return await self.store.run(work)

    async def rows(self, table: Any = WeChatDelivery) -> list[Any]:
        def look(session: Any) -> list[Any]:
            found = list(session.scalars(select(table).order_by(table.id)))
            session.expunge_all()
            return found

        return await self.store.run(look)

    async def due_now(self) -> None:
        """As if the time of the next try had come."""
        await self.store.run(lambda session: deliveries.release(session, self.visitor))

    def reads(self) -> list[str]:
        return self.citizen.reads()


@pytest_asyncio.fixture
async def post(store: Database, standin: Standin) -> AsyncIterator[Post]:
    standin.post("account", url="http://127.0.0.1:9/", patience=0.1)
    one = Post(store, standin, notice_template="T1")
    await one.writes()
    yield one
    await one.api.close()


def custom(post: Post) -> list[str]:
    """The texts that came as customer-service messages."""
    return [item["text"] for item in post.citizen.seen() if item["via"] == "custom"]


def as_notice(post: Post) -> list[dict[str, Any]]:
    return [item for item in post.citizen.seen() if item["type"] == "notice"]


# Order and allowance --------------------------------------------------------------------------------------------------


async def test_texts_of_a_person_arrive_in_their_order_and_are_forgotten_here(post: Post) -> None:
    await post.answer("k1", "一", "二")
    await post.answer("k2", "三")
    await post.deliver()
    assert custom(post) == ["一", "二", "三"]
    assert [(row.state, row.content) for row in await post.rows()] == [("done", None)] * 3


async def test_of_five_messages_one_is_kept_for_agents_and_notices(post: Post) -> None:
    await post.answer("k1", "1", "2", "3", "4", "5", "6")
    await post.deliver()
    assert custom(post) == ["1", "2", "3", "4"]
    await post.agent_says("我是接线员。")
    await post.deliver()
    assert custom(post) == ["1", "2", "3", "4", "我是接线员。"]
    assert post.citizen.state()["quota"] == 0
    await post.agent_says("还在吗？")
    await post.deliver()
    assert len(custom(post)) == 5
    await post.writes("在的")
    await post.deliver()
    assert custom(post)[5:] == ["5", "6", "还在吗？"]


async def test_a_click_gives_three_within_a_minute_and_no_more(post: Post) -> None:
    await post.person(message_left=0)
    await post.writes("满意", bizmsgmenuid="1")
    await post.answer("k1", "1", "2", "3", "4")
    await post.deliver()
    assert custom(post) == ["1", "2", "3"]
    await post.person(event_left=3, event_until=now() - timedelta(seconds=1))
    await post.due_now()
    await post.deliver()
    assert len(custom(post)) == 3


async def test_the_allowance_that_ends_first_is_used_first(post: Post) -> None:
    await post.writes("满意", bizmsgmenuid="1")
    await post.answer("k1", "1", "2", "3", "4")
    await post.deliver()
    person = await post.person()
    assert (person.event_left, person.message_left) == (0, 4)


async def test_after_48_hours_nothing_is_sent_until_the_person_writes(post: Post, standin: Standin) -> None:
    standin.skip(49 * 3600)
    await post.person(message_until=now() - timedelta(hours=1))
    await post.answer("k1", "晚了")
    await post.deliver()
    assert custom(post) == []
    assert "45015" not in standin.get("counts")["calls"].get(SEND, {})
    await post.writes("还有人吗")
    await post.deliver()
    assert custom(post) == ["晚了"]


@pytest.mark.parametrize("code", [45015, 45047])
async def test_when_the_platform_counts_otherwise_it_is_right(post: Post, standin: Standin, code: int) -> None:
    standin.post("faults", path=SEND, errcode=code, times=1)
    await post.answer("k1", "一", "二")
    await post.deliver()
    assert custom(post) == []
    assert (await post.person()).message_left == 0
    await post.writes()
    await post.deliver()
    assert custom(post) == ["一", "二"]


async def test_several_processes_send_each_text_once(post: Post, standin: Standin) -> None:
    other = Database(post.store.url)
    more = [Deliverer(other, post.api, account_settings(standin.url), post.inbox, address) for _ in range(3)]
    await post.answer("k1", "一", "二", "三")
    await post.agent_says("四")
    await asyncio.gather(*(one.deliver_due() for one in (post.deliverer, *more)))
    await post.deliver()
    assert sorted(custom(post)) == sorted(["一", "二", "三", "四"])
    assert [text for text in custom(post) if text != "四"] == ["一", "二", "三"]
    other.engine.dispose()


# Trouble --------------------------------------------------------------------------------------------------------------


async def test_a_text_that_could_not_be_sent_waits_longer_each_time_and_arrives_at_last(
    post: Post, standin: Standin
) -> None:
    standin.post("faults", path=SEND, errcode=-1, times=client.TRIES * 2)
    await post.answer("k1", "一")
    waits = []
    for _ in range(2):
        await post.deliver()
        [row] = await post.rows()
        waits.append((row.next_try_at - now()).total_seconds())
        assert (row.state, row.error) == ("waiting", "-1")
        await post.due_now()
    assert 0 < waits[0] < waits[1]
    await post.deliver()
    assert custom(post) == ["一"]
    assert (await post.person()).message_left == 4


async def test_a_text_whose_fate_is_not_known_is_sent_again_and_read_once(post: Post, standin: Standin) -> None:
    await post.api.token()
    standin.post("faults", path=SEND, drop=True, after=True, times=1)
    await post.answer("k1", "一")
    await post.deliver()
    assert custom(post) == ["一"]
    assert [row.state for row in await post.rows()] == ["done"]


async def test_one_person_who_cannot_be_reached_holds_up_nobody_else(post: Post, standin: Standin) -> None:
    other = Post(post.store, standin)
    await other.writes()
    standin.post("faults", path=SEND, errcode=45011, times=1)
    await post.answer("k1", "一")
    await post.deliver()
    await other.answer("k2", "二")
    await post.deliver()
    assert (custom(post), custom(other)) == ([], ["二"])
    [row, _] = await post.rows()
    assert 0 < (row.next_try_at - now()).total_seconds() <= 60
    await other.api.close()


@pytest.mark.parametrize("code", [40003, 45002, 48001])
async def test_what_can_never_be_sent_is_given_up_and_left_for_people_to_see(
    post: Post, standin: Standin, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    standin.post("faults", path=SEND, errcode=code, times=1)
    await post.answer("k1", "一", "二")
    await post.deliver()
    assert custom(post) == ["二"]
    [first, _] = await post.rows()
    assert (first.state, first.error, first.content) == ("dropped", str(code), None)
    [seen] = await post.rows(Observation)
    assert (seen.kind, seen.visitor_id, seen.content) == ("dead_letter", post.visitor, f"WeChat {code}")
    assert f"code {code}" in caplog.text and post.citizen.openid not in caplog.text


async def test_who_does_not_follow_any_more_gets_nothing_until_they_follow_again(post: Post, standin: Standin) -> None:
    post.citizen.does("unfollow")
    await post.answer("k1", "一")
    await post.deliver()
    assert not (await post.person()).following
    await post.agent_says("二")
    await post.due_now()
    await post.deliver()
    assert standin.get("counts")["calls"][SEND] == {"43004": 1}
    post.citizen.does("follow")
    event = {"MsgType": "event", "Event": "subscribe", "Content": None, "MsgId": None}
    await post.inbox.keep(read(xml(sender=post.citizen.openid, **event)))
    await post.deliver()
    assert custom(post) == ["一", "二"]


async def test_after_many_attempts_a_text_is_given_up(
    post: Post, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "ATTEMPTS", 2)
    standin.post("faults", path=SEND, errcode=-1, times=1000)
    await post.answer("k1", "一")
    for _ in range(2):
        await post.deliver()
        await post.due_now()
    assert [row.state for row in await post.rows()] == ["dropped"]


# Notices --------------------------------------------------------------------------------------------------------------


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
    from bot.workorders.orders import WorkOrders

    order = await WorkOrders(post.store).find(number, post.visitor)
    assert order is not None
    from tests.bot.tickets import kinds as happened

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


async def test_a_template_message_is_sent_once_and_counts_when_it_is_reported(
    store: Database, standin: Standin, public: None
) -> None:
    standin.post("account", url="http://127.0.0.1:9/", patience=0.1)
    post = Post(store, standin, notice_template="T2", notice_means="template")
    await post.writes()
    await outside_the_window(post, standin)
    await file_and_move(post, "dispatched")
    await post.deliver()
    [row] = await post.rows()
    assert row.state == "sent" and row.platform_id
    assert len(as_notice(post)) == 1
    from channels.wechat.kept import Kept
    from channels.wechat.reports import Reports

    report = {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "Content": None, "MsgId": None}
    kept = Kept(1, "k", post.visitor, True, True)
    for msg_id, status, state in ((1, "success", "sent"), (row.platform_id, "success", "done")):
        message = read(xml(sender=post.citizen.openid, MsgID=msg_id, Status=status, **report))
        await Reports(store, "T2").template_sent(message, kept)
        assert [one.state for one in await post.rows()] == [state]
    assert undelivered(store) == []
    await post.api.close()


async def test_a_notice_that_the_person_blocked_does_not_count_as_told(
    store: Database, standin: Standin, public: None
) -> None:
    from channels.wechat.kept import Kept
    from channels.wechat.reports import Reports

    standin.post("account", url="http://127.0.0.1:9/", patience=0.1)
    post = Post(store, standin, notice_template="T2", notice_means="template")
    await post.writes()
    await outside_the_window(post, standin)
    await file_and_move(post, "dispatched")
    await post.deliver()
    [row] = await post.rows()
    report = {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "Content": None, "MsgId": None}
    message = read(xml(sender=post.citizen.openid, MsgID=row.platform_id, Status="failed:user block", **report))
    await Reports(store, "T2").template_sent(message, Kept(1, "k", post.visitor, True, True))
    assert [(one.state, one.error) for one in await post.rows()] == [("dropped", "failed:user block")]
    assert undelivered(store) == ["dispatched"]
    await post.api.close()


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
    await Notices(post.store).send("a visitor of the page", [bubble])
    await post.deliver()
    assert await post.rows() == []


async def test_what_is_old_is_given_up_and_cleared_away_and_never_sent_again(post: Post) -> None:
    await post.agent_says("旧消息")
    await post.person(message_left=0)
    await post.deliver()

    def age(session: Any, days: int) -> None:
        for table in (WeChatDelivery, Notice):
            for row in session.scalars(select(table)):
                row.created_at = now() - timedelta(days=days)

    await post.store.run(lambda session: age(session, 31))
    await post.store.run(deliveries.forget)
    assert [row.state for row in await post.rows()] == ["dropped"]
    await post.store.run(lambda session: age(session, 61))
    await post.store.run(deliveries.forget)
    assert await post.rows() == []
    await post.writes()
    await post.deliver()
    assert custom(post) == []


async def test_without_menu_messages_the_request_to_rate_has_numbers(
    store: Database, standin: Standin, public: None
) -> None:
    standin.post("account", url="http://127.0.0.1:9/", patience=0.1)
    post = Post(store, standin, msgmenu=False)
    await post.writes()
    await file_and_move(post, "dispatched", "signed", "replied", "closed")
    await post.deliver()
    assert phrases.NUMBERS in custom(post)[-1] and "3 不满意" in custom(post)[-1]
    assert custom(post)[-1].rstrip().endswith("</a>")
    await post.api.close()
