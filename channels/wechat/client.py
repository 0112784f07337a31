"""Calls of the platform (服务端接口): with time-outs, bounded repeats, and nothing personal or secret in the logs.

On `httpx`, not on `wechatpy`'s client, which knows no stable token and no typing state, sets no time-outs, is
synchronous, and repeats a call without end while the platform answers 40001.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from prometheus_client import Counter
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from bot.hotline.media import LARGEST
from bot.storage import Database
from channels.wechat.render import Piece
from channels.wechat.tokens import Tokens

CALLS = Counter("hotline_wechat_calls_total", "Calls of the WeChat platform", ["call", "code"])

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
"""Seconds for connecting and for each wait."""
MEDIA_TIMEOUT = 30.0
"""Seconds for a whole download."""
TRIES = 3
FIRST_WAIT = 0.3
"""Seconds before the second try, doubled for the third, and a little at random."""
BAD_TOKEN = (40001, 40014, 42001)
BUSY = -1
TROUBLE = -2
"""Our own code: no answer, or none that can be read."""

# They would log whole addresses, and with them the access token.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class WeChatError(Exception):
    """The platform refused, or could not be reached (`TROUBLE`). Says the code and nothing else."""

    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


@dataclass(frozen=True)
class Download:
    """A file that somebody sent."""

    content_type: str
    body: bytes


class TooLarge(Exception):
    """A file of more than `bot.hotline.media.LARGEST` bytes."""


class WeChatApi:
    """The calls of one account."""

    def __init__(self, base: str, app_id: str, secret: str, store: Database) -> None:
        self._base, self._app_id, self._secret = base, app_id, secret
        self._http = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        self._tokens = Tokens(store, app_id, self._fetch_token)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    # Speaking to a person ---------------------------------------------------------------------------------------------

    async def send(self, openid: str, piece: Piece, message_id: str) -> None:
        """Sends a customer-service message: a text, or a menu message if it has options.

        ``message_id`` (at most 64 bytes) tells repeats: where the platform knows it, it takes each only once.
        """
        body: dict[str, Any] = {"touser": openid, "clientmsgid": message_id[:64]}
        if piece.options:
            items = [{"id": option.id, "content": option.title} for option in piece.options]
            body |= {"msgtype": "msgmenu"}
            body["msgmenu"] = {"head_content": piece.text, "list": items, "tail_content": ""}
        else:
            body |= {"msgtype": "text", "text": {"content": piece.text}}
        await self.call("message/custom/send", body)

    async def typing(self, openid: str) -> None:
        """Shows that an answer is being written (对方正在输入)."""
        await self.call("message/custom/typing", {"touser": openid, "command": "Typing"}, tries=1)

    async def send_template(
        self, openid: str, template: str, data: Mapping[str, str], url: str, id_: str
    ) -> str | None:
        """Sends a template message (模板消息); gives the number that the report will name."""
        body = {"touser": openid, "template_id": template, "url": url, "client_msg_id": id_, "data": _values(data)}
        number = (await self.call("message/template/send", body)).get("msgid")
        return None if number is None else str(number)

    async def send_subscription(self, openid: str, template: str, data: Mapping[str, str], url: str) -> None:
        """Sends a subscription notice (订阅通知); the report names no number that is known here."""
        body = {"touser": openid, "template_id": template, "page": url, "data": _values(data)}
        await self.call("message/subscribe/bizsend", body)

    # The account ------------------------------------------------------------------------------------------------------

    async def create_menu(self, menu: dict[str, Any]) -> None:
        """Puts the menu below the conversation (自定义菜单)."""
        await self.call("menu/create", menu)

    async def token(self) -> str:
        """The access token; asking for it shows whether AppID, AppSecret and the list of addresses are right."""
        return await self._tokens.get()

    # Media ------------------------------------------------------------------------------------------------------------

    async def download(self, media_id: str) -> Download:
        """The file that somebody sent; raises `TooLarge`, and `WeChatError` if it is gone."""
        try:
            async with asyncio.timeout(MEDIA_TIMEOUT):
                return await self._download(media_id)
        except TimeoutError as error:
            raise WeChatError(TROUBLE) from error

    async def _download(self, media_id: str) -> Download:
        found: Download | dict[str, Any] = await self._with_token(
            "media/get",
            lambda token: self._get_file(
                f"{self._base}/cgi-bin/media/get", {"access_token": token, "media_id": media_id}
            ),
        )
        if isinstance(found, dict):
            # Videos come as an address. It is the platform's own, or it is not followed.
            url = str(found.get("video_url", ""))
            if not self._is_platform(url):
                raise WeChatError(TROUBLE)
            found = await self._get_file(url, {})
            if isinstance(found, dict):
                raise WeChatError(TROUBLE)
        return found

    def _is_platform(self, url: str) -> bool:
        parts, base = urlsplit(url), urlsplit(self._base)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (parts.netloc == base.netloc or host.endswith(".qq.com"))

    async def _get_file(self, url: str, query: dict[str, str]) -> Download | dict[str, Any]:
        async with self._http.stream("GET", url, params=query) as response:
            kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise TooLarge
            if response.status_code != 200:
                raise WeChatError(TROUBLE)
            if kind in ("application/json", "text/plain"):
                return _decoded(bytes(body))
            return Download(kind or "application/octet-stream", bytes(body))

    # Calling ----------------------------------------------------------------------------------------------------------

    async def call(self, path: str, body: dict[str, Any], tries: int = TRIES) -> dict[str, Any]:
        """Makes a call under ``/cgi-bin/``; raises `WeChatError`."""
        url = f"{self._base}/cgi-bin/{path}"

        async def once(token: str) -> Any:
            return await self._request(url, {"access_token": token}, body)

        found: dict[str, Any] = await self._with_token(path, once, tries)
        return found

    async def _with_token(self, path: str, once: Callable[[str], Awaitable[Any]], tries: int = TRIES) -> Any:
        """Makes a call, once more with a fresh token where the platform refuses the one that there is."""
        token = await self._tokens.get()
        try:
            return await self._repeat(path, lambda: once(token), tries)
        except WeChatError as error:
            if error.code not in BAD_TOKEN:
                raise
        fresh = await self._tokens.get(token)
        return await self._repeat(path, lambda: once(fresh), tries)

    async def _repeat(self, path: str, once: Callable[[], Awaitable[Any]], tries: int = TRIES) -> Any:
        """Repeats after trouble and while the platform is busy."""
        repeats = AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(tries),
            wait=wait_exponential_jitter(initial=FIRST_WAIT, jitter=FIRST_WAIT / 2),
            reraise=True,
        )
        return await repeats(self._try, path, once)

    async def _try(self, path: str, once: Callable[[], Awaitable[Any]]) -> Any:
        code = 0
        try:
            found = await once()
            if isinstance(found, dict):
                code = _code(found)
                if code:
                    raise WeChatError(code)
            return found
        except WeChatError as error:
            code = error.code
            raise
        except httpx.HTTPError as error:
            code = TROUBLE
            # Not from the error itself: one of httpx names the address, and with it the token.
            raise WeChatError(TROUBLE) from RuntimeError(type(error).__name__)
        finally:
            CALLS.labels(path, code).inc()

    async def _request(self, url: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        # The platform shows \uXXXX as it stands.
        content = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        response = await self._http.post(url, params=query, content=content, headers=headers)
        if response.status_code != 200:
            raise WeChatError(TROUBLE)
        return _decoded(response.content)

    async def _fetch_token(self, force: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": force,
        }
        url = f"{self._base}/cgi-bin/stable_token"
        found = await self._repeat("stable_token", lambda: self._request(url, {}, body))
        try:
            return str(found["access_token"]), float(found["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise WeChatError(TROUBLE) from error


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, WeChatError) and error.code in (BUSY, TROUBLE)


def _values(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in data.items()}


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WeChatError(TROUBLE) from error
    if not isinstance(found, dict):
        raise WeChatError(TROUBLE)
    return found


def _code(found: dict[str, Any]) -> int:
    try:
        return int(found.get("errcode") or 0)
    except (TypeError, ValueError):
        return TROUBLE
