"""Customer-service messages and the typing state: who may be spoken to, how often, with what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.wechat_standin.driver import Api, Citizen, Standin
from tests.tools.wechat_standin.tiny_account import TinyAccount

SEND, TYPING = "message/custom/send", "message/custom/typing"
HOURS_48 = 48 * 3600


def menu(citizen: Citizen, **more: Any) -> dict[str, Any]:
    items = [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}]
    inside = {"head_content": "您满意吗？", "list": items, "tail_content": "谢谢", **more}
    return {"touser": citizen.openid, "msgtype": "msgmenu", "msgmenu": inside}


def test_texts_pictures_and_menus_are_seen_in_order(standin: Standin, account: TinyAccount, api: Api) -> None:
    citizen = standin.citizen()
    citizen.does("image")
    id_ = account.heard()[-1]["MediaId"]
    assert api.sends(citizen, "一") == 0
    assert api.code(SEND, {"touser": citizen.openid, "msgtype": "image", "image": {"media_id": id_}}) == 0
    assert api.code(SEND, menu(citizen)) == 0
    text, picture, choice = citizen.seen()
    assert (text["text"], text["via"]) == ("一", "custom")
    assert picture["media_id"] == id_
    assert (choice["head"], choice["items"][1]) == ("您满意吗？", {"id": "102", "content": "不满意"})
    assert text["at"] <= picture["at"] <= choice["at"]


def test_five_messages_for_each_message_within_48_hours(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.skip(61)  # what following allowed is over
    assert api.sends(citizen) == 45015
    citizen.says("你好")
    assert [api.sends(citizen) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    citizen.says("还在吗")
    assert citizen.state()["quota"] == 5
    standin.skip(HOURS_48 + 1)
    api.renew()
    assert api.sends(citizen) == 45015
    assert len(citizen.seen()) == 5


@pytest.mark.parametrize(
    ("what", "body"), [("follow", {}), ("click", {"key": "K"}), ("scan", {"scene": "s"}), ("pick", {"content": "满意"})]
)
def test_three_messages_within_a_minute_after_other_acts(
    standin: Standin, api: Api, what: str, body: dict[str, str]
) -> None:
    citizen = standin.citizen()
    standin.skip(61)
    citizen.does(what, **body)
    assert [api.sends(citizen) for _ in range(4)] == [0, 0, 0, 45047]
    citizen.does(what, **body)
    standin.skip(61)
    assert api.sends(citizen) == 45015


def test_a_click_on_a_link_or_a_report_of_the_place_allows_nothing(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.skip(61)
    citizen.does("view", url="https://example.com")
    citizen.does("report_location", latitude=28.4, longitude=119.9)
    assert api.sends(citizen) == 45015


def test_the_allowance_of_a_click_is_used_before_that_of_a_message(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.skip(61)
    citizen.says("你好")
    citizen.does("click", key="K")
    assert [api.sends(citizen) for _ in range(3)] == [0, 0, 0]
    standin.skip(61)
    assert citizen.state()["quota"] == 5


def test_only_followers_are_reached(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    citizen.says("你好")
    citizen.does("unfollow")
    assert api.sends(citizen) == 43004
    stranger = Citizen(standin, "o-nobody")
    assert api.sends(stranger) == 40003
    citizen.does("follow")
    assert citizen.state()["quota"] == 3, "the former message does not count any more"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": "好" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": "好" * 682}}, 0),
        ({"msgtype": "text", "text": {"content": " "}}, 44004),
        ({"msgtype": "text", "text": {"content": 5}}, 47001),
        ({"msgtype": "text"}, 40008),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "image", "image": {"media_id": "unknown"}}, 40007),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "?", "list": []}}, 47003),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "好" * 700}]}}, 45002),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"content": "没有编号"}]}}, 47003),
    ],
)
def test_what_is_sent_must_be_right(standin: Standin, api: Api, message: dict[str, Any], code: int) -> None:
    citizen = standin.citizen()
    assert api.code(SEND, {"touser": citizen.openid, **message}) == code
    assert len(citizen.seen()) == (1 if code == 0 else 0)
    assert citizen.state()["quota"] == (2 if code == 0 else 3), "a refused message uses nothing"


def test_menus_are_for_service_accounts(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.post("account", kind="subscription")
    assert api.code(SEND, menu(citizen)) == 40200
    assert api.sends(citizen) == 0
    standin.post("account", kind="unverified")
    assert api.code(SEND, menu(citizen)) == 48001


def test_an_id_of_the_accounts_own_sends_once(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    assert api.sends(citizen, clientmsgid="a-1") == 0
    body = {"touser": citizen.openid, "msgtype": "text", "text": {"content": "您好"}, "clientmsgid": "a-1"}
    again = api.posts(SEND, body)
    assert again["errcode"] == 45065
    assert again["msgid"]
    assert api.sends(citizen, clientmsgid="a-2") == 0
    assert api.sends(citizen, clientmsgid="x" * 65) == 45067
    assert len(citizen.seen()) == 2


def test_escaped_characters_reach_the_citizen_as_they_are(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    content = rb'{"touser": "%s", "msgtype": "text", "text": {"content": "\u4f60\u597d"}}' % citizen.openid.encode()
    standin.http.post(f"/cgi-bin/{SEND}", params={"access_token": api.token}, content=content)
    assert citizen.reads() == [r"\u4f60\u597d"]
    assert standin.violations() == ["escaped_json"]


def test_the_typing_state(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    citizen.says("你好")
    on, off = {"touser": citizen.openid, "command": "Typing"}, {"touser": citizen.openid, "command": "CancelTyping"}
    assert api.code(TYPING, {"touser": citizen.openid, "command": "Sing"}) == 45072
    assert (api.code(TYPING, on), citizen.state()["typing"]) == (0, True)
    assert api.code(TYPING, on) == 45081
    assert (api.code(TYPING, off), citizen.state()["typing"]) == (0, False)
    assert api.code(TYPING, on) == 0
    assert (api.sends(citizen), citizen.state()["typing"]) == (0, False)
    assert api.code(TYPING, on) == 0
    standin.skip(16)
    assert not citizen.state()["typing"]
    standin.skip(31)
    assert api.code(TYPING, on) == 45080
    standin.skip(HOURS_48)
    api.renew()
    assert api.code(TYPING, on) == 45015
