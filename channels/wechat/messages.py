"""What the platform sends (来信): one message or event, read from XML and checked."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

import xmltodict
from wechatpy import parse_message
from wechatpy.messages import BaseMessage

from bot.storage.types import identity

_NAME = re.compile(r"[A-Za-z0-9_@.\-]{1,128}")
_SECONDS = re.compile(r"\d{1,10}")
LONGEST = 8192
"""Characters of one field; the platform's own texts are shorter."""
FOLLOWED = ("subscribe", "subscribe_scan")
GIVES_EVENT_ALLOWANCE = (*FOLLOWED, "scan", "click", "scancode_push", "scancode_waitmsg")
"""Events after which three customer-service messages may be sent within a minute."""


class BadMessage(Exception):
    """Not a message of the platform."""


@dataclass(frozen=True)
class Received:
    """One message or event.

    ``kind`` is the type of a message in small letters (``text``, ``image``…), or ``event``; ``event`` its name, with
    ``subscribe_scan`` for a follow by a code. ``values`` holds the other fields as strings (or nested dictionaries).
    """

    sender: str
    account: str
    kind: str
    sent_at: int
    event: str = ""
    message_id: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as text; empty if it is not there."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    @property
    def words(self) -> str:
        """What the person wrote or said; empty for a picture, an event and the like."""
        return self.text("Content") or self.text("Recognition")

    @property
    def moment(self) -> datetime:
        """When the person did it; never ahead of our clock."""
        return min(datetime.fromtimestamp(self.sent_at, timezone.utc), datetime.now(timezone.utc))

    @property
    def is_click(self) -> bool:
        """Whether it gives the small allowance only: a click in a menu message counts as a click, not as a text."""
        return self.event in GIVES_EVENT_ALLOWANCE or bool(self.kind == "text" and self.text("bizmsgmenuid"))

    def key(self, app_id: str) -> str:
        """What a repeat has in common with the first: a keyed digest, 64 hexadecimal digits."""
        if self.kind == "event":
            # A report of one of several notices sent in the same second is told apart by what it holds.
            more = str(self.values) if self.event.startswith("subscribe_msg_") else self.text("MsgID")
            parts = [self.sender, str(self.sent_at), self.event, self.text("EventKey"), more]
        elif self.message_id:
            parts = [self.sender, self.message_id]
        else:
            parts = [self.sender, str(self.sent_at), self.kind, *(f"{k}={v}" for k, v in sorted(self.values.items()))]
        return identity("\n".join(["wechat", app_id, self.kind, *parts]))

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be kept."""
        return asdict(self)


def visitor_of(app_id: str, openid: str) -> str:
    """The visitor's id: a keyed digest, so that neither logs nor other tables hold an openid."""
    return identity(f"wechat\n{app_id}\n{openid}")


def read_envelope(body: bytes) -> str | None:
    """The cipher text of an encrypted message, or None where there is none; raises `BadMessage` for what is no XML."""
    encrypted = _root(body).get("Encrypt")
    if encrypted is not None and not (isinstance(encrypted, str) and encrypted):
        raise BadMessage("Encrypt is no text")
    return encrypted


def read(xml: bytes | str) -> Received:
    """The message; raises `BadMessage` for everything that is none.

    `wechatpy` names the events (a follow by a code, in particular). It raises errors of all kinds for what is no
    message, so the fields are checked before and whatever it raises is one error.
    """
    root = _root(xml)
    if not isinstance(root.get("MsgType"), str):
        raise BadMessage("MsgType is missing")
    try:
        parsed = parse_message(xml)
    except Exception as error:
        raise BadMessage("not a message") from error
    if not isinstance(parsed, BaseMessage):
        raise BadMessage("not a message")
    data: dict[str, Any] = parsed._data
    kind = data["MsgType"].lower()
    event = _short(data.get("Event")).lower() if kind == "event" else ""
    if kind == "event" and not event:
        raise BadMessage("an event without a name")
    seconds = _short(data.get("CreateTime"))
    if not _SECONDS.fullmatch(seconds):
        raise BadMessage("CreateTime is no time")
    values = {k: v for k, v in data.items() if k not in _HEAD and v is not None}
    return Received(
        _name(data.get("FromUserName")),
        _name(data.get("ToUserName")),
        kind[:32],
        int(seconds),
        event[:64],
        _short(data.get("MsgId")),
        values,
    )


_HEAD = ("FromUserName", "ToUserName", "MsgType", "CreateTime", "Event", "MsgId", "Encrypt")


def _root(xml: bytes | str) -> dict[str, Any]:
    try:
        document = xmltodict.parse(xml)
    except Exception as error:
        raise BadMessage("not XML") from error
    root = document.get("xml") if isinstance(document, dict) else None
    if not isinstance(root, dict):
        raise BadMessage("there is no <xml>")
    for value in root.values():
        if isinstance(value, str) and len(value) > LONGEST and value is not root.get("Encrypt"):
            raise BadMessage("a field is too long")
    return root


def _short(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= 128 else ""


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise BadMessage("no sender or receiver")
    return value
