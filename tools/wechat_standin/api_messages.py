"""Calls that speak to a citizen: customer-service messages, typing state, template messages, subscription notices.

Real: paths, parameters, codes and quotas of 发送客服消息, 客服输入状态, 发送模板消息, 发送订阅通知; the events that report on a
sent notice. Simplified: of customer-service messages ``text``, ``image`` and ``msgmenu`` are known, other types answer
40008; ``clientmsgid`` is documented for mass messages (45065, 45067, 24 hours) and does the same here;
``client_msg_id`` of template messages holds for 10 minutes and answers with the first ``msgid``.
"""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Blueprint

from tools.wechat_standin.account import Kind
from tools.wechat_standin.acts import Act
from tools.wechat_standin.calls import OK, Answer, Call, call
from tools.wechat_standin.errors import ApiError
from tools.wechat_standin.notices import Template
from tools.wechat_standin.platform import Platform
from tools.wechat_standin.push import push
from tools.wechat_standin.reply import LONGEST_TEXT
from tools.wechat_standin.users import User

messages = Blueprint("standin_messages", url_prefix="/cgi-bin/message")

_TYPING_LASTS = 15.0
_TYPING_NEEDS = 30.0
_ID_HOLDS = {"clientmsgid": 86_400.0, "client_msg_id": 600.0}


@call(messages, "/custom/send", "POST")
async def send_custom(call: Call) -> Answer:
    platform, body, now = call.platform, call.body, call.platform.now()
    user = _receiver(platform, body)
    content = _content(platform, body)
    client_id = body.get("clientmsgid")
    if client_id is not None and len(str(client_id).encode()) > 64:
        raise ApiError(45067)
    if first := _sent_before(user, "clientmsgid", client_id, now):
        raise ApiError(45065, msgid=first)
    if refusal := user.quota.refusal(now):
        raise ApiError(refusal)
    if call.escaped:
        platform.violation("escaped_json", "the citizen reads \\uXXXX: send UTF-8", openid=user.openid)
    user.quota.take(now)
    user.typing_until, user.last_contact = 0.0, now
    _remember(user, "clientmsgid", client_id, now, platform.new_id())
    user.see(now, "account", "custom", content)
    return OK


def _receiver(platform: Platform, body: dict[str, Any]) -> User:
    user = platform.users.get(body.get("touser"))
    if user is None:
        raise ApiError(40003)
    if not user.following:
        raise ApiError(43004)
    return user


def _content(platform: Platform, body: dict[str, Any]) -> dict[str, Any]:
    """The message as the citizen sees it."""
    kind = body.get("msgtype")
    inside = body.get(kind) if kind in ("text", "image", "msgmenu") else None
    if not isinstance(inside, dict):
        raise ApiError(40008)
    if kind == "text":
        text = _text(inside.get("content"))
        if not text.strip():
            raise ApiError(44004)
        return {"type": "text", "text": text}
    if kind == "image":
        return {"type": "image", "media_id": platform.media.get(inside.get("media_id"), platform.now()).id}
    return _menu(platform, inside)


def _menu(platform: Platform, inside: dict[str, Any]) -> dict[str, Any]:
    """Real: certified service accounts only. Its size is not documented; head, items and tail together are held to
    the limit of a text here.
    """
    if platform.account.kind is not Kind.SERVICE:
        raise ApiError(40200)
    items = inside.get("list")
    if not isinstance(items, list) or not items:
        raise ApiError(47003, "msgmenu.list")
    for item in items:
        if not isinstance(item, dict) or not (_text(item.get("id")) and _text(item.get("content"))):
            raise ApiError(47003, "msgmenu.list.id or content")
    shown = [{"id": item["id"], "content": item["content"]} for item in items]
    head, tail = _text(inside.get("head_content")), _text(inside.get("tail_content"))
    _text("\n".join([head, *(item["content"] for item in shown), tail]))
    return {"type": "msgmenu", "head": head, "items": shown, "tail": tail}


def _text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise ApiError(47001)
    if value and len(value.encode()) > LONGEST_TEXT:
        raise ApiError(45002)
    return value or ""


def _sent_before(user: User, name: str, client_id: Any, now: float) -> str | None:
    """The number of the message that was sent with this id of the account's own, while the id holds."""
    sent = user.client_ids.get(f"{name}:{client_id}")
    return sent[1] if sent and now - sent[0] < _ID_HOLDS[name] else None


def _remember(user: User, name: str, client_id: Any, now: float, msg_id: int) -> None:
    if client_id is not None:
        user.client_ids[f"{name}:{client_id}"] = (now, str(msg_id))


@call(messages, "/custom/typing", "POST")
async def typing(call: Call) -> Answer:
    """Real: needs an allowance (but uses none) and contact within 30 seconds; shows for 15 seconds."""
    user, command, now = _receiver(call.platform, call.body), call.body.get("command"), call.platform.now()
    if command not in ("Typing", "CancelTyping"):
        raise ApiError(45072)
    if command == "CancelTyping":
        user.typing_until = 0.0
        return OK
    if refusal := user.quota.refusal(now):
        raise ApiError(refusal)
    if now - user.last_contact > _TYPING_NEEDS:
        raise ApiError(45080)
    if user.typing_until > now:
        raise ApiError(45081)
    user.typing_until = now + _TYPING_LASTS
    return OK


@call(messages, "/template/send", "POST")
async def send_template(call: Call) -> Answer:
    platform, body, now = call.platform, call.body, call.platform.now()
    template = _template(platform, body, subscribe=False)
    user = _receiver(platform, body)
    client_id = body.get("client_msg_id")
    if first := _sent_before(user, "client_msg_id", client_id, now):
        return {**OK, "msgid": int(first)}
    msg_id = _show(call, user, template, "template")
    _remember(user, "client_msg_id", client_id, now, msg_id)
    _report(platform, user, "TEMPLATESENDJOBFINISH", {"MsgID": msg_id, "Status": "success"})
    return {**OK, "msgid": msg_id}


@call(messages, "/subscribe/bizsend", "POST")
async def send_notice(call: Call) -> Answer:
    platform, body = call.platform, call.body
    template = _template(platform, body, subscribe=True)
    user = platform.users.get(body.get("touser"))
    if user is None:
        raise ApiError(40003)
    if template.id not in user.subscribed:
        raise ApiError(43101)
    msg_id = _show(call, user, template, "subscribe")
    if not template.long_term:
        del user.subscribed[template.id]
    row = {"TemplateId": template.id, "MsgID": str(msg_id), "ErrorCode": "0", "ErrorStatus": "success"}
    _report(platform, user, "subscribe_msg_sent_event", {"SubscribeMsgSentEvent": {"List": row}})
    return OK


def _template(platform: Platform, body: dict[str, Any], subscribe: bool) -> Template:
    if platform.account.kind is not Kind.SERVICE:
        raise ApiError(48001)
    template = platform.templates.get(str(body.get("template_id")))
    if template is None or template.subscribe is not subscribe:
        raise ApiError(40037)
    return template


def _show(call: Call, user: User, template: Template, via: str) -> int:
    fields = template.filled(call.body.get("data"))
    if call.escaped:
        call.platform.violation("escaped_json", "the citizen reads \\uXXXX: send UTF-8", openid=user.openid)
    link = call.body.get("url") or call.body.get("page")
    content = {"type": "notice", "template_id": template.id, "title": template.title, "fields": fields, "url": link}
    user.see(call.platform.now(), "account", via, content)
    return call.platform.new_id()


def _report(platform: Platform, user: User, event: str, fields: dict[str, Any]) -> None:
    """Tells the account what became of a notice, after the call was answered."""
    act = Act({"MsgType": "event", "Event": event, **fields}, answerable=False)
    platform.background(asyncio.create_task(push(platform, user, act)))
