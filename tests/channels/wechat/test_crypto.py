"""Our envelopes are opened by an independent implementation and theirs by ours; nothing else opens anything."""

from __future__ import annotations

import base64
import time
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat import crypto
from channels.wechat.crypto import BadEnvelope, BadSignature, Seal, Signed
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, TOKEN
from tools.wechat_standin.crypto import Cipher, signature

SEAL = Seal(TOKEN, APP_ID, [AES_KEY])
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)


def signed(secret: str | None = None, at: float | None = None, token: str = TOKEN) -> Signed:
    stamp = str(int(at or time.time()))
    return Signed(signature(token, stamp, "n1", *([secret] if secret is not None else [])), stamp, "n1")


@given(TEXTS)
def test_what_the_platform_encrypts_is_opened(text: str) -> None:
    assert SEAL.open(Cipher(AES_KEY, APP_ID).encrypt(text)) == (text, 0)


@given(TEXTS)
def test_what_is_wrapped_the_platform_opens_and_its_signature_holds(text: str) -> None:
    root = ElementTree.fromstring(SEAL.wrap(text))
    secret, stamp, nonce, mark = (
        root.findtext(name) or "" for name in ("Encrypt", "TimeStamp", "Nonce", "MsgSignature")
    )
    assert mark == signature(TOKEN, stamp, nonce, secret)
    assert Cipher(AES_KEY, APP_ID).decrypt(secret) == text


def test_the_same_text_is_wrapped_differently_each_time() -> None:
    assert SEAL.wrap("您好") != SEAL.wrap("您好")


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()))
def test_whatever_is_no_envelope_is_one_error(text: str) -> None:
    with pytest.raises(BadEnvelope):
        SEAL.open(text)


def test_an_envelope_for_another_account_is_not_opened() -> None:
    with pytest.raises(BadEnvelope):
        SEAL.open(Cipher(AES_KEY, "wxAnother").encrypt("您好"))


def test_what_is_signed_here_the_platform_would_sign_alike() -> None:
    assert SEAL.sign("1790000000", "n1").signature == signature(TOKEN, "1790000000", "n1")
    assert SEAL.sign("1790000000", "n1", "cipher").signature == signature(TOKEN, "1790000000", "n1", "cipher")


def test_a_fresh_signature_holds_and_every_change_breaks_it() -> None:
    SEAL.check(signed())
    SEAL.check(signed("cipher"), "cipher")
    good = signed("cipher")
    for bad, secret in (
        (good, "cypher"),
        (good, None),
        (Signed(good.signature, str(int(good.timestamp) + 1), good.nonce), "cipher"),
        (Signed(good.signature, good.timestamp, "n2"), "cipher"),
        (Signed(good.signature[:-1], good.timestamp, good.nonce), "cipher"),
        (Signed("签名", good.timestamp, good.nonce), "cipher"),
        (signed("cipher", token="another"), "cipher"),
    ):
        with pytest.raises(BadSignature):
            SEAL.check(bad, secret)


@pytest.mark.parametrize("off", [-crypto.FRESH - 5, crypto.FRESH + 30])
def test_an_old_or_early_timestamp_is_refused_although_it_is_signed(off: float) -> None:
    with pytest.raises(BadSignature):
        SEAL.check(signed(at=time.time() + off))


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=50))
def test_no_query_raises_anything_but_a_bad_signature(one: str, two: str, three: str) -> None:
    with pytest.raises(BadSignature):
        SEAL.check(Signed(one, two, three))
