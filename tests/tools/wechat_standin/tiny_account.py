"""A hand-made account server: it answers what a test tells it to, and remembers what came."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from sanic import HTTPResponse, Request, Sanic
from sanic.response import text as text_response

from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, TOKEN
from tools.wechat_standin.crypto import Cipher, signature

Answer = Callable[["Received"], str | None]
"""What the account says to a message; ``None``: nothing, and the connection stays open."""


@dataclass
class Received:
    """One push: the parameters of the address, the body, and the elements of the message (decrypted)."""

    query: dict[str, str]
    body: str
    message: dict[str, str] = field(default_factory=dict)

    def reply(self, inside: str, kind: str = "text", created: str | None = None) -> str:
        """XML back to the sender, with these elements inside."""
        head = {"ToUserName": self.message["FromUserName"], "FromUserName": self.message["ToUserName"]}
        head |= {"CreateTime": created or str(int(time.time())), "MsgType": kind}
        return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in head.items()) + f"{inside}</xml>"

    def says(self, text: str) -> str:
        return self.reply(f"<Content><![CDATA[{text}]]></Content>")


def sealed(xml: str, app_id: str = APP_ID, token: str = TOKEN) -> str:
    """An answer, encrypted and signed."""
    secret, stamp, nonce = Cipher(AES_KEY, app_id).encrypt(xml), str(int(time.time())), "12345"
    signed = signature(token, stamp, nonce, secret)
    return (
        f"<xml><Encrypt><![CDATA[{secret}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


class TinyAccount:
    """``answers`` decides; without it everything is taken with ``success``.

    ``reads_plain``: in compatible mode it looks at the plain part only, as accounts without encryption do.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: Answer = lambda _: "success"
        self.status = 200
        self.reads_plain = False
        self.app = Sanic("tiny_account", configure_logging=False)
        self.app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 0.1
        self.app.add_route(self.verify, "/wechat", methods=["GET"])
        self.app.add_route(self.take, "/wechat", methods=["POST"])

    async def verify(self, request: Request) -> HTTPResponse:
        query = {name: request.args.get(name) for name in request.args}
        fits = signature(TOKEN, query["timestamp"], query["nonce"]) == query["signature"]
        return text_response(query["echostr"] if fits and self.status == 200 else "no")

    async def take(self, request: Request) -> HTTPResponse:
        received = Received({name: request.args.get(name) for name in request.args}, request.body.decode())
        received.message = _elements(received, self.reads_plain)
        self.received.append(received)
        answer = self.answers(received)
        if answer is None:
            await asyncio.Event().wait()
        return HTTPResponse(answer, status=self.status, content_type="text/xml")

    def heard(self, event: str | None = None) -> list[dict[str, str]]:
        """The messages, or the events of this name, in order."""
        messages = [one.message for one in self.received]
        return [one for one in messages if one.get("Event") == event]


def _elements(received: Received, reads_plain: bool) -> dict[str, str]:
    root = ElementTree.fromstring(received.body)
    secret, query = root.findtext("Encrypt"), received.query
    assert signature(TOKEN, query["timestamp"], query["nonce"]) == query["signature"]
    if secret is not None and not reads_plain:
        assert query["encrypt_type"] == "aes"
        assert signature(TOKEN, query["timestamp"], query["nonce"], secret) == query["msg_signature"]
        root = ElementTree.fromstring(Cipher(AES_KEY, APP_ID).decrypt(secret))
    return {one.tag: _text(one) for one in root}


def _text(element: Any) -> str:
    return element.text or "" if not len(element) else ElementTree.tostring(element, encoding="unicode")
