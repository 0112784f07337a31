"""From bubbles to WeChat texts: one text with its options, split at sentence ends into at most 2,048 bytes."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from wechatpy.replies import TextReply, TransferCustomerServiceReply

from bot.dialogue.wording import say

MOST = 2048
"""Bytes of UTF-8 in one text; a longer one is refused with 45002."""
NUMBERED = 9
"""Options that a number picks (`bot.dialogue.buttons`); further ones are picked by their words."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENDS = (re.compile(r"\n+"), re.compile(r"[。！？!?…；;]+[”’」』）)\"]*|(?<=[a-z])\. "), re.compile(r"[，、,：: ]"))
_LINK = re.compile(r"<a href=\"[^\"]*\">[^<]*</a>")
_TEL = re.compile(r"tel:[\d\-+]{3,20}")
_WEB = re.compile(r"https?://[^\s\"<>]+")


@dataclass(frozen=True)
class Option:
    """A button: ``id`` is what the platform sends back when it is picked in a menu message."""

    id: str
    title: str


@dataclass
class Said:
    """What is to be said: a text and the options below it. ``transfer`` hands over to WeChat's own agents."""

    text: str = ""
    options: list[Option] = field(default_factory=list)
    transfer: bool = False


@dataclass(frozen=True)
class Piece:
    """One message of the platform: a text, or with options a menu message."""

    text: str
    options: list[Option] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be kept."""
        return {"text": self.text, "options": [[option.id, option.title] for option in self.options]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Piece:
        """The inverse of `to_json`."""
        return cls(data["text"], [Option(id_, title) for id_, title in data["options"]])

    def in_numbers(self) -> Piece:
        """The same without a menu: its options as numbers."""
        return Piece(with_numbers("", self.options)) if self.options else self


def option_id(payload: str) -> str:
    """The short id of a button; the same payload has the same one, so nothing needs to be kept for it."""
    return str(int(hashlib.sha256(payload.encode()).hexdigest()[:11], 16))


def said(messages: Iterable[dict[str, Any]]) -> Said:
    """Bubbles merged into one text: links that can be tapped, and the source below."""
    texts, options = [], []
    for message in messages:
        lines = [plain(message["text"])]
        if links := [link(one["title"], one["url"]) for one in message.get("links") or []]:
            lines.append("　".join(links))
        if source := message.get("source"):
            lines.append(plain(say("wechat.source", **source)))
        texts.append("\n".join(line for line in lines if line))
        options += [Option(option_id(b["payload"]), plain(b["title"])) for b in message.get("buttons") or []]
    return Said("\n\n".join(text for text in texts if text), options)


def plain(text: str) -> str:
    """Text that neither XML nor the platform's own markup can take for anything else."""
    return _NOT_XML.sub("", text).replace("<", "＜").replace("\r\n", "\n")


def link(title: str, url: str) -> str:
    """A link to tap: a page or a telephone number; of anything else only the title."""
    if _TEL.fullmatch(url) or _WEB.fullmatch(url):
        return f'<a href="{url}">{plain(title)}</a>'
    return plain(title)


def with_numbers(text: str, options: list[Option]) -> str:
    """The text with numbered options below."""
    if not options:
        return text
    lines = [
        f"{number} {option.title}" if number <= NUMBERED else f"· {option.title}"
        for number, option in enumerate(options, 1)
    ]
    return "\n".join([*([text, ""] if text else []), say("wechat.numbers"), *lines])


def pieces(what: Said, menus: bool, room: int = 0) -> list[Piece]:
    """The messages that say it. With ``menus`` the options are a menu message of their own, else numbers in the text.

    The last piece leaves ``room`` bytes free.
    """
    if not menus or not what.options:
        return [Piece(text) for text in split(with_numbers(what.text, what.options), MOST - room)]
    return [*(Piece(text) for text in split(what.text, MOST)), Piece(say("wechat.pick"), what.options)]


def split(text: str, most: int = MOST) -> list[str]:
    """The text in parts of at most ``most`` bytes, cut at the end of a line, else a sentence, else a clause."""
    parts, rest = [], text.strip()
    while len(rest.encode()) > most:
        cut = _cut(rest, most)
        parts.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [part for part in [*parts, rest] if part]


def _cut(text: str, most: int) -> int:
    """Where to cut: the last good place within ``most`` bytes, but not in the first half, and never inside a link."""
    fits = len(text.encode()[:most].decode(errors="ignore"))
    links = [match.span() for match in _LINK.finditer(text)]
    for ends in _ENDS:
        places = [match.end() for match in ends.finditer(text, 0, fits) if not _inside(match.end(), links)]
        if places and places[-1] > fits // 2:
            return places[-1]
    # No good place: as much as fits, with a link before which nothing is left cut like any other text.
    return next((start for start, end in links if 0 < start < fits < end), fits)


def _inside(place: int, links: list[tuple[int, int]]) -> bool:
    return any(start < place < end for start, end in links)


def passive_text(openid: str, account: str, text: str) -> str:
    """The passive reply. `wechatpy` puts the text into CDATA as it is: a ``]]>`` in it is taken apart before."""
    content = _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return str(TextReply(source=account, target=openid, content=content, time=int(time.time())).render())


def passive_transfer(openid: str, account: str) -> str:
    """The reply that hands the conversation to WeChat's own agents."""
    return str(TransferCustomerServiceReply(source=account, target=openid, time=int(time.time())).render())
