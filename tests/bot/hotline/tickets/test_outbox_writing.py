"""A case or an event and its delivery are written together or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.hotline.tickets.outbox import Outbox
from bot.hotline.workorders import orders
from bot.hotline.workorders.life import HOTLINE, SERVICE, UNIT
from bot.hotline.workorders.orders import WorkOrders, file_one
from bot.storage import Database
from bot.storage.tables import OutboxRow
from tests.bot.hotline.tickets import PERSON, Recorder, draft, file, kinds, row_of
from tests.bot.hotline.tickets.letters import all_done, letter


async def test_a_filed_case_waits_to_be_delivered(store: Database, relay: Outbox) -> None:
    number = await file(store)
    waiting = await letter(relay)
    assert (waiting.number, waiting.kind, waiting.state, waiting.attempts) == (number, "registered", "pending", 0)


async def test_a_case_that_could_not_be_filed_leaves_no_delivery(store: Database, relay: Outbox) -> None:
    with pytest.raises(KeyError):
        await WorkOrders(store).file([draft(), draft(urgency="no such urgency")])
    assert await relay.letters() == []

    def lost_at_the_end(session: Any) -> None:
        file_one(session, draft())
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await store.run(lost_at_the_end)
    assert await relay.letters() == []


async def test_without_its_delivery_a_case_is_not_filed_either(
    store: Database, relay: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await file(store)
    # The next case draws a number whose place in the outbox is taken.
    taken = await row_of(store, number)
    await store.run(
        lambda session: session.add(
            OutboxRow(key="LS20260309-222222", order_id=taken.id, kind="urged", next_try_at=taken.created_at)
        )
    )
    monkeypatch.setattr(orders, "new_number", lambda day: "LS20260309-222222")
    with pytest.raises(IntegrityError):
        await file(store)
    assert [order.number for order in await WorkOrders(store).own(PERSON)] == [number]


async def test_an_event_and_its_delivery_are_written_together_or_not_at_all(store: Database, relay: Outbox) -> None:
    number = await file(store)

    def lost(session: Any) -> None:
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await WorkOrders(store).move(number, "urged", "requester", also=lost)
    assert "urged" not in await kinds(store, number)
    assert len(await relay.letters()) == 1
    await WorkOrders(store).urge(number)
    assert [found.kind for found in await relay.letters()] == ["registered", "urged"]


async def test_what_requester_and_service_do_is_delivered_and_what_the_backend_did_itself_is_not(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    cases = WorkOrders(store)
    number = await file(store)
    await cases.supplement(number, "还有一个", PERSON)
    await cases.move(number, "dispatched", HOTLINE, {"unit": "莲都区综合行政执法局"})
    await cases.move(number, "signed", SERVICE)
    await cases.move(number, "replied", UNIT, {"text": "已经处理"})
    await cases.move(number, "closed", UNIT)
    await cases.rate(number, "dissatisfied")
    await all_done(relay)
    # The bad rating sends the case back by itself (Article 30).
    assert backend.told == [(what, number) for what in ("file", "supplemented", "signed", "rated", "reopened")]
    assert backend.events[0].data == {"text": "还有一个"}
    assert backend.events[2].data == {"rating": "dissatisfied"}
