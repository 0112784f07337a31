"""Checks what the account's server answers to a message (被动回复用户消息).

Real: ``success`` or nothing means no answer; otherwise XML with the addresses swapped, a time, one of seven types and
its elements; encrypted and signed in encrypted mode, either way in compatible mode; at most one article to a message,
eight to an event; anything else shows the citizen that the account is out of service. Stricter than real in places
where the platform is said to be lenient: the elements are checked for presence, and a media id must exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tools.wechat_standin.account import Mode
from tools.wechat_standin.crypto import CryptoError, signature
from tools.wechat_standin.errors import ApiError
from tools.wechat_standin.platform import Platform
from tools.wechat_standin.users import User

LONGEST_TEXT = 2048
"""Bytes of UTF-8."""


class BadReply(Exception):
    """An answer that the platform cannot use; ``plain`` is what was inside, if that could be read."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.plain: str | None = None


@dataclass
class Reply:
    """A good answer: what the citizen sees (``None``: nothing), the XML, and what is odd about it all the same."""

    shown: dict[str, Any] | None = None
    plain: str | None = None
    oddities: list[tuple[str, str]] = field(default_factory=list)


def read(platform: Platform, user: User, body: bytes, event: bool) -> Reply:
    """The answer in ``body``; ``event``: it answers an event.

    Raises:
        BadReply: names the first thing that is wrong.
    """
    if body in (b"", b"success"):
        return Reply()
    plain: str | None = None
    try:
        root = _parse(body)
        inner, plain = _open(platform, root)
        reply = Reply(plain=plain or body.decode(errors="replace"))
        _check_head(platform, user, inner, reply)
        reply.shown = _shown(platform, inner, event)
    except BadReply as error:
        error.plain = plain
        raise
    return reply


def _parse(body: bytes | str) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadReply("not_xml", str(error)) from error
    if root.tag != "xml":
        raise BadReply("not_xml", f"the outermost element is {root.tag}")
    return root


def _open(platform: Platform, root: Element) -> tuple[Element, str | None]:
    """The message itself, and its XML if it was encrypted."""
    mode, encrypted = platform.account.mode, root.findtext("Encrypt")
    if encrypted is None:
        if mode is Mode.ENCRYPTED:
            raise BadReply("not_encrypted", "in encrypted mode the answer must be encrypted")
        return root, None
    if mode is Mode.PLAIN:
        raise BadReply("encrypted", "in plain mode the answer must not be encrypted")
    stamp, nonce = (root.findtext(name) or "" for name in ("TimeStamp", "Nonce"))
    if not stamp.isdigit() or not nonce:
        raise BadReply("signature", "TimeStamp or Nonce is missing")
    if root.findtext("MsgSignature") != signature(platform.account.token, stamp, nonce, encrypted):
        raise BadReply("signature", "MsgSignature does not fit")
    try:
        plain = platform.cipher.decrypt(encrypted)
    except CryptoError as error:
        raise BadReply("encryption", str(error)) from error
    return _parse(plain), plain


def _check_head(platform: Platform, user: User, root: Element, reply: Reply) -> None:
    if root.findtext("ToUserName") != user.openid:
        raise BadReply("to_user_name", "ToUserName is not the sender of the message")
    if root.findtext("FromUserName") != platform.account.original_id:
        raise BadReply("from_user_name", "FromUserName is not the account")
    time = root.findtext("CreateTime") or ""
    if not time.isdigit():
        raise BadReply("create_time", "CreateTime is not a whole number")
    if abs(int(time) - platform.now() + platform.clock.skipped) > 86_400:
        reply.oddities.append(("create_time", "CreateTime is not the present, in seconds"))


def _need(root: Element, path: str, kind: str) -> str:
    found = root.findtext(path)
    if not found or not found.strip():
        raise BadReply("element_missing", f"{kind} needs {path}")
    return found


def _media(platform: Platform, root: Element, path: str, kind: str) -> str:
    id_ = _need(root, path, kind)
    try:
        return platform.media.get(id_, platform.now()).id
    except ApiError as error:
        raise BadReply("media_id", f"{path} is unknown or over three days old") from error


def _shown(platform: Platform, root: Element, event: bool) -> dict[str, Any] | None:
    kind = root.findtext("MsgType") or ""
    if kind == "text":
        text = _need(root, "Content", kind)
        if len(text.encode()) > LONGEST_TEXT:
            raise BadReply("too_long", f"{len(text.encode())} bytes of text, at most {LONGEST_TEXT}")
        return {"type": kind, "text": text}
    if kind in ("image", "voice"):
        return {"type": kind, "media_id": _media(platform, root, f"{kind.title()}/MediaId", kind)}
    if kind == "video":
        title = root.findtext("Video/Title") or ""
        return {"type": kind, "media_id": _media(platform, root, "Video/MediaId", kind), "title": title}
    if kind == "music":
        _media(platform, root, "Music/ThumbMediaId", kind)
        return {"type": kind, "title": root.findtext("Music/Title") or "", "url": root.findtext("Music/MusicUrl")}
    if kind == "news":
        return {"type": kind, "articles": _articles(root, 8 if event else 1)}
    if kind == "transfer_customer_service":
        return None
    raise BadReply("msg_type", f"MsgType is {kind!r}")


def _articles(root: Element, most: int) -> list[dict[str, str]]:
    items, count = root.findall("Articles/item"), root.findtext("ArticleCount") or ""
    if not 1 <= len(items) <= most or count != str(len(items)):
        raise BadReply("articles", f"{len(items)} articles, ArticleCount {count!r}, allowed here are 1 to {most}")
    names = {"Title": "title", "Description": "description", "PicUrl": "picture", "Url": "url"}
    for item in items:
        if missing := [name for name in names if item.find(name) is None]:
            raise BadReply("element_missing", f"an article needs {missing[0]}")
    return [{name: item.findtext(tag) or "" for tag, name in names.items()} for item in items]
