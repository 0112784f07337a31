"""A text that cannot be sent is tried again, waits for the person, or is given up and seen by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.storage.queue import TO_PLATFORM
from bot.storage.tables import Notice, Observation, now
from bot.storage.tables_wechat import WeChatDelivery
from channels.wechat import client, deliveries
from channels.wechat.messages import read
from tests.channels.wechat.conftest import account_settings
from tests.channels.wechat.post import SEND, Post, custom
from tests.channels.wechat.raw import xml
from tests.tools.wechat_standin.driver import Standin


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
    other = Post(post.store, standin, account_settings(standin.url))
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
    monkeypatch.setattr(deliveries.QUEUE, "backoff", replace(TO_PLATFORM, attempts=2))
    standin.post("faults", path=SEND, errcode=-1, times=1000)
    await post.answer("k1", "一")
    for _ in range(2):
        await post.deliver()
        await post.due_now()
    assert [row.state for row in await post.rows()] == ["dropped"]


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
