"""The frame around every call of the account (``/cgi-bin/…``): ordered trouble, method, token, JSON, answer, log.

Real: HTTP status 200 also for refusals; ``encoding=utf-8`` in the content type; 43001/43002 for the wrong method;
``\\uXXXX`` in the JSON of a message reaches the citizen as these very characters, so it is a violation here.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sanic import Blueprint, HTTPResponse, Request

from tools.wechat_standin.account import Kind
from tools.wechat_standin.errors import ApiError
from tools.wechat_standin.faults import Fault
from tools.wechat_standin.journal import readable
from tools.wechat_standin.platform import Platform

_CONTENT_TYPE = "application/json; encoding=utf-8"
_ESCAPED = re.compile(rb"(?<!\\)((?:\\\\)*)\\u(?=[0-9A-Fa-f]{4})")
OK = {"errcode": 0, "errmsg": "ok"}

Answer: TypeAlias = "dict[str, Any] | HTTPResponse"


@dataclass(frozen=True)
class Call:
    """One call: ``body`` is its JSON (empty for GET and uploads), ``escaped`` tells that it held ``\\uXXXX``."""

    platform: Platform
    request: Request
    body: dict[str, Any]
    escaped: bool

    def arg(self, name: str) -> str | None:
        """A parameter of the address."""
        value: str | None = self.request.args.get(name)
        return value


Handler = Callable[[Call], Awaitable[Answer]]


def call(
    blueprint: Blueprint, uri: str, method: str, *, token: bool = True, reads_json: bool = True
) -> Callable[[Handler], Handler]:
    """Serves a call. ``token``: it needs a good access token, and an account that is verified."""

    def register(handler: Handler) -> Handler:
        async def serve(request: Request, **_: str) -> HTTPResponse:
            platform: Platform = request.app.ctx.platform
            fault = platform.faults.take(request.path)
            if fault:
                await asyncio.sleep(fault.latency)
            answer = await _answer(platform, request, handler, fault, method, token, reads_json and method == "POST")
            _log(platform, request, answer, fault)
            if fault and fault.drop:
                cast(asyncio.WriteTransport, request.transport).abort()
            if isinstance(answer, HTTPResponse):
                return answer
            return HTTPResponse(json.dumps(answer, ensure_ascii=False), content_type=_CONTENT_TYPE)

        name = re.sub(r"\W+", "_", uri)
        blueprint.add_route(serve, uri, methods=["GET", "POST"], name=name)
        return handler

    return register


async def _answer(
    platform: Platform,
    request: Request,
    handler: Handler,
    fault: Fault | None,
    method: str,
    token: bool,
    reads_json: bool,
) -> Answer:
    ordered = ApiError(fault.errcode).answer() if fault and fault.errcode is not None else None
    if fault and not fault.after and (ordered or fault.drop):
        return ordered or {}
    try:
        if request.method != method:
            raise ApiError(43002 if method == "POST" else 43001)
        if token and (code := platform.tokens.refusal(request.args.get("access_token"), platform.now())):
            raise ApiError(code)
        if token and platform.account.kind is Kind.UNVERIFIED:
            raise ApiError(48001)
        body, escaped = _json(request) if reads_json else ({}, False)
        answer = await handler(Call(platform, request, body, escaped))
        return ordered or answer
    except ApiError as error:
        return ordered or error.answer()


def _json(request: Request) -> tuple[dict[str, Any], bool]:
    """The JSON of the body, as the platform reads it: escapes of characters stay as they are."""
    raw, escapes = _ESCAPED.subn(rb"\1\\\\u", request.body)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ApiError(47001) from error
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body, escapes > 0


def _log(platform: Platform, request: Request, answer: Answer, fault: Fault | None) -> None:
    code = "binary" if isinstance(answer, HTTPResponse) else str(answer.get("errcode", 0))
    if fault and fault.drop:
        code = "dropped"
    platform.journal.calls[request.path][code] += 1
    said = (
        f"（{len(answer.body or b'')} 字节）"
        if isinstance(answer, HTTPResponse)
        else json.dumps(answer, ensure_ascii=False)
    )
    entry = {"kind": "call", "at": platform.now(), "method": request.method, "url": request.path, "code": code}
    platform.journal.log.add({**entry, "request": readable(request.body), "response": said})
