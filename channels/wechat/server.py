"""``/webhooks/wechat/webhook``: the official-account server protocol (服务器接入), plain, compatible and encrypted.

Whatever comes in, the answer is 200, 400, 403 or 413. Nothing is read before the signature is checked; in an encrypted
message that is the signature over the cipher text, and the readable copy of the compatible mode is not looked at.
"""

from __future__ import annotations

import logging

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text as text_response

from channels.wechat.crypto import BadEnvelope, BadSignature, Seal, Signed
from channels.wechat.kept import Kept, Reply
from channels.wechat.messages import BadMessage, Received, read, read_envelope
from channels.wechat.reception import Reception, cry, unkept
from channels.wechat.render import passive_text, passive_transfer

log = logging.getLogger(__name__)

LONGEST = 64 * 1024
"""Bytes of one message; the platform's own are shorter."""
LONGEST_ECHO = 256
"""Characters of ``echostr``."""
_PLAIN = {"X-Content-Type-Options": "nosniff"}


class _Refused(Exception):
    """A request that is not taken, with its HTTP status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def webhook(seal: Seal, reception: Reception, encrypted_only: bool = False) -> Blueprint:
    """The routes for one account."""
    routes = Blueprint("wechat_webhook")

    @routes.get("/webhook")
    async def verify(request: Request) -> HTTPResponse:
        """The check when the address is entered in the console: gives ``echostr`` back."""
        try:
            _check(seal, request, "signature")
            echo = _argument(request, "echostr")
            if not 0 < len(echo) <= LONGEST_ECHO or not echo.isprintable():
                raise _Refused(400, "echostr")
        except _Refused as refused:
            return _refuse(refused)
        return text_response(echo, headers=_PLAIN)

    @routes.post("/webhook")
    async def take(request: Request) -> HTTPResponse | None:
        """One message or event."""
        try:
            message, key = _open(seal, request, encrypted_only)
        except _Refused as refused:
            return _refuse(refused)
        kept: Kept | None
        try:
            kept, reply = await reception.take(message)
        except Exception as error:
            # The platform sends it again; who is in danger does not wait for that, and a full disk stays full.
            if (answer := cry(message) or unkept(message, error)) is None:
                raise
            log.error("WeChat: a message was not kept: %s", type(error).__name__)
            kept, reply = None, answer
        body = _body(message, reply)
        if body is not None and key is not None:
            body = seal.wrap(body, key)
        try:
            kind = "text/plain" if body is None else "application/xml"
            response = await request.respond(content_type=f"{kind}; charset=utf-8", headers=_PLAIN)
            await response.send("success" if body is None else body, end_stream=True)
        except BaseException as error:
            log.info("WeChat: a reply could not be handed over: %s", type(error).__name__)
            if kept is not None:
                reception.not_sent(kept, reply)
            if not isinstance(error, Exception):
                raise
        else:
            if kept is not None:
                reception.sent(kept, reply)
        return None

    return routes


def _open(seal: Seal, request: Request, encrypted_only: bool) -> tuple[Received, int | None]:
    """The message, and the place of the key that it was encrypted with, if it was."""
    body = request.body or b""
    if len(body) > LONGEST:
        raise _Refused(413, "too large")
    # A plain signature is in every mode: it is checked before anything is read.
    _check(seal, request, "signature")
    try:
        cipher_text = read_envelope(body)
        if cipher_text is None:
            if encrypted_only or _argument(request, "encrypt_type") == "aes":
                raise _Refused(403, "not encrypted")
            return read(body), None
        if not seal.has_keys:
            # The readable copy of the compatible mode is all that can be read.
            return read(body), None
        _check(seal, request, "msg_signature", cipher_text)
        xml, key = seal.open(cipher_text)
        return read(xml), key
    except (BadMessage, BadEnvelope) as error:
        raise _Refused(400, str(error)) from error


def _check(seal: Seal, request: Request, name: str, cipher_text: str | None = None) -> None:
    signed = Signed(*(_argument(request, part) for part in (name, "timestamp", "nonce")))
    try:
        seal.check(signed, cipher_text)
    except BadSignature as error:
        raise _Refused(403, str(error)) from error


def _argument(request: Request, name: str) -> str:
    try:
        return str(request.args.get(name, ""))
    except ValueError as error:
        # The query is no UTF-8, or has too many fields.
        raise _Refused(400, "query") from error


def _refuse(refused: _Refused) -> HTTPResponse:
    log.warning("WeChat: a request was refused (%d): %s", refused.status, refused)
    return text_response("", status=refused.status, headers=_PLAIN)


def _body(message: Received, reply: Reply) -> str | None:
    if reply.kind == "text":
        return passive_text(message.sender, message.account, reply.text)
    return passive_transfer(message.sender, message.account) if reply.kind == "transfer" else None
