"""Template messages and subscription notices, and the events that report on them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.tools.wechat_standin.driver import Api, Citizen, Standin
from tests.tools.wechat_standin.tiny_account import TinyAccount

TEMPLATE, NOTICE = "message/template/send", "message/subscribe/bizsend"
CONTENT = "工单编号：{{character_string1.DATA}}\n进度：{{thing2.DATA}}"
DATA = {"character_string1": {"value": "LS20260918-AB12CD"}, "thing2": {"value": "已经办结，请您评价"}}


@pytest.fixture
def citizen(standin: Standin) -> Citizen:
    standin.post("templates", id="T1", title="工单进度提醒", content=CONTENT)
    standin.post("templates", id="S1", title="进度通知", content=CONTENT, subscribe=True)
    standin.post("templates", id="L1", title="进度通知", content=CONTENT, subscribe=True, long_term=True)
    return standin.citizen()


def body(citizen: Citizen, id_: str, **more: Any) -> dict[str, Any]:
    return {"touser": citizen.openid, "template_id": id_, "data": DATA, **more}


def test_a_template_message_is_seen_and_reported(
    standin: Standin, account: TinyAccount, api: Api, citizen: Citizen
) -> None:
    answer = api.posts(TEMPLATE, body(citizen, "T1", url="https://example.com/1"))
    assert answer["errcode"] == 0
    [card] = citizen.seen()
    assert (card["via"], card["title"], card["url"]) == ("template", "工单进度提醒", "https://example.com/1")
    assert card["fields"] == [
        {"name": "工单编号", "value": "LS20260918-AB12CD"},
        {"name": "进度", "value": "已经办结，请您评价"},
    ]
    standin.post("settle")
    [report] = account.heard("TEMPLATESENDJOBFINISH")
    assert (report["MsgID"], report["Status"]) == (str(answer["msgid"]), "success")


def test_template_messages_need_no_window_but_a_follower(standin: Standin, api: Api, citizen: Citizen) -> None:
    standin.skip(30 * 86_400)
    api.renew()
    assert api.code(TEMPLATE, body(citizen, "T1")) == 0
    citizen.does("unfollow")
    assert api.code(TEMPLATE, body(citizen, "T1")) == 43004
    assert api.code(TEMPLATE, body(Citizen(standin, "o-nobody"), "T1")) == 40003


def test_a_template_message_with_an_id_is_sent_once(standin: Standin, api: Api, citizen: Citizen) -> None:
    first = api.posts(TEMPLATE, body(citizen, "T1", client_msg_id="n-1"))
    assert api.posts(TEMPLATE, body(citizen, "T1", client_msg_id="n-1"))["msgid"] == first["msgid"]
    assert len(citizen.seen()) == 1
    standin.skip(601)
    api.posts(TEMPLATE, body(citizen, "T1", client_msg_id="n-1"))
    assert len(citizen.seen()) == 2


def test_a_notice_needs_a_subscription_and_uses_it_up(
    standin: Standin, account: TinyAccount, api: Api, citizen: Citizen
) -> None:
    assert api.code(NOTICE, body(citizen, "S1")) == 43101
    assert api.code(NOTICE, body(Citizen(standin, "o-nobody"), "S1")) == 40003
    citizen.does("popup", accept=["S1"], reject=["L1"])
    popup = account.heard("subscribe_msg_popup_event")[0]["SubscribeMsgPopupEvent"]
    assert popup.count("<List>") == 2
    assert popup.index("accept") < popup.index("reject")
    assert api.code(NOTICE, body(citizen, "S1")) == 0
    assert [card["via"] for card in citizen.seen()] == ["subscribe"]
    standin.post("settle")
    [report] = account.heard("subscribe_msg_sent_event")
    assert "<ErrorStatus>success</ErrorStatus>" in report["SubscribeMsgSentEvent"]
    assert api.code(NOTICE, body(citizen, "S1")) == 43101


def test_a_long_subscription_lasts_until_it_is_revoked(
    standin: Standin, account: TinyAccount, api: Api, citizen: Citizen
) -> None:
    citizen.does("popup", accept=["L1"])
    assert [api.code(NOTICE, body(citizen, "L1")) for _ in range(3)] == [0, 0, 0]
    citizen.does("revoke", reject=["L1"])
    assert "reject" in account.heard("subscribe_msg_change_event")[0]["SubscribeMsgChangeEvent"]
    assert api.code(NOTICE, body(citizen, "L1")) == 43101


@pytest.mark.parametrize(("call", "id_"), [(TEMPLATE, "S1"), (NOTICE, "T1"), (TEMPLATE, "nonsense")])
def test_a_template_is_for_its_own_call(api: Api, citizen: Citizen, call: str, id_: str) -> None:
    assert api.code(call, body(citizen, id_)) == 40037


def test_notices_are_for_service_accounts(standin: Standin, api: Api, citizen: Citizen) -> None:
    standin.post("account", kind="subscription")
    assert api.code(TEMPLATE, body(citizen, "T1")) == 48001


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("thing1", "办" * 20, "办" * 21),
        ("number1", "12.5", "十二"),
        ("letter1", "ABC", "AB1"),
        ("symbol1", "!?", "!?!?!?"),
        ("character_string1", "LS2026-0001", "工单1"),
        ("time1", "2026年9月18日 16:00", "明天下午"),
        ("time1", "15:01~16:00", "15点"),
        ("date1", "2026年9月18日", "16:00"),
        ("phone_number1", "+86-0578-12345", "一二三四五"),
        ("name1", "王" * 10, "王" * 11),
        ("name1", "Wang Fang", "Wang" * 6),
        ("phrase1", "办理中", "办理中了一半"),
        ("phrase1", "已办结", "done"),
        ("keyword1", "什么都行" * 10, ""),
    ],
)
def test_each_kind_of_field_has_its_limit(
    standin: Standin, api: Api, citizen: Citizen, field: str, good: str, bad: str
) -> None:
    standin.post("templates", id="F", title="提醒", content=f"内容：{{{{{field}.DATA}}}}")
    assert api.code(TEMPLATE, body(citizen, "F", data={field: {"value": good}})) == 0
    refused = api.posts(TEMPLATE, body(citizen, "F", data={field: {"value": bad}}))
    assert refused["errcode"] == 47003
    assert f"data.{field}.value" in refused["errmsg"]


def test_a_field_may_not_be_missing_or_made_up(api: Api, citizen: Citizen) -> None:
    assert api.code(TEMPLATE, body(citizen, "T1", data={"thing2": {"value": "办结"}})) == 47003
    assert api.code(TEMPLATE, body(citizen, "T1", data={**DATA, "thing9": {"value": "办结"}})) == 47003
    assert citizen.seen() == []


def test_escaped_characters_are_noted(standin: Standin, api: Api, citizen: Citizen) -> None:
    answer = standin.http.post(
        f"/cgi-bin/{TEMPLATE}", params={"access_token": api.token}, content=json.dumps(body(citizen, "T1")).encode()
    )
    assert answer.json()["errcode"] == 47003, "the escapes are longer than the field"
    data = {**DATA, "thing2": {"value": "办结"}}
    standin.http.post(
        f"/cgi-bin/{TEMPLATE}",
        params={"access_token": api.token},
        content=json.dumps(body(citizen, "T1", data=data)).encode(),
    )
    assert standin.violations() == ["escaped_json"]
