"""Collects the bot's replies as the channels send them: text, buttons, links, source, and what is expected next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel


@dataclass
class Reply:
    """One bubble. ``source`` is ``{"title", "unit", "updated"}`` or None."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    source: dict[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        """The shape of the web API."""
        return {"text": self.text, "buttons": self.buttons, "links": self.links, "source": self.source}


class Collector(OutputChannel):
    """An output channel that keeps what the actions say."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.replies: list[Reply] = []
        self.expects: str | None = None

    def name(self) -> str:  # Rasa declares a classmethod; here each channel has its own name
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one response of the engine."""
        custom = message.get("custom") or {}
        buttons = [{"title": b["title"], "payload": b["payload"]} for b in message.get("buttons") or []]
        reply = Reply((message.get("text") or "").strip(), buttons, custom.get("links", []), custom.get("source"))
        if reply.text:
            self.replies.append(reply)
        if "expects" in custom:
            self.expects = custom["expects"]
