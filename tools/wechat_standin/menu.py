"""The menu at the bottom of the conversation (自定义菜单).

Real (创建自定义菜单): 1 to 3 buttons; each is a button or holds 1 to 5 further ones, not deeper; the name at most 16
bytes, below 60; ``key`` at most 128 bytes, ``url`` at most 1,024; ``\\uXXXX`` in the request is refused (40033).
Simplified: whether a page can be opened and whether a mini program or an article exists is not checked.
"""

from __future__ import annotations

import re
from typing import Any

from tools.wechat_standin.errors import ApiError

Button = dict[str, Any]

_WITH_KEY = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
_WITH_ID = {
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}
_URL = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_TOP = {"size": 40016, "type": 40119, "name": 40018, "key": 40019, "url": 40020, "domain": 40055}
_SUB = {"size": 40023, "type": 40120, "name": 40025, "key": 40026, "url": 40027, "domain": 40054}


def checked(body: dict[str, Any]) -> list[Button]:
    """The buttons of a request to create a menu, as the platform keeps them.

    Raises:
        ApiError: names the first button that is wrong.
    """
    return [_top(button) for button in _list(body.get("button"), 3, _TOP["size"])]


def _list(value: Any, most: int, code: int) -> list[Button]:
    if not isinstance(value, list) or not 1 <= len(value) <= most or not all(isinstance(one, dict) for one in value):
        raise ApiError(code)
    return value


def _top(button: Button) -> Button:
    if not (below := button.get("sub_button")):
        return {**_button(button, _TOP, 16), "sub_button": []}
    _size(button.get("name"), 16, _TOP["name"])
    return {"name": button["name"], "sub_button": [_sub(one) for one in _list(below, 5, _SUB["size"])]}


def _sub(button: Button) -> Button:
    if button.get("sub_button"):
        raise ApiError(40022)
    return {**_button(button, _SUB, 60), "sub_button": []}


def _button(button: Button, codes: dict[str, int], longest_name: int) -> Button:
    _size(button.get("name"), longest_name, codes["name"])
    kind = button.get("type")
    if kind in _WITH_KEY:
        needed = {"key": (128, codes["key"])}
    elif kind == "view":
        needed = {"url": (1024, codes["url"])}
    elif kind == "miniprogram":
        needed = {"url": (1024, codes["url"]), "appid": (64, codes["type"]), "pagepath": (1024, codes["type"])}
    elif kind in _WITH_ID:
        needed = {_WITH_ID[kind]: (256, codes["type"])}
    else:
        raise ApiError(codes["type"])
    for name, (most, code) in needed.items():
        _size(button.get(name), most, code)
    if "url" in needed and not _URL.match(button["url"]):
        raise ApiError(codes["domain"])
    return {"type": kind, "name": button["name"], **{name: button[name] for name in needed}}


def _size(value: Any, most: int, code: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
        raise ApiError(code)
