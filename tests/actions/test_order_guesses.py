"""Whoever tries telephones for a number is stopped, in a form and beside one, and told whom to ask."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.order import Progress, ValidateOrder
from bot.hotline.guesses import FREE
from bot.hotline.workorders.orders import WorkOrders
from bot.language.understanding import Understanding
from bot.storage import Database
from tests.bot.hotline.workorders.factories import PHONE, file

UNKNOWN = "LS20260309-222222"


async def asks(action: Action, visitor_id: str, number: str, phone: str) -> tuple[str, list[str]]:
    """What a visitor is told who asks for progress with number and phone, and the titles of the buttons."""
    understanding = Understanding("check_progress", 0.9).to_dict()
    message = {"intent": {"name": "check_progress"}, "entities": [], "understanding": understanding}
    tracker = Tracker(
        visitor_id, {}, message | {"original_text": f"查进度 {number} {phone}"}, [], False, None, {}, None
    )
    dispatcher = CollectingDispatcher()
    await action.run(dispatcher, tracker, {})
    [told] = dispatcher.messages
    return told["text"], [button["title"] for button in told["buttons"]]


@pytest.mark.parametrize("action", [ValidateOrder(), Progress()])
async def test_guesses_from_many_sessions_are_stopped_whether_there_is_such_an_order_or_not(
    store: Database, monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    monkeypatch.setattr("actions.order.orders", lambda: WorkOrders(store))
    heard: list[list[Any]] = []
    for number in (await file(store), UNKNOWN):
        guesses = [await asks(action, f"{number} {n}", number, f"1390000{n:04}") for n in range(20)]
        # Not even the right one is looked up now.
        heard.append([*guesses, await asks(action, "a fresh session", number, PHONE)])
    assert heard[0] == heard[1]
    assert ["没有查到" in text for text, _ in heard[0]] == [True] * FREE["order"] + [False] * (21 - FREE["order"])
    text, buttons = heard[0][-1]
    assert "1分钟" in text and "12345" in text and any("人工" in title for title in buttons)
