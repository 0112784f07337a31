"""An outcome is rated by the person alone: whoever has said no rating is asked for it, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.order import ValidateOrder
from bot.dialogue.wording import say
from bot.hotline.workorders.orders import WorkOrder, WorkOrders
from bot.language.understanding import Understanding
from bot.storage import Database
from tests.bot.hotline.workorders.factories import REPLIED, SIGNED, found, live, order_with, step


class RepliedMeanwhile(WorkOrders):
    """The unit's reply comes just after the order was looked up."""

    async def find(self, number: str, visitor_id: str, phone: str | None = None) -> WorkOrder | None:
        order = await super().find(number, visitor_id, phone)
        await live(self, number, "replied")
        return order


async def wants_to_rate(number: str) -> tuple[list[str], dict[str, Any]]:
    """What is said to a person who wants to rate an order and does not say how, and the slots that are set."""
    understanding = Understanding("rate", 0.9).to_dict()
    message = {"intent": {"name": "rate"}, "entities": [], "original_text": "我要评价", "understanding": understanding}
    tracker = Tracker("me", {"last_order": number}, message, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    events = await ValidateOrder().run(dispatcher, tracker, {})
    said = [message["text"] for message in dispatcher.messages]
    return said, {event["name"]: event["value"] for event in events}


@pytest.mark.parametrize("state", [REPLIED, (*REPLIED, "closed")])
async def test_who_says_no_rating_is_asked_for_it(
    store: Database, monkeypatch: pytest.MonkeyPatch, state: tuple[str, ...]
) -> None:
    number, orders = await order_with(store, *state)
    monkeypatch.setattr("actions.order.orders", lambda: orders)
    said, slots = await wants_to_rate(number)
    assert (said, slots["requested_slot"]) == ([], "order_rating")
    assert (await found(store, number)).rating is None


async def test_no_rating_is_made_up_where_the_reply_comes_at_that_moment(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = await order_with(store, *SIGNED)
    monkeypatch.setattr("actions.order.orders", lambda: RepliedMeanwhile(store))
    said, slots = await wants_to_rate(number)
    assert (said, slots["requested_slot"]) == ([], "order_rating")
    assert (await found(store, number)).rating is None


@pytest.mark.parametrize(
    ("moves", "answer"),
    [
        (SIGNED, "order.refused.not_finished"),
        (("withdrawn",), "order.refused.withdrawn"),
        ((*REPLIED, step("rated")), "order.refused.rated_already"),
        ((*REPLIED, step("rated", rating="dissatisfied")), "order.refused.rated_already"),
    ],
)
async def test_where_nothing_is_to_be_rated_nobody_is_asked(
    store: Database, monkeypatch: pytest.MonkeyPatch, moves: Any, answer: str
) -> None:
    number, orders = await order_with(store, *moves)
    monkeypatch.setattr("actions.order.orders", lambda: orders)
    said, slots = await wants_to_rate(number)
    assert (said, slots["requested_slot"]) == ([say(answer, number=number)], None)
