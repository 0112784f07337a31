"""Transactions commit whole or not at all, also when several write at the same time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from bot.storage import Database
from bot.storage.tables import Base, Observation, Visitor


def count(store: Database) -> int:
    with store.transaction() as session:
        return session.scalar(select(func.count()).select_from(Observation))


def observation(subject: str) -> Observation:
    return Observation(kind="unanswered", visitor_id="v", subject=subject)


async def test_what_was_written_is_there_for_the_next_process(tmp_path: Path) -> None:
    first = Database(f"sqlite:///{tmp_path}/x.db")
    first.migrate()
    await first.run(lambda session: session.add(observation("a")))
    second = Database(f"sqlite:///{tmp_path}/x.db")
    second.migrate()
    assert count(second) == 1


async def test_an_error_takes_back_everything_of_its_transaction(store: Database) -> None:
    def half(session: Any) -> None:
        session.add(observation("a"))
        session.flush()
        session.add(observation("b"))
        raise RuntimeError("lost the thread")

    with pytest.raises(RuntimeError, match="lost the thread"):
        await store.run(half)
    assert count(store) == 0
    await store.run(lambda session: session.add(observation("c")))
    assert count(store) == 1


async def test_work_gives_its_result(store: Database) -> None:
    assert await store.run(lambda session: session.scalar(select(41)) + 1) == 42


async def test_no_update_is_lost_when_many_write_at_once(tmp_path: Path) -> None:
    stores = [Database(f"sqlite:///{tmp_path}/x.db") for _ in range(2)]
    stores[0].migrate()
    await stores[0].run(lambda session: session.add(Visitor(id="v", channel="web", offered=[])))

    def append(number: int) -> Any:
        def work(session: Any) -> None:
            row = session.get(Visitor, "v")
            row.offered = [*row.offered, number]

        return work

    await asyncio.gather(*(stores[number % 2].run(append(number)) for number in range(40)))
    offered = await stores[1].run(lambda session: session.get(Visitor, "v").offered)
    assert sorted(offered) == list(range(40))


def test_the_migration_makes_every_table_with_all_its_columns_and_indexes(store: Database) -> None:
    found = inspect(store.engine)
    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
        indexed = {tuple(index["column_names"]) for index in found.get_indexes(table.name)}
        indexed |= {tuple(unique["column_names"]) for unique in found.get_unique_constraints(table.name)}
        wanted = {tuple(column.name for column in index.columns) for index in table.indexes}
        assert wanted <= indexed, table.name


def test_migrating_again_changes_nothing(store: Database) -> None:
    with store.transaction() as session:
        session.add(observation("a"))
    store.migrate()
    assert count(store) == 1


def test_a_reference_to_nothing_is_refused(store: Database) -> None:
    from sqlalchemy.exc import IntegrityError

    from bot.storage.tables import WorkOrderEvent

    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(WorkOrderEvent(order_id=999, kind="replied"))
