"""Raw requests of the platform, made by hand: signed or wrongly signed, plain or encrypted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, TOKEN
from tools.wechat_standin.crypto import Cipher, signature

PATH = "/webhooks/wechat/webhook"
OPENID = "oRawRawRawRawRawRawRawRawRaw"


def xml(inside: str | None = None, sender: str = OPENID, **fields: Any) -> str:
    """A text message, unless the fields say something else; ``inside`` takes the place of all of them."""
    if inside is None:
        usual = {
            "ToUserName": "gh_0123456789ab",
            "FromUserName": sender,
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": "路灯坏了",
            "MsgId": time.time_ns(),
        }
        told = {name: value for name, value in {**usual, **fields}.items() if value is not None}
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    return f"<xml>{inside}</xml>"


def query(token: str = TOKEN, at: float | str | None = None, nonce: str = "n1", **more: str) -> dict[str, str]:
    """A signed query. ``at`` is the timestamp, the present unless given."""
    stamp = str(int(time.time()) if at is None else at if isinstance(at, str) else int(at))
    return {"signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce, **more}


def sealed(
    message: str, key: str = AES_KEY, app_id: str = APP_ID, clear: str = "", token: str = TOKEN
) -> tuple[dict[str, str], str]:
    """The query and body of an encrypted message; ``clear`` is what stands beside the cipher text."""
    secret = Cipher(key, app_id).encrypt(message)
    signed = query(token, encrypt_type="aes")
    signed["msg_signature"] = signature(token, signed["timestamp"], signed["nonce"], secret)
    return signed, f"<xml>{clear}<Encrypt>{secret}</Encrypt></xml>"


@dataclass
class Raw:
    """A connection to the account's server."""

    url: str

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def get(self, **params: str) -> httpx.Response:
        return self.http.get(PATH, params=params)

    def post(self, params: dict[str, str], body: str | bytes) -> httpx.Response:
        return self.http.post(PATH, params=params, content=body)
