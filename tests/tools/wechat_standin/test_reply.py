"""The stand-in takes no answer that the platform would not take."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from tests.tools.wechat_standin.driver import AES_KEY, TOKEN, Api, Standin
from tests.tools.wechat_standin.tiny_account import Received, TinyAccount, sealed
from tools.wechat_standin.acts import SAMPLES
from tools.wechat_standin.crypto import signature
from tools.wechat_standin.push import OUT_OF_SERVICE

NEWS = (
    "<item><Title>补办</Title><Description>怎么办</Description><PicUrl></PicUrl><Url>https://example.com</Url></item>"
)


def news(count: int, told: int | None = None) -> str:
    return f"<ArticleCount>{told or count}</ArticleCount><Articles>{NEWS * count}</Articles>"


BAD: dict[str, tuple[str, Callable[[Received], str]]] = {
    "json": ("not_xml", lambda one: '{"errcode": 0}'),
    "other words": ("not_xml", lambda one: "ok"),
    "spaces around success": ("not_xml", lambda one: "success\n"),
    "another root": ("not_xml", lambda one: "<reply/>"),
    "broken": ("not_xml", lambda one: one.says("x")[:-3]),
    "a bomb": ("not_xml", lambda one: "<!DOCTYPE x [<!ENTITY a 'b'>]>" + one.says("&a;")),
    "not swapped": ("to_user_name", lambda one: one.says("x").replace(one.message["FromUserName"], "o-somebody-else")),
    "from nobody": ("from_user_name", lambda one: one.says("x").replace(one.message["ToUserName"], "gh_other")),
    "no time": ("create_time", lambda one: one.reply("<Content>x</Content>", created="now")),
    "no such type": ("msg_type", lambda one: one.reply("<Content>x</Content>", kind="msgmenu")),
    "empty text": ("element_missing", lambda one: one.says("")),
    "too long": ("too_long", lambda one: one.says("好" * 683)),
    "picture without id": ("element_missing", lambda one: one.reply("<Image></Image>", kind="image")),
    "unknown picture": ("media_id", lambda one: one.reply("<Image><MediaId>x</MediaId></Image>", kind="image")),
    "two articles": ("articles", lambda one: one.reply(news(2), kind="news")),
    "articles miscounted": ("articles", lambda one: one.reply(news(1, 2), kind="news")),
    "article without link": ("element_missing", lambda one: one.reply(news(1).replace("Url>", "Uri>"), kind="news")),
    "encrypted": ("encrypted", lambda one: sealed(one.says("x"))),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_shows_the_citizen_that_the_account_is_out_of_service(
    plain: Standin, account: TinyAccount, name: str
) -> None:
    citizen = plain.citizen()
    code, account.answers = BAD[name]
    assert citizen.says("你好")["tries"] == 1, "bad data are not asked for again"
    assert citizen.reads() == [OUT_OF_SERVICE]
    assert plain.violations() == [code]


SEALED_BADLY: dict[str, tuple[str, Callable[[Received], str]]] = {
    "not at all": ("not_encrypted", lambda one: one.says("x")),
    "for another account": ("encryption", lambda one: sealed(one.says("x"), app_id="wx-somebody-else")),
    "signed with another token": ("signature", lambda one: sealed(one.says("x"), token="another")),
    "without time": ("signature", lambda one: sealed(one.says("x")).replace("TimeStamp", "Time")),
    "cut": ("encryption", lambda one: resealed("QUJD")),
    "not base64": ("encryption", lambda one: resealed("你好")),
    "bad inside": ("not_xml", lambda one: sealed("{}")),
}


def resealed(secret: str) -> str:
    """Signed rightly around a cipher text that is none."""
    signed = signature(TOKEN, "1", "2", secret)
    return (
        f"<xml><Encrypt>{secret}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
    )


@pytest.mark.parametrize("name", SEALED_BADLY)
def test_encrypted_mode_wants_a_good_envelope(standin: Standin, account: TinyAccount, name: str) -> None:
    citizen = standin.citizen()
    code, account.answers = SEALED_BADLY[name]
    citizen.says("你好")
    assert citizen.reads() == [OUT_OF_SERVICE]
    assert standin.violations() == [code]


def test_another_key_is_noticed(standin: Standin, account: TinyAccount) -> None:
    citizen = standin.citizen()
    standin.post("account", mode="compatible")  # so that the account can still read the message
    standin.post("account", aes_key=AES_KEY[::-1])
    account.reads_plain = True
    account.answers = lambda one: sealed(one.says("x"))
    citizen.says("你好")
    assert standin.violations() == ["encryption"]


@pytest.mark.parametrize("text", ["好" * 682, "a" * 2048])
def test_a_text_may_have_2048_bytes(plain: Standin, account: TinyAccount, text: str) -> None:
    citizen = plain.citizen()
    account.answers = lambda one: one.says(text)
    citizen.says("你好")
    assert citizen.reads() == [text]


def test_every_other_type_is_shown(plain: Standin, account: TinyAccount, api: Api) -> None:
    def upload(kind: str) -> str:
        query = {"access_token": api.token, "type": kind}
        files = {"media": ("x.bin", SAMPLES[kind])}
        return str(plain.http.post("/cgi-bin/media/upload", params=query, files=files).json()["media_id"])

    replies = {
        "image": f"<Image><MediaId>{upload('image')}</MediaId></Image>",
        "voice": f"<Voice><MediaId>{upload('voice')}</MediaId></Voice>",
        "video": f"<Video><MediaId>{upload('video')}</MediaId><Title>宣传片</Title></Video>",
        "music": f"<Music><Title>歌</Title><ThumbMediaId>{upload('thumb')}</ThumbMediaId></Music>",
        "news": news(1),
    }
    citizen = plain.citizen()
    account.answers = lambda one: one.reply(replies[one.message["Content"]], kind=one.message["Content"])
    for kind in replies:
        citizen.says(kind)
    assert [item["type"] for item in citizen.seen()] == list(replies)
    assert citizen.seen()[-1]["articles"][0]["title"] == "补办"
    assert plain.violations() == []


def test_an_event_may_be_answered_with_eight_articles(plain: Standin, account: TinyAccount) -> None:
    citizen = plain.citizen()
    account.answers = lambda one: one.reply(news(8), kind="news")
    citizen.does("click", key="GUIDE")
    assert len(citizen.seen()[0]["articles"]) == 8


def test_media_older_than_three_days_are_gone(plain: Standin, account: TinyAccount) -> None:
    citizen = plain.citizen()
    citizen.does("image", data=base64.b64encode(SAMPLES["image"]).decode())
    id_ = account.heard()[-1]["MediaId"]
    account.answers = lambda one: one.reply(f"<Image><MediaId>{id_}</MediaId></Image>", kind="image")
    citizen.says("看看")
    plain.skip(3 * 86_400 + 1)
    citizen.says("再看看")
    assert [item["type"] for item in citizen.seen()] == ["image", "text"]
    assert plain.violations() == ["media_id"]


def test_a_time_in_milliseconds_is_shown_but_noted(plain: Standin, account: TinyAccount) -> None:
    citizen = plain.citizen()
    account.answers = lambda one: one.reply("<Content>好</Content>", created="1790000000000")
    citizen.says("你好")
    assert citizen.reads() == ["好"]
    assert plain.violations() == ["create_time"]


def test_nobody_reads_a_reply_to_some_events(plain: Standin, account: TinyAccount) -> None:
    citizen = plain.citizen()
    account.answers = lambda one: one.says("您打开了网页")
    assert citizen.does("view", url="https://example.com")["result"] == "ignored"
    assert citizen.seen() == []
    assert plain.violations() == ["not_answerable"]
