"""What a citizen can do in the conversation, as the messages and events (消息, 事件) that the account gets for it.

Real (接收普通消息, 接收事件推送, 订阅通知的事件推送): names and order of the elements; ``EventKey`` of a follow is empty or
``qrscene_`` and the scene; a click on an item of a ``msgmenu`` comes as text with ``bizmsgmenuid``, which is sometimes
missing; an empty ``Recognition`` comes as an empty element, with recognition off there is none.
Simplified: ``MsgDataId``, ``Idx`` (message from an article) and ``MediaId16K`` are left out.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.wechat_standin.media import Medium
from tools.wechat_standin.platform import Platform
from tools.wechat_standin.users import User

Body = dict[str, Any]

_PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
_AMR = b"#!AMR\n" + bytes([0x3C]) + bytes(31)
_MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(12)
SAMPLES = {"image": _PNG, "thumb": _PNG, "voice": _AMR, "video": _MP4}
"""The smallest files of each kind, where a test does not care what is in them."""


@dataclass(frozen=True)
class Act:
    """``fields`` go to the account, ``shown`` into the citizen's own conversation.

    ``grants`` names the allowance for customer-service messages; to an act that is not ``answerable`` the account
    cannot reply.
    """

    fields: dict[str, Any]
    shown: dict[str, Any] | None = None
    grants: str | None = None
    answerable: bool = True


def _medium(platform: Platform, kind: str, body: Body) -> Medium:
    content = base64.b64decode(body["data"]) if "data" in body else SAMPLES[kind]
    return platform.media.keep(kind, content, platform.now())


def _message(fields: dict[str, Any], shown: dict[str, Any], grants: str = "message") -> Act:
    return Act(fields, {"type": fields["MsgType"], **shown}, grants)


def _event(name: str, fields: dict[str, Any], grants: str | None = None, answerable: bool = True) -> Act:
    return Act({"MsgType": "event", "Event": name, **fields}, None, grants, answerable)


def text(platform: Platform, user: User, body: Body) -> Act:
    return _message({"MsgType": "text", "Content": body["content"]}, {"text": body["content"]})


def pick(platform: Platform, user: User, body: Body) -> Act:
    """A click on an item of a ``msgmenu``: ``content``, and ``id`` unless it goes missing."""
    number = {"bizmsgmenuid": body["id"]} if body.get("id") is not None else {}
    fields = {"MsgType": "text", "Content": body["content"], **number}
    return _message(fields, {"text": body["content"]}, grants="click")


def image(platform: Platform, user: User, body: Body) -> Act:
    medium = _medium(platform, "image", body)
    fields = {"MsgType": "image", "PicUrl": f"{platform.base_url}/standin/media/{medium.id}", "MediaId": medium.id}
    return _message(fields, {"media_id": medium.id})


def voice(platform: Platform, user: User, body: Body) -> Act:
    medium = _medium(platform, "voice", body)
    heard = {"Recognition": body["recognition"]} if body.get("recognition") is not None else {}
    fields = {"MsgType": "voice", "MediaId": medium.id, "Format": medium.suffix, **heard}
    return _message(fields, {"media_id": medium.id, "seconds": body.get("seconds", 3)})


def _film(kind: str) -> Callable[[Platform, User, Body], Act]:
    def film(platform: Platform, user: User, body: Body) -> Act:
        medium, thumb = _medium(platform, "video", body), _medium(platform, "thumb", {})
        fields = {"MsgType": kind, "MediaId": medium.id, "ThumbMediaId": thumb.id}
        return _message(fields, {"media_id": medium.id})

    return film


def location(platform: Platform, user: User, body: Body) -> Act:
    where = {"Location_X": body["latitude"], "Location_Y": body["longitude"], "Scale": 15, "Label": body["label"]}
    return _message({"MsgType": "location", **where}, {"label": body["label"]})


def link(platform: Platform, user: User, body: Body) -> Act:
    told = {"Title": body["title"], "Description": body.get("description", ""), "Url": body["url"]}
    return _message({"MsgType": "link", **told}, {"title": body["title"], "url": body["url"]})


def follow(platform: Platform, user: User, body: Body) -> Act:
    """``scene``: the parameter of the QR code that was scanned, if it was one."""
    scene = body.get("scene")
    ticket = {"Ticket": secrets.token_urlsafe(40)} if scene else {}
    user.following = True
    return _event("subscribe", {"EventKey": f"qrscene_{scene}" if scene else "", **ticket}, "follow")


def unfollow(platform: Platform, user: User, body: Body) -> Act:
    user.following = False
    user.quota.given.clear()
    return _event("unsubscribe", {"EventKey": ""}, answerable=False)


def scan(platform: Platform, user: User, body: Body) -> Act:
    return _event("SCAN", {"EventKey": str(body["scene"]), "Ticket": secrets.token_urlsafe(40)}, "scan")


def report_location(platform: Platform, user: User, body: Body) -> Act:
    """The phone tells where it is, when the conversation is opened (上报地理位置)."""
    where = {"Latitude": body["latitude"], "Longitude": body["longitude"], "Precision": body.get("precision", 30.0)}
    return _event("LOCATION", where)


def click(platform: Platform, user: User, body: Body) -> Act:
    return _event("CLICK", {"EventKey": body["key"]}, "click")


def view(platform: Platform, user: User, body: Body) -> Act:
    return _event("VIEW", {"EventKey": body["url"], "MenuId": 1}, answerable=False)


def popup(platform: Platform, user: User, body: Body) -> Act:
    """The answer to the question whether notices may come: template ids in ``accept`` and ``reject``."""
    accept, reject = body.get("accept", []), body.get("reject", [])
    for id_ in accept:
        user.subscribed[id_] = platform.templates[id_].long_term
    answers = [(id_, "accept") for id_ in accept] + [(id_, "reject") for id_ in reject]
    rows = [{"TemplateId": id_, "SubscribeStatusString": status, "PopupScene": 1} for id_, status in answers]
    return _event("subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": rows}}, answerable=False)


def revoke(platform: Platform, user: User, body: Body) -> Act:
    """Notices are switched off in the settings: template ids in ``reject``."""
    rows = [{"TemplateId": id_, "SubscribeStatusString": "reject"} for id_ in body["reject"]]
    for id_ in body["reject"]:
        user.subscribed.pop(id_, None)
    return _event("subscribe_msg_change_event", {"SubscribeMsgChangeEvent": {"List": rows}}, answerable=False)


def agent_takes(platform: Platform, user: User, body: Body) -> Act:
    """One of the platform's own agents (微信客服) takes the conversation: from now on messages do not come here."""
    user.with_agent = True
    return _event("kf_create_session", {"KfAccount": "agent@standin"}, answerable=False)


def agent_leaves(platform: Platform, user: User, body: Body) -> Act:
    user.with_agent = False
    return _event("kf_close_session", {"KfAccount": "agent@standin", "CloseType": "KF"}, answerable=False)


ACTS: dict[str, Callable[[Platform, User, Body], Act]] = {
    one.__name__: one
    for one in (
        text,
        pick,
        image,
        voice,
        location,
        link,
        follow,
        unfollow,
        scan,
        report_location,
        click,
        view,
        popup,
        revoke,
        agent_takes,
        agent_leaves,
    )
} | {"video": _film("video"), "shortvideo": _film("shortvideo")}
"""By name, as the control calls them."""
