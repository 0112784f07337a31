"""What reaches the account's server, and what happens when it does not answer."""

from __future__ import annotations

import re

import pytest

from tests.tools.wechat_standin.driver import APP_ID, Standin
from tests.tools.wechat_standin.tiny_account import Received, TinyAccount, sealed
from tools.wechat_standin.push import OUT_OF_SERVICE


@pytest.mark.parametrize("mode", ["plain", "compatible", "encrypted"])
def test_a_text_arrives_signed_in_every_mode(standin: Standin, account: TinyAccount, mode: str) -> None:
    standin.post("account", mode=mode)
    citizen = standin.citizen()
    said = citizen.says("路灯坏了 ]]> <b>&")
    received = account.received[-1]
    assert received.message["Content"] == "路灯坏了 ]]> <b>&"
    assert received.message["MsgType"] == "text"
    assert received.message["MsgId"] == str(said["msg_id"])
    assert received.message["FromUserName"] == received.query["openid"] == citizen.openid
    assert received.message["ToUserName"] == standin.get("account")["original_id"]
    assert ("路灯" in received.body) == (mode != "encrypted")
    assert ("<Encrypt>" in received.body) == (mode != "plain") == ("msg_signature" in received.query)


@pytest.mark.parametrize("mode", ["plain", "compatible", "encrypted"])
def test_the_answer_is_shown(standin: Standin, account: TinyAccount, mode: str) -> None:
    standin.post("account", mode=mode)
    citizen = standin.citizen()
    account.answers = lambda one: one.says("收到") if mode == "plain" else sealed(one.says("收到"))
    assert citizen.says("你好")["result"] == "reply"
    assert citizen.reads() == ["收到"]
    assert citizen.seen()[0]["via"] == "passive"
    assert standin.violations() == []


def test_compatible_mode_takes_a_plain_answer_too(standin: Standin, account: TinyAccount) -> None:
    standin.post("account", mode="compatible")
    citizen = standin.citizen()
    account.answers = lambda one: one.says("收到")
    citizen.says("你好")
    assert citizen.reads() == ["收到"]


@pytest.mark.parametrize("answer", ["success", ""])
def test_success_or_nothing_is_no_answer_and_no_fault(standin: Standin, account: TinyAccount, answer: str) -> None:
    citizen = standin.citizen()
    account.answers = lambda _: answer
    assert citizen.says("你好") | {"msg_id": None} == {"result": "success", "tries": 1, "msg_id": None, "shown": None}
    assert citizen.seen() == []
    assert standin.violations() == []


def test_silence_is_tried_three_times_with_the_same_number(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen()
    standin.post("account", patience=0.3)
    account.answers = lambda _: None
    assert citizen.says("你好")["result"] == "out_of_service"
    numbers = [message["MsgId"] for message in account.heard()]
    assert len(numbers) == 3
    assert len(set(numbers)) == 1
    assert len({one.query["signature"] for one in account.received[-3:]}) == 3
    assert citizen.reads() == [OUT_OF_SERVICE]
    assert standin.violations() == ["late", "late", "late", "no_answer"]
    assert standin.get("counts")["tries"]["text"] == 3


def test_an_answer_to_the_second_try_counts(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen()
    standin.post("account", patience=0.3)

    def silent_once(one: Received) -> str | None:
        account.answers = lambda one: sealed(one.says("第二次"))
        standin.post("account", patience=30)  # from the second try on
        return None

    account.answers = silent_once
    outcome = citizen.says("你好")
    assert (outcome["result"], outcome["tries"]) == ("reply", 2)
    assert citizen.reads() == ["第二次"]


def test_events_repeat_with_the_same_time(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen(follows=False)
    standin.post("account", patience=0.3)
    account.answers = lambda _: None
    citizen.does("follow")
    assert len({event["CreateTime"] for event in account.heard("subscribe")}) == 1
    assert len(account.heard("subscribe")) == 3
    assert citizen.reads() == [OUT_OF_SERVICE]


def test_two_events_never_have_the_same_time(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen()
    for _ in range(3):
        citizen.does("click", key="HELP")
    assert len({event["CreateTime"] for event in account.heard("CLICK")}) == 3


@pytest.mark.parametrize(
    ("url", "status", "code"), [("", 500, "http_status"), ("http://127.0.0.1:9/", 200, "unreachable")]
)
def test_a_server_that_fails_is_tried_again(
    standin: Standin, account: TinyAccount, url: str, status: int, code: str
) -> None:
    citizen = standin.citizen()
    account.status = status
    standin.post("account", **({"url": url} if url else {}))
    assert citizen.says("你好")["tries"] == 3
    assert citizen.reads() == [OUT_OF_SERVICE]
    assert standin.violations() == [code, code, code, "no_answer"]


def test_an_answer_that_gets_lost_brings_the_message_again(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen()
    standin.post("faults", path="push")
    account.answers = lambda one: sealed(one.says("收到"))
    assert citizen.says("你好")["tries"] == 2
    assert citizen.reads() == ["收到"]
    standin.post("faults", path="push", times=3)
    assert citizen.says("还在吗")["result"] == "out_of_service"
    assert standin.violations() == [], "the account did nothing wrong"


def test_messages_carry_what_their_kind_has(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen()
    citizen.does("image")
    citizen.does("voice", recognition="路灯坏了")
    citizen.does("voice", recognition="")
    citizen.does("voice")
    citizen.does("video")
    citizen.does("shortvideo")
    citizen.does("location", latitude=28.45, longitude=119.92, label="丽阳街123号")
    citizen.does("link", title="一则消息", url="https://example.com/a")
    citizen.does("pick", content="满意", id="101")
    citizen.does("pick", content="满意")
    image, heard, empty, off, video, short, where, link, picked, lost = account.heard()
    assert standin.http.get(image["PicUrl"]).content.startswith(b"\x89PNG")
    assert (heard["Recognition"], heard["Format"]) == ("路灯坏了", "amr")
    assert empty["Recognition"] == ""
    assert "Recognition" not in off
    assert video["ThumbMediaId"]
    assert short["MsgType"] == "shortvideo"
    assert (where["Location_X"], where["Location_Y"], where["Label"]) == ("28.45", "119.92", "丽阳街123号")
    assert link["Url"] == "https://example.com/a"
    assert (picked["Content"], picked["bizmsgmenuid"]) == ("满意", "101")
    assert "bizmsgmenuid" not in lost
    numbers = [int(message["MsgId"]) for message in account.heard()]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] < 2**63


def test_events_carry_what_their_kind_has(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen(follows=False)
    citizen.does("follow", scene="street-12")
    citizen.does("scan", scene="street-13")
    citizen.does("report_location", latitude=28.45, longitude=119.92)
    citizen.does("click", key="PROGRESS")
    citizen.does("view", url="https://example.com/guide")
    citizen.does("unfollow")
    citizen.does("follow")
    scanned, plain = account.heard("subscribe")
    assert (scanned["EventKey"], bool(scanned["Ticket"])) == ("qrscene_street-12", True)
    assert (plain["EventKey"], "Ticket" in plain) == ("", False)
    assert account.heard("SCAN")[0]["EventKey"] == "street-13"
    assert account.heard("LOCATION")[0]["Latitude"] == "28.45"
    assert account.heard("CLICK")[0]["EventKey"] == "PROGRESS"
    assert account.heard("VIEW")[0]["EventKey"] == "https://example.com/guide"
    assert len(account.heard("unsubscribe")) == 1
    assert not any("MsgId" in one.message for one in account.received)


def test_who_left_reads_nothing_even_if_the_account_fails(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen()
    account.answers = lambda _: "{}"
    citizen.does("unfollow")
    assert citizen.seen() == []
    assert standin.violations() == ["not_xml"]


def test_what_is_said_while_an_agent_has_the_conversation_does_not_arrive(
    standin: Standin, account: TinyAccount
) -> None:
    citizen = standin.citizen()
    account.answers = lambda one: sealed(one.reply("", kind="transfer_customer_service"))
    assert citizen.says("转人工")["result"] == "reply"
    account.answers = lambda _: "success"
    citizen.does("agent_takes")
    assert citizen.says("在吗")["result"] == "not_sent"
    citizen.does("agent_leaves")
    citizen.says("再问一下")
    assert [message["Content"] for message in account.heard()] == ["转人工", "再问一下"]
    assert standin.violations() == []


def test_the_address_is_verified(standin: Standin, account: TinyAccount) -> None:
    assert standin.post("verify")["ok"]
    account.status = 500
    assert not standin.post("verify")["ok"]
    assert standin.violations() == ["verification"]


def test_the_log_shows_both_sides_decrypted(standin: Standin, account: TinyAccount) -> None:
    account.answers = lambda one: sealed(one.says("收到"))
    standin.citizen().says("你好")
    push = standin.log("push")[-1]
    assert re.search(r"<Content><!\[CDATA\[你好\]\]></Content>", push["plain"])
    assert "你好" not in push["request"]
    assert "收到" in push["answer"]
    assert APP_ID not in push["request"]
