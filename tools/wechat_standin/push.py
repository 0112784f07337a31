"""Brings what citizens do to the account's server, again if need be, and its answer back to the citizen.

Real: POST of XML with ``signature``, ``timestamp``, ``nonce``, ``openid`` and, when encrypted, ``encrypt_type=aes`` and
``msg_signature``; no answer within five seconds closes the connection and sends the same message again, three times in
all; then, and after an answer that is no answer, the citizen reads that the account is out of service. A server that
cannot be reached or answers with another HTTP status than 200 counts as no answer (simplified: not documented). Each
try is signed anew.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx

from tools.wechat_standin import reply as replies
from tools.wechat_standin import xml
from tools.wechat_standin.account import Mode
from tools.wechat_standin.acts import ACTS, Act
from tools.wechat_standin.crypto import signature
from tools.wechat_standin.faults import PUSH
from tools.wechat_standin.feed import Item
from tools.wechat_standin.journal import readable
from tools.wechat_standin.platform import Platform
from tools.wechat_standin.users import User

TRIES = 3
LOST = "lost"
"""The fault of an answer that tests ordered to get lost."""
OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"
_HEADERS = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache"}


@dataclass
class Outcome:
    """What came of it: ``reply``, ``success``, ``ignored`` (not answerable), ``out_of_service`` or ``not_sent``."""

    result: str
    shown: Item | None = None
    tries: int = 0
    msg_id: int | None = None


async def do(platform: Platform, user: User, what: str, body: dict[str, Any]) -> Outcome:
    """A citizen does something; returns when the platform is done with it.

    Raises:
        KeyError, ValueError: the body lacks something or holds what cannot be.
    """
    act = ACTS[what](platform, user, body)
    now = platform.now()
    user.last_contact = now
    if act.grants:
        user.quota.grant(act.grants, now)
    if act.shown:
        user.see(now, "me", "typed", act.shown)
    if user.with_agent and act.fields["MsgType"] != "event":
        return Outcome("not_sent")
    return await push(platform, user, act)


async def push(platform: Platform, user: User, act: Act) -> Outcome:
    """Sends a message or event until it is answered."""
    event = act.fields["MsgType"] == "event"
    name = f"event:{act.fields['Event']}" if event else act.fields["MsgType"]
    platform.journal.pushes[name] += 1
    fields, msg_id = _addressed(platform, user, act, event)
    plain = xml.write(fields)
    for number in range(1, TRIES + 1):
        platform.journal.tries[name] += 1
        entry, body = await _try(platform, user, plain, fields)
        entry |= {"kind": "push", "what": name, "openid": user.openid, "try": number, "plain": plain}
        if body is not None:
            return Outcome(*_receive(platform, user, body, act, entry), number, msg_id)
        platform.journal.log.add(entry)
        if entry["fault"] != LOST:
            detail = f"{name}, try {number}, HTTP status {entry['status']}"
            platform.violation(entry["fault"], detail, openid=user.openid)
    if entry["fault"] != LOST:
        platform.violation("no_answer", f"{name}: no answer in {TRIES} tries", openid=user.openid)
    return Outcome("out_of_service", _hint(platform, user, act), TRIES, msg_id)


async def verify(platform: Platform) -> dict[str, Any]:
    """The check when an account's owner enters the server's address (接入验证): ``ok``, ``status``, ``body``."""
    echo = str(secrets.randbelow(9 * 10**18) + 10**18)
    url = httpx.URL(platform.account.url).copy_merge_params({**_signed(platform), "echostr": echo})
    status, body, fault = await _exchange(platform, platform.http.build_request("GET", url))
    ok = status == 200 and body == echo.encode()
    platform.journal.log.add(
        {"kind": "verify", "at": platform.now(), "url": str(url), "status": status, "response": readable(body)}
    )
    if not ok:
        platform.violation("verification", fault or "the answer is not echostr")
    return {"ok": ok, "status": status, "body": readable(body)}


def _addressed(platform: Platform, user: User, act: Act, event: bool) -> tuple[dict[str, Any], int | None]:
    """With addresses, time and, for messages, a number.

    The time of an event never comes twice for one person, as the platform wants repeats told by it.
    """
    created = int(time.time())
    msg_id = None if event else platform.new_id()
    if event:
        created = user.last_event = max(created, user.last_event + 1)
    head = {"ToUserName": platform.account.original_id, "FromUserName": user.openid, "CreateTime": created}
    return {**head, **act.fields, **({"MsgId": msg_id} if msg_id else {})}, msg_id


def _signed(platform: Platform) -> dict[str, str]:
    stamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    return {"signature": signature(platform.account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}


def _request(platform: Platform, user: User, plain: str, fields: dict[str, Any]) -> httpx.Request:
    account, query, body = platform.account, {**_signed(platform), "openid": user.openid}, plain
    if account.mode is not Mode.PLAIN:
        secret = platform.cipher.encrypt(plain)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(account.token, query["timestamp"], query["nonce"], secret)
        open_ = fields if account.mode is Mode.COMPATIBLE else {"ToUserName": account.original_id}
        body = xml.write({**open_, "Encrypt": secret})
    url = httpx.URL(account.url).copy_merge_params(query)
    return platform.http.build_request("POST", url, content=body.encode(), headers=_HEADERS)


async def _exchange(platform: Platform, request: httpx.Request) -> tuple[int | None, bytes, str]:
    """Status and body of the answer, and ``late``, ``unreachable`` or ``http_status`` if it does not count."""
    try:
        async with asyncio.timeout(platform.account.patience):
            response = await platform.http.send(request)
    except TimeoutError:
        return None, b"", "late"
    except httpx.HTTPError:
        return None, b"", "unreachable"
    return response.status_code, response.content, "" if response.status_code == 200 else "http_status"


async def _try(platform: Platform, user: User, plain: str, fields: dict[str, Any]) -> tuple[Item, bytes | None]:
    """One try: what to log of it, and the answer unless there was none that counts."""
    request = _request(platform, user, plain, fields)
    began = time.monotonic()
    status, body, fault = await _exchange(platform, request)
    seconds = round(time.monotonic() - began, 3)
    if not fault and platform.faults.take(PUSH):
        fault = LOST
    sent = {"at": platform.now(), "seconds": seconds, "url": str(request.url), "request": readable(request.content)}
    entry = {**sent, "fault": fault, "status": status, "response": readable(body)}
    return entry, None if fault else body


def _receive(platform: Platform, user: User, body: bytes, act: Act, entry: Item) -> tuple[str, Item | None]:
    """What the answer makes of the message, and what the citizen sees of it."""
    try:
        found = replies.read(platform, user, body, act.fields["MsgType"] == "event")
    except replies.BadReply as error:
        platform.journal.log.add({**entry, "answer": error.plain})
        platform.violation(error.code, error.detail, openid=user.openid, sample=readable(body))
        return "out_of_service", _hint(platform, user, act)
    platform.journal.log.add({**entry, "answer": found.plain})
    for code, detail in found.oddities:
        platform.violation(code, detail, openid=user.openid)
    if found.plain is None:
        return "success", None
    if not act.answerable:
        platform.violation("not_answerable", f"nobody reads a reply to {act.fields['Event']}", openid=user.openid)
        return "ignored", None
    if found.shown is None:
        return "reply", None
    user.typing_until = 0.0
    return "reply", user.see(platform.now(), "account", "passive", found.shown)


def _hint(platform: Platform, user: User, act: Act) -> Item | None:
    if not act.answerable:
        return None
    return user.see(platform.now(), "system", "hint", {"type": "text", "text": OUT_OF_SERVICE})
