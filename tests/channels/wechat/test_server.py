"""The server protocol: only what the platform signed lately is taken, in each mode; anything else is refused quietly."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest

from bot.dialogue.wording import say
from bot.storage import Database
from channels.wechat.crypto import FRESH
from channels.wechat.server import LONGEST
from tests.channels.wechat.conftest import Serve, Talk
from tests.channels.wechat.raw import OPENID, Raw, query, sealed, xml
from tests.full import disk_of
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, TOKEN, Standin
from tools.wechat_standin.crypto import Cipher, signature

OTHER_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"


@pytest.fixture
def store(sqlite_store: Database) -> Database:
    """Nothing here depends on the kind of database."""
    return sqlite_store


@pytest.fixture
def raw(account: str) -> Raw:
    return Raw(account)


def content(body: bytes) -> str | None:
    return ElementTree.fromstring(body).findtext("Content")


# The check of the address ---------------------------------------------------------------------------------------------


def test_the_platform_can_verify_the_address(account: str, standin: Standin) -> None:
    assert standin.post("verify") == {"ok": True, "status": 200, "body": standin.log("verify")[0]["response"]}


def test_the_echo_is_plain_text_that_no_browser_runs(raw: Raw) -> None:
    answer = raw.get(**query(), echostr="<script>alert(1)</script>")
    assert (answer.status_code, answer.text) == (200, "<script>alert(1)</script>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("echo", ["", "1" * 257, "a\nb"])
def test_an_echo_that_the_platform_would_not_send_is_refused(raw: Raw, echo: str) -> None:
    assert raw.get(**query(), echostr=echo).status_code == 400


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce"])
def test_a_query_that_lacks_a_part_is_refused(raw: Raw, missing: str) -> None:
    given = {name: value for name, value in query().items() if name != missing}
    assert raw.get(**given, echostr="1").status_code == 403
    assert raw.post(given, xml()).status_code == 403


# Signature and age ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: query("another token"),
        lambda: {**query(), "signature": ""},
        lambda: {**query(), "signature": "0" * 40},
        lambda: {**query(), "signature": query()["signature"].upper()},
        lambda: {**query(), "nonce": "n2"},
        lambda: query(at=time.time() - FRESH - 10),
        lambda: query(at=time.time() + FRESH + 60),
        lambda: query(at="now"),
        lambda: query(at="-1"),
        lambda: query(at="١٧٩٠٠٠٠٠٠٠"),
        lambda: query(at="9" * 400),
        lambda: {},
    ],
)
def test_what_is_not_signed_with_our_token_lately_is_refused(
    raw: Raw, talk: Talk, make: Callable[[], dict[str, str]]
) -> None:
    given = make()
    assert raw.post(given, xml()).status_code == 403
    assert raw.get(**given, echostr="1").status_code == 403
    assert talk.texts == []


def test_a_clock_that_is_a_little_off_does_no_harm(raw: Raw) -> None:
    assert raw.post(query(at=time.time() - FRESH + 60), xml()).status_code == 200
    assert raw.post(query(at=time.time() + FRESH - 60), xml()).status_code == 200


# Bodies ---------------------------------------------------------------------------------------------------------------


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><MsgType>&c;</MsgType></xml>'
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><MsgType>&x;</MsgType></xml>'
)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "路灯坏了",
        '{"MsgType": "text"}',
        "<xml>",
        "<xml/>",
        "<html></html>",
        BOMB,
        EXTERNAL,
        b"\xff\xfe\x00",
        b"<xml><MsgType>\xff</MsgType></xml>",
        xml(""),
        xml(MsgType=None),
        xml(MsgType=""),
        xml(MsgType="<a>text</a>"),
        xml(FromUserName=None),
        xml(FromUserName=""),
        xml(FromUserName="o1 <"),
        xml(FromUserName="o" * 129),
        xml(FromUserName="<![CDATA[]]]]><![CDATA[><x>]]>"),
        xml(ToUserName=None),
        xml(CreateTime=None),
        xml(CreateTime="gestern"),
        xml(CreateTime="9" * 5000),
        xml(CreateTime="-5"),
        xml("<MsgType>text</MsgType><MsgType>text</MsgType>"),
        xml(MsgType="event"),
        xml(MsgType="event", Event=""),
        xml(MsgType="event", Event="<a/>"),
        xml(Content="字" * 9000),
        "<xml>" + "<a>" * 9000 + "</a>" * 9000 + "</xml>",
    ],
    ids=lambda _: "body",
)
def test_what_is_no_message_is_refused_quietly(raw: Raw, talk: Talk, body: str | bytes) -> None:
    answer = raw.post(query(), body)
    assert (answer.status_code, answer.content) == (400, b"")
    assert talk.texts == []


def test_a_body_that_is_too_large_is_refused_unread(raw: Raw) -> None:
    assert raw.post(query(), xml(Content="x" * LONGEST)).status_code == 413
    assert raw.post({}, b"x" * (LONGEST + 1)).status_code == 413


@pytest.mark.parametrize("kind", ["sticker", "miniprogrampage", "file", "unsupported_msg_type", "TEXT2"])
def test_a_kind_that_is_not_known_is_answered_kindly(raw: Raw, talk: Talk, kind: str) -> None:
    answer = raw.post(query(), xml(MsgType=kind))
    assert (answer.status_code, content(answer.content)) == (200, "这种消息我还看不懂，请打字告诉我。")
    assert talk.texts == []


@pytest.mark.parametrize(
    "inside",
    [
        {"MsgType": "event", "Event": "something_new"},
        {"MsgType": "event", "Event": "subscribe_msg_popup_event"},
        {"MsgType": "event", "Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": "<List/><List>x</List>"},
        {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": "<a/>", "Status": "<b/>"},
        {"MsgType": "event", "Event": "MASSSENDJOBFINISH", "MsgID": "1"},
        {"MsgType": "event", "Event": "card_pass_check", "CardId": "1"},
    ],
)
def test_an_event_that_is_not_known_or_odd_is_taken_in_silence(raw: Raw, inside: dict[str, str]) -> None:
    answer = raw.post(query(), xml(Content=None, MsgId=None, **inside))
    assert (answer.status_code, answer.text) == (200, "success")


def test_odd_fields_of_known_kinds_do_no_harm(raw: Raw) -> None:
    for odd in (
        {"Content": None},
        {"Content": "<a>1</a><a>2</a>"},
        {"MsgId": None},
        {"MsgId": "x" * 200},
        {"MsgType": "image", "MediaId": None},
        {"MsgType": "image", "MediaId": "../../etc/passwd"},
        {"MsgType": "voice", "Recognition": "<a/>"},
        {"MsgType": "location", "Label": None, "Location_X": "<a/>"},
        {"MsgType": "link", "Url": "<a/>", "Title": None},
        {"MsgType": "Text"},
        {"bizmsgmenuid": "<a/>"},
    ):
        assert raw.post(query(), xml(**odd)).status_code == 200, odd


def test_a_text_that_begins_with_a_slash_is_text(raw: Raw, talk: Talk) -> None:
    raw.post(query(), xml(Content="/restart"))
    assert talk.texts == ["／restart"]


# Repeats at the same moment -------------------------------------------------------------------------------------------


def test_the_same_message_many_times_at_once_is_answered_alike_and_acted_on_once(raw: Raw, talk: Talk) -> None:
    body = xml()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Raw(raw.url).post(query(), body), range(8)))
    assert {content(answer.content) for answer in answers} == {"收到：路灯坏了"}
    assert talk.texts == ["路灯坏了"]


def test_two_events_of_one_second_are_told_apart_by_their_key_and_repeats_are_not(raw: Raw, talk: Talk) -> None:
    events = [
        xml(Content=None, MsgId=None, MsgType="event", Event="CLICK", EventKey=key, CreateTime=int(time.time()))
        for key in ("report", "progress", "report")
    ]
    for event in events:
        raw.post(query(), event)
    assert talk.texts == ["我要反映一件事", "查进度"]


def test_the_same_number_of_another_person_is_another_message(raw: Raw, talk: Talk) -> None:
    for sender in ("oA", "oB", "oA"):
        raw.post(query(), xml(sender=sender, MsgId=7))
    assert len(talk.texts) == 2


# Encryption -----------------------------------------------------------------------------------------------------------


def opened(body: bytes, key: str = AES_KEY) -> str:
    """The text in an encrypted answer, as the platform reads it."""
    root = ElementTree.fromstring(body)
    secret, stamp, nonce = (root.findtext(name) or "" for name in ("Encrypt", "TimeStamp", "Nonce"))
    assert root.findtext("MsgSignature") == signature(TOKEN, stamp, nonce, secret)
    return content(Cipher(key, APP_ID).decrypt(secret).encode()) or ""


def test_an_encrypted_message_gets_an_encrypted_answer(raw: Raw) -> None:
    answer = raw.post(*sealed(xml()))
    assert opened(answer.content) == "收到：路灯坏了"
    assert "收到" not in answer.text


def test_in_the_compatible_mode_the_part_that_is_not_signed_is_not_looked_at(raw: Raw, talk: Talk) -> None:
    clear = xml(Content="别人的话", FromUserName="oSomebodyElse").removeprefix("<xml>").removesuffix("</xml>")
    assert opened(raw.post(*sealed(xml(), clear=clear)).content) == "收到：路灯坏了"
    assert talk.texts == ["路灯坏了"]


def test_while_keys_change_messages_with_the_key_before_are_read_and_answered_with_it(serve: Serve) -> None:
    with serve(aes_key=OTHER_KEY, aes_key_previous=AES_KEY) as url:
        raw = Raw(url)
        assert opened(raw.post(*sealed(xml(), AES_KEY)).content, AES_KEY) == "收到：路灯坏了"
        assert opened(raw.post(*sealed(xml(), OTHER_KEY)).content, OTHER_KEY) == "收到：路灯坏了"


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda: sealed(xml(), OTHER_KEY), 400),
        (lambda: sealed(xml(), app_id="wxAnother"), 400),
        (lambda: sealed(xml(), token="another token"), 403),
        (lambda: sealed("not a message"), 400),
        (lambda: ({**sealed(xml())[0], "msg_signature": "0" * 40}, sealed(xml())[1]), 403),
        (lambda: (query(encrypt_type="aes"), sealed(xml())[1]), 403),
        (lambda: (query(encrypt_type="aes"), xml()), 403),
        (lambda: (query(), "<xml><Encrypt></Encrypt></xml>"), 400),
        (lambda: (query(), "<xml><Encrypt><a/></Encrypt></xml>"), 400),
    ],
)
def test_a_broken_envelope_is_refused(
    raw: Raw, talk: Talk, make: Callable[[], tuple[dict[str, str], str]], status: int
) -> None:
    assert raw.post(*make()).status_code == status
    assert talk.texts == []


@pytest.mark.parametrize("secret", ["AAAA", "not base64!", "A" * 44, "=" * 8, "字"])
def test_a_signed_cipher_text_that_is_none_is_refused(raw: Raw, secret: str) -> None:
    signed = query(encrypt_type="aes")
    signed["msg_signature"] = signature(TOKEN, signed["timestamp"], signed["nonce"], secret)
    assert raw.post(signed, f"<xml><Encrypt>{secret}</Encrypt></xml>").status_code == 400


def test_plain_messages_are_refused_once_only_encrypted_ones_may_come(serve: Serve, talk: Talk) -> None:
    with serve(encrypted_only=True) as url:
        raw = Raw(url)
        assert raw.post(query(), xml()).status_code == 403
        assert raw.post(*sealed(xml())).status_code == 200
    assert len(talk.texts) == 1


def test_without_a_key_the_readable_part_is_read_and_a_message_without_one_is_refused(serve: Serve) -> None:
    with serve(aes_key=None, mode="plain") as url:
        raw = Raw(url)
        assert raw.post(*sealed(xml())).status_code == 400
        clear = xml().removeprefix("<xml>").removesuffix("</xml>")
        assert content(raw.post(*sealed(xml(), clear=clear)).content) == "收到：路灯坏了"
        assert content(raw.post(query(), xml()).content) == "收到：路灯坏了"


@pytest.mark.parametrize("encrypted", [False, True])
def test_when_nothing_can_be_kept_help_is_named_and_the_rest_is_told_so(
    serve: Serve, store: Database, talk: Talk, encrypted: bool
) -> None:
    def answer(words: str) -> str:
        message = xml(Content=words)
        body = raw.post(*(sealed(message) if encrypted else (query(), message))).content
        if encrypted:
            body = Cipher(AES_KEY, APP_ID).decrypt(ElementTree.fromstring(body).findtext("Encrypt") or "").encode()
        return content(body) or ""

    with disk_of(store) as disk, serve() as url:
        raw, disk.full = Raw(url), True
        assert "119" in answer("救命，家里着火了")
        assert "120" in answer("我爸昏倒了，没有呼吸")
        assert answer("路灯坏了") == f"{say('gate.unavailable')}\n{say('danger.lines')}"
        assert talk.texts == []
        disk.full = False
        assert answer("路灯坏了") == "收到：路灯坏了"


def test_nothing_of_a_refused_request_is_kept(raw: Raw, store: Database) -> None:
    raw.post(query("another token"), xml())
    raw.post(query(), "<xml/>")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wechat_inbound").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM visitors").scalar() == 0


def test_the_log_says_that_something_was_refused_and_not_who_wrote_what(
    raw: Raw, caplog: pytest.LogCaptureFixture
) -> None:
    raw.post(query("another token"), xml(Content="我叫王芳"))
    raw.post(query(), xml(Content="我叫王芳"))
    assert "refused (403)" in caplog.text
    assert OPENID not in caplog.text and "王芳" not in caplog.text
