"""Encrypted messages in both directions with an independent implementation: the npm package ``wechat-crypto`` (MIT)."""

from __future__ import annotations

import time
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.storage import Database
from channels.wechat.crypto import Seal, Signed
from tests.channels import node
from tests.channels.wechat.raw import Raw, query, xml
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, TOKEN

MESSAGES = ["a", "路灯坏了 💡 ]]> &", "<xml><Content><![CDATA[你好]]></Content></xml>", "x" * 11, "好" * 5000]


@pytest.fixture
def store(sqlite_store: Database) -> Database:
    """Nothing here depends on the kind of database."""
    return sqlite_store


def theirs(encrypted: list[dict[str, str]] | None = None, plain: list[dict[str, str]] | None = None) -> Any:
    given = {"key": AES_KEY, "token": TOKEN, "appId": APP_ID, "encrypted": encrypted or [], "plain": plain or []}
    return node.run("wechat_crypto.js", given)


def envelope(body: str) -> dict[str, str]:
    root = ElementTree.fromstring(body)
    names = {"text": "Encrypt", "timestamp": "TimeStamp", "nonce": "Nonce", "signature": "MsgSignature"}
    return {ours: root.findtext(name) or "" for ours, name in names.items()}


def test_they_open_ours_and_find_our_signature_right() -> None:
    ours = [envelope(Seal(TOKEN, APP_ID, [AES_KEY]).wrap(message)) for message in MESSAGES]
    answer = theirs(encrypted=ours)
    assert answer["opened"] == [{"message": message, "id": APP_ID} for message in MESSAGES]
    assert answer["signatures"] == [one["signature"] for one in ours]


def test_we_open_theirs_and_find_their_signature_right() -> None:
    seal, when = Seal(TOKEN, APP_ID, [AES_KEY]), {"timestamp": str(int(time.time())), "nonce": "486452656"}
    for message, made in zip(
        MESSAGES, theirs(plain=[{**when, "text": text} for text in MESSAGES])["encrypted"], strict=True
    ):
        seal.check(Signed(made["signature"], *when.values()), made["text"])
        assert seal.open(made["text"]) == (message, 0)


def test_a_message_that_they_encrypt_is_answered_and_they_read_the_answer(account: str) -> None:
    signed = query(encrypt_type="aes")
    [made] = theirs(plain=[{"timestamp": signed["timestamp"], "nonce": signed["nonce"], "text": xml()}])["encrypted"]
    answer = Raw(account).post(
        {**signed, "msg_signature": made["signature"]}, f"<xml><Encrypt>{made['text']}</Encrypt></xml>"
    )
    [opened] = theirs(encrypted=[envelope(answer.text)])["opened"]
    assert ElementTree.fromstring(opened["message"]).findtext("Content") == "收到：路灯坏了"
