"""The platform's own cryptography."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.wechat_standin.driver import AES_KEY, APP_ID
from tools.wechat_standin.crypto import Cipher, CryptoError, signature


def test_the_signature_of_the_documentation() -> None:
    """The example of 消息加解密说明."""
    assert signature("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


@given(st.text())
def test_what_is_encrypted_comes_back(message: str) -> None:
    cipher = Cipher(AES_KEY, APP_ID)
    secret = cipher.encrypt(message)
    assert cipher.decrypt(secret) == message
    assert len(base64.b64decode(secret)) % 32 == 0


def test_no_two_are_alike() -> None:
    cipher = Cipher(AES_KEY, APP_ID)
    assert cipher.encrypt("好") != cipher.encrypt("好")


def raw(plain: bytes) -> str:
    """Bytes encrypted as they are, with the right key."""
    key = base64.b64decode(AES_KEY + "=")
    encryptor = Aes(AES256(key), CBC(key[:16])).encryptor()
    missing = 32 - len(plain) % 32
    return base64.b64encode(encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()).decode()


BROKEN = {
    "empty": "",
    "no base64": "好",
    "cut": "QUJD",
    "zeros": base64.b64encode(bytes(32)).decode(),
    "another account": Cipher(AES_KEY, "wx-other").encrypt("好"),
    "nothing inside": raw(b""),
    "a length beyond the end": raw(bytes(16) + b"\x00\x00\x01\x00" + b"x" + APP_ID.encode()),
    "no UTF-8": raw(bytes(16) + b"\x00\x00\x00\x01" + b"\xff" + APP_ID.encode()),
}


@pytest.mark.parametrize("secret", BROKEN.values(), ids=BROKEN)
def test_anything_else_is_refused(secret: str) -> None:
    with pytest.raises(CryptoError):
        Cipher(AES_KEY, APP_ID).decrypt(secret)
