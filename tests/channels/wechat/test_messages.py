"""What the platform sends is read with every field that counts; repeats have the same key, other messages another."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from channels.wechat.messages import BadMessage, Received, read, read_envelope, visitor_of
from channels.wechat.reports import rows
from tests.channels.wechat.raw import xml


def event(name: str, **fields: object) -> Received:
    return read(xml(MsgType="event", Event=name, Content=None, MsgId=None, CreateTime=1790000000, **fields))


def test_a_text_is_read() -> None:
    message = read(xml(sender="oMe", Content="<![CDATA[路灯 & 坏了]]>", MsgId=42, CreateTime=1790000000))
    assert (message.sender, message.account, message.kind, message.event) == ("oMe", "gh_0123456789ab", "text", "")
    assert (message.sent_at, message.message_id, message.text("Content")) == (1790000000, "42", "路灯 & 坏了")
    assert read(xml(sender="oMe").encode()).kind == "text"


def test_it_is_kept_whole() -> None:
    message = event("CLICK", EventKey="report", ScanCodeInfo="<ScanType>qrcode</ScanType>")
    assert Received(**message.to_json()) == message


@pytest.mark.parametrize(
    ("name", "fields", "read_as", "scene"),
    [
        ("subscribe", {"EventKey": ""}, "subscribe", ""),
        ("subscribe", {}, "subscribe", ""),
        ("subscribe", {"EventKey": "qrscene_report"}, "subscribe_scan", "report"),
        ("SCAN", {"EventKey": "42"}, "scan", "42"),
        ("CLICK", {"EventKey": "report"}, "click", "report"),
    ],
)
def test_events_are_named(name: str, fields: dict[str, str], read_as: str, scene: str) -> None:
    message = event(name, **fields)
    assert (message.kind, message.event, message.text("EventKey")) == ("event", read_as, scene)


def test_a_time_ahead_of_our_clock_counts_as_now() -> None:
    ahead = datetime.now(timezone.utc) + timedelta(hours=1)
    assert read(xml(CreateTime=int(ahead.timestamp()))).moment <= datetime.now(timezone.utc)
    assert read(xml(CreateTime=1600000000)).moment == datetime.fromtimestamp(1600000000, timezone.utc)


def test_a_repeat_has_the_same_key_and_anything_else_another() -> None:
    one = {"MsgId": 1, "CreateTime": 1790000000}
    same = [xml(**one), xml(**one), xml(**one, Content="别的")]
    assert len({read(text).key("wx1") for text in same}) == 1
    others = [
        xml(**one),
        xml(**one, sender="oOther"),
        xml(MsgId=2, CreateTime=1790000000),
        xml(MsgId=None, CreateTime=1790000000),
        xml(MsgId=None, CreateTime=1790000001),
        xml(MsgId=None, CreateTime=1790000000, Content="别的"),
    ]
    assert len({read(text).key("wx1") for text in others}) == len(others)
    assert read(xml(**one)).key("wx1") != read(xml(**one)).key("wx2")


def test_events_of_one_second_differ_by_kind_key_and_what_they_report() -> None:
    def sent(msg_id: int) -> Received:
        return event("subscribe_msg_sent_event", SubscribeMsgSentEvent=f"<List><MsgID>{msg_id}</MsgID></List>")

    different = [
        event("CLICK", EventKey="a"),
        event("CLICK", EventKey="b"),
        event("VIEW", EventKey="a"),
        event("TEMPLATESENDJOBFINISH", MsgID=1),
        event("TEMPLATESENDJOBFINISH", MsgID=2),
        sent(1),
        sent(2),
    ]
    assert len({message.key("wx1") for message in different}) == len(different)
    assert event("CLICK", EventKey="a").key("wx1") == different[0].key("wx1")
    assert sent(1).key("wx1") == different[5].key("wx1")


def test_neither_key_nor_visitor_shows_the_openid() -> None:
    message = read(xml(sender="oMe"))
    assert "oMe" not in message.key("wx1") + visitor_of("wx1", "oMe")
    assert len(message.key("wx1")) == len(visitor_of("wx1", "oMe")) == 64
    assert visitor_of("wx1", "oMe") != visitor_of("wx2", "oMe")


@pytest.mark.parametrize(
    ("message", "click"),
    [
        (read(xml()), False),
        (read(xml(bizmsgmenuid=101)), True),
        (event("CLICK", EventKey="a"), True),
        (event("SCAN", EventKey="a"), True),
        (event("subscribe"), True),
        (event("VIEW", EventKey="a"), False),
        (event("LOCATION"), False),
    ],
)
def test_what_gives_the_small_allowance(message: Received, click: bool) -> None:
    assert message.is_click is click


def test_rows_of_a_report_are_one_or_several() -> None:
    row = "<List><TemplateId>{}</TemplateId></List>"
    for several in (1, 3):
        inside = "".join(row.format(n) for n in range(several))
        message = event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=inside)
        assert [one["TemplateId"] for one in rows(message)] == [str(n) for n in range(several)]
    assert rows(event("subscribe_msg_popup_event")) == rows(event("CLICK")) == []


def test_the_envelope_is_found() -> None:
    assert read_envelope(b"<xml><Encrypt>abc</Encrypt></xml>") == "abc"
    assert read_envelope(xml().encode()) is None
    with pytest.raises(BadMessage):
        read_envelope(b"abc")
