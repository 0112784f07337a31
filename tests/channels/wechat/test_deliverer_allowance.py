"""Late answers and agents' messages arrive once, in order, within what the platform allows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.storage import Database
from bot.storage.tables import now
from channels.pages.links import address
from channels.wechat.deliverer import Deliverer
from tests.channels.wechat.conftest import account_settings
from tests.channels.wechat.post import SEND, Post, custom
from tests.tools.wechat_standin.driver import Standin


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
