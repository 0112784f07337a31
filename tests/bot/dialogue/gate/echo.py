"""An engine behind the gate that says what it heard, and what people send it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.dialogue.engine.collector import Collector
from bot.dialogue.gate import IncomingMessage
from bot.errors import Refusal

BUTTONS = [{"title": "提交", "payload": "/affirm"}, {"title": "取消", "payload": "/cancel"}]


class Echo:
    """An engine that says what it heard; a message "buttons" offers buttons, "expects" expects a place."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.before: Callable[[str], Awaitable[None]] | None = None
        self.silent = False

    async def __call__(self, text: str, visitor_id: str, collector: Collector) -> None:
        self.heard.append((visitor_id, text))
        if self.before:
            await self.before(text)
        if self.silent:
            return
        message: dict[str, Any] = {"text": f"{len(self.heard)}: {text}"}
        if text == "buttons":
            message["buttons"] = BUTTONS
        if text == "expects":
            message["custom"] = {"expects": "location"}
        await collector.send_response(visitor_id, message)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.heard]


def say(visitor_id: str, text: str | None = None, **values: Any) -> IncomingMessage:
    return IncomingMessage(visitor_id, "web", text, **values)


async def refused(answer: Awaitable[Any]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await answer
    return refusal.value
