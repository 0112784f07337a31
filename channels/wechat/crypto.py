"""Signature, age and envelope (签名与加解密) of the server protocol, on `wechatpy`, with its weak points covered.

`wechatpy` compares signatures with ``!=``, checks no timestamp, raises whatever happens to go wrong inside a broken
cipher text, and draws the random head of its own with a predictable generator. Here comparing takes constant time, what
is older or newer than five minutes is refused, and everything broken is one error.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

FRESH = 300
"""Seconds by which a timestamp may differ from our clock."""


class BadSignature(Exception):
    """Not signed with our token, or not lately."""


class BadEnvelope(Exception):
    """A cipher text that none of our keys opens, or that is meant for another account."""


class _Prp(PrpCrypto):
    def get_random_string(self) -> str:
        return secrets.token_hex(8)


class _Crypto(WeChatCrypto):
    def encrypt_message(self, msg: str, nonce: str, timestamp: str | None = None) -> str:
        encrypted: str = self._encrypt_message(msg, nonce, timestamp, _Prp)
        return encrypted

    def open(self, cipher_text: str) -> str:
        opened: str = _Prp(self.key).decrypt(cipher_text, self._id)
        return opened


@dataclass(frozen=True)
class Signed:
    """The signed part of a query. ``signature`` is the platform's, over token, timestamp, nonce (and cipher text)."""

    signature: str
    timestamp: str
    nonce: str


class Seal:
    """One account's token and keys."""

    def __init__(self, token: str, app_id: str, aes_keys: Sequence[str] = ()) -> None:
        self._token = token
        self._cryptos = [_Crypto(token, key, app_id) for key in aes_keys]

    @property
    def has_keys(self) -> bool:
        """Whether there is a key to open envelopes with."""
        return bool(self._cryptos)

    def sign(self, timestamp: str, nonce: str, cipher_text: str | None = None) -> Signed:
        """The parts with the signature that the platform would give them."""
        signer = WeChatSigner()
        parts = [self._token, timestamp, nonce, *([cipher_text] if cipher_text is not None else [])]
        signer.add_data(*(part.encode(errors="replace") for part in parts))
        return Signed(signer.signature, timestamp, nonce)

    def check(self, signed: Signed, cipher_text: str | None = None) -> None:
        """Raises `BadSignature` unless the parts carry our signature and the timestamp is fresh."""
        ours = self.sign(signed.timestamp, signed.nonce, cipher_text).signature
        if not hmac.compare_digest(ours.encode(), signed.signature.encode(errors="replace")):
            raise BadSignature("the signature is not ours")
        if not (signed.timestamp.isascii() and signed.timestamp.isdigit() and len(signed.timestamp) <= 12):
            raise BadSignature("the timestamp is no number")
        if abs(time.time() - int(signed.timestamp)) > FRESH:
            raise BadSignature("the timestamp is too old or lies ahead")

    def open(self, cipher_text: str) -> tuple[str, int]:
        """The message in an envelope, and the place of the key that opened it; the newest is tried first."""
        for place, crypto in enumerate(self._cryptos):
            try:
                return crypto.open(cipher_text), place
            except Exception:  # noqa: S112  # whatever breaks inside, the envelope is not for this key
                continue
        raise BadEnvelope("no key opens this envelope")

    def wrap(self, xml: str, place: int = 0) -> str:
        """The envelope for a reply, made with the key that opened the message."""
        return self._cryptos[place].encrypt_message(xml, secrets.token_hex(8), str(int(time.time())))
