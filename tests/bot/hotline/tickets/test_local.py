"""The embedded backend takes everything: the store is where it belongs."""

from __future__ import annotations

from datetime import datetime, timezone

from bot.hotline.tickets.local import LocalBackend
from bot.hotline.tickets.outbox import Outbox, case_of
from bot.hotline.tickets.seam import Case, CaseEvent, TicketBackend
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from tests.bot.hotline.tickets import file, row_of


async def case(store: Database, number: str) -> Case:
    row = await row_of(store, number)
    return await store.run(lambda session: case_of(session, row))


async def test_a_case_keeps_the_number_that_it_has(store: Database) -> None:
    backend: TicketBackend = LocalBackend()
    number = await file(store)
    assert await backend.file(await case(store, number), number, again=False) == number
    assert await backend.file(await case(store, number), number, again=True) == number


async def test_it_has_nothing_to_report_and_nothing_to_let_go_of(store: Database) -> None:
    backend: TicketBackend = LocalBackend()
    number = await file(store)
    known = await case(store, number)
    urged = CaseEvent("urged", datetime.now(timezone.utc), {})
    await backend.tell(known, urged, f"{number}-1", again=False)
    assert await backend.reports([known]) == []
    await backend.close()


async def test_all_that_happens_here_is_delivered_at_once(store: Database) -> None:
    relay = Outbox(store, LocalBackend())
    number = await file(store)
    await WorkOrders(store).urge(number)
    assert [await relay.deliver_due() for _ in range(3)] == [1, 1, 0]
    assert await relay.letters() == []
    assert (await row_of(store, number)).external_id == number
