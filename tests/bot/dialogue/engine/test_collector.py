"""What the actions say is collected for the channel: text, buttons, links, source, and what is expected next."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.engine.collector import Collector


async def collected(*messages: dict[str, Any]) -> Collector:
    collector = Collector("web")
    for message in messages:
        await collector.send_response("v", message)
    return collector


async def test_replies_come_in_order_with_their_shape_complete() -> None:
    collector = await collected({"text": "您好"}, {"text": "有什么事？"})
    assert [reply.to_json() for reply in collector.replies] == [
        {"text": "您好", "buttons": [], "links": [], "source": None},
        {"text": "有什么事？", "buttons": [], "links": [], "source": None},
    ]
    assert collector.expects is None


async def test_buttons_keep_title_and_payload_only() -> None:
    buttons = [{"title": "提交", "payload": "/affirm", "type": "postback"}, {"title": "取消", "payload": "/cancel"}]
    [reply] = (await collected({"text": "对吗？", "buttons": buttons})).replies
    assert reply.buttons == [{"title": "提交", "payload": "/affirm"}, {"title": "取消", "payload": "/cancel"}]


async def test_links_source_and_expectation_come_from_the_custom_part() -> None:
    source = {"title": "身份证", "unit": "丽水市公安局", "updated": "2026-11-24"}
    custom = {"links": [{"title": "拨打110", "url": "tel:110"}], "source": source, "expects": "location"}
    collector = await collected({"text": "在哪里？", "custom": custom})
    assert collector.replies[0].links == custom["links"]
    assert collector.replies[0].source == source
    assert collector.expects == "location"


async def test_the_last_expectation_counts_and_one_without_leaves_it() -> None:
    ask, ask_again = {"text": "?", "custom": {"expects": "location"}}, {"text": "?", "custom": {"expects": "phone"}}
    plain, nothing = {"text": "好"}, {"text": "好", "custom": {"expects": None}}
    assert (await collected(ask, ask_again)).expects == "phone"
    assert (await collected(ask, plain)).expects == "location"
    assert (await collected(ask, nothing)).expects is None


@pytest.mark.parametrize("message", [{}, {"text": ""}, {"text": None}, {"text": " \n"}, {"image": "a.png"}])
async def test_an_empty_bubble_is_not_shown(message: dict[str, Any]) -> None:
    assert (await collected(message)).replies == []


async def test_two_collectors_share_nothing() -> None:
    first, second = await collected({"text": "一"}), await collected({"text": "二"})
    first.replies[0].buttons.append({"title": "x", "payload": "/x"})
    assert (second.replies[0].text, second.replies[0].buttons) == ("二", [])


def test_the_engine_sees_the_channels_name() -> None:
    assert Collector("wechat").name() == "wechat"
