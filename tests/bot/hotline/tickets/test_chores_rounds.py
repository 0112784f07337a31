"""The rounds go on whatever fails, and leave alone what asks for nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import LargeBinary, literal

from bot.hotline.catalogue import Catalogue, catalogue, use
from bot.hotline.catalogue_log import CatalogueLog
from bot.hotline.tickets import chores
from bot.hotline.tickets.chores import do_chores
from bot.storage import Database
from bot.storage.tables import WorkOrderRow
from tests.bot.hotline.tickets import file, kinds, notices, row_of, settled
from tests.bot.hotline.tickets.rounds import calls_due
from tests.bot.hotline.tickets.usual import move


async def test_an_order_that_cannot_be_read_holds_up_no_other(
    store: Database, dispatched: str, closed: str, today: Callable[[str], None]
) -> None:
    broken = await file(store)
    await move(store, broken, "dispatched")
    table = WorkOrderRow.__table__
    query = table.update().where(table.c.number == broken).values(description=literal(b"no text", LargeBinary()))
    await store.run(lambda session: session.execute(query))
    today("2099-03-18T09:00")
    await do_chores(store)
    assert "signed" in await kinds(store, dispatched)
    assert "supervised" in await kinds(store, dispatched)
    assert await calls_due(store) == [closed]


async def test_the_chores_go_on_after_a_failure_and_take_over_decisions_about_the_catalogue(
    store: Database, dispatched: str, today: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "LOOK", 0.001)
    monkeypatch.setattr(chores, "ROUND", 1)
    failures = ["once", "twice"]

    class Flaky(Database):
        async def run(self, work: Any) -> Any:
            if failures:
                raise ConnectionError(failures.pop())
            return await super().run(work)

    today("2026-03-18T00:00")
    running = asyncio.create_task(chores.chores(Flaky(store.url)))
    try:
        decided = CatalogueLog(store).decide(("城乡建设", "供水"), None, {"urgency": "expedited"}, "某局", "会商")
        use(Catalogue())

        async def done() -> bool:
            return (await row_of(store, dispatched)).status == "in_progress" and catalogue().version == decided

        await settled(done)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        use(Catalogue())
    assert failures == []


async def test_a_round_with_nothing_to_do_leaves_an_order_as_it_is(store: Database) -> None:
    number = await file(store)
    before = await kinds(store, number)
    await do_chores(store)
    assert await kinds(store, number) == before
    assert await notices(store, number) == []
