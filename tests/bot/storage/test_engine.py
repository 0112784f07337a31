"""Transactions commit whole or not at all, also when several write at the same time."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text

from bot.storage import Database
from bot.storage.tables import Base, Observation, Visitor


def count(store: Database) -> int:
    with store.transaction() as session:
        return session.scalar(select(func.count()).select_from(Observation))


def observation(subject: str) -> Observation:
    return Observation(kind="unanswered", visitor_id="v", subject=subject)


async def test_what_was_written_is_there_for_the_next_process(store: Database) -> None:
    await store.run(lambda session: session.add(observation("a")))
    second = Database(store.url)
    second.migrate()
    assert count(second) == 1
    second.engine.dispose()


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


async def test_no_update_is_lost_when_many_write_at_once(store: Database) -> None:
    stores = [store, Database(store.url)]
    await store.run(lambda session: session.add(Visitor(id="v", channel="web", offered=[])))

    def append(number: int) -> Any:
        def work(session: Any) -> None:
            row = session.get(Visitor, "v", with_for_update=True)
            row.offered = [*row.offered, number]

        return work

    await asyncio.gather(*(stores[number % 2].run(append(number)) for number in range(40)))
    offered = await stores[1].run(lambda session: session.get(Visitor, "v").offered)
    assert sorted(offered) == list(range(40))
    stores[1].engine.dispose()


async def test_on_sqlite_no_update_is_lost_although_nobody_asked_for_a_lock(sqlite_store: Database) -> None:
    stores = [sqlite_store, Database(sqlite_store.url)]
    await sqlite_store.run(lambda session: session.add(Visitor(id="v", channel="web", offered=[])))

    def append(number: int) -> Any:
        def work(session: Any) -> None:
            row = session.get(Visitor, "v")
            row.offered = [*row.offered, number]

        return work

    await asyncio.gather(*(stores[number % 2].run(append(number)) for number in range(40)))
    assert len(await stores[1].run(lambda session: session.get(Visitor, "v").offered)) == 40
    stores[1].engine.dispose()


async def test_a_connection_that_the_server_dropped_is_replaced(postgresql_store: Database) -> None:
    store = Database(postgresql_store.url)
    mine = await store.run(lambda session: session.scalar(text("SELECT pg_backend_pid()")))
    drop = text("SELECT pg_terminate_backend(:pid)").bindparams(pid=mine)
    assert await postgresql_store.run(lambda session: session.scalar(drop))
    assert await store.run(lambda session: session.scalar(select(41)) + 1) == 42
    store.engine.dispose()


def test_the_migration_makes_every_table_with_all_its_columns_and_indexes(store: Database) -> None:
    found = inspect(store.engine)
    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
        indexed = {tuple(index["column_names"]) for index in found.get_indexes(table.name)}
        indexed |= {tuple(unique["column_names"]) for unique in found.get_unique_constraints(table.name)}
        wanted = {tuple(column.name for column in index.columns) for index in table.indexes}
        assert wanted <= indexed, table.name


def test_the_migration_makes_the_tables_that_the_code_has_and_no_others(store: Database) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


async def test_several_processes_that_start_at_once_make_the_tables_once(empty: Database) -> None:
    processes = [Database(empty.url) for _ in range(4)]
    await asyncio.gather(*(asyncio.to_thread(process.migrate) for process in processes))
    assert set(inspect(empty.engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    for process in processes:
        process.engine.dispose()


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


async def test_the_steps_of_a_unit_are_kept_together(store: Database) -> None:
    async with store.unit():
        await store.run(lambda session: session.add(observation("a")))
        assert await store.read(lambda session: session.scalar(select(func.count()).select_from(Observation))) == 1
        await store.run(lambda session: session.add(observation("b")))
    assert count(store) == 2


async def test_an_error_takes_back_every_step_of_a_unit(store: Database) -> None:
    with pytest.raises(RuntimeError, match="lost the thread"):
        async with store.unit():
            await store.run(lambda session: session.add(observation("a")))
            raise RuntimeError("lost the thread")
    assert count(store) == 0


async def test_a_step_that_fails_takes_back_only_itself(store: Database) -> None:
    def half(session: Any) -> None:
        session.add(observation("b"))
        session.flush()
        raise KeyError("b")

    async with store.unit():
        await store.run(lambda session: session.add(observation("a")))
        with pytest.raises(KeyError):
            await store.run(half)
    assert count(store) == 1


async def test_a_unit_that_is_cancelled_keeps_nothing_and_holds_up_nobody(store: Database) -> None:
    begun = asyncio.Event()

    async def endless() -> None:
        async with store.unit():
            await store.run(lambda session: session.add(observation("a")))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.run(lambda session: session.add(observation("b")))
    assert count(store) == 1


async def test_many_units_at_once_lose_nothing_and_wait_for_each_other(store: Database) -> None:
    await store.run(lambda session: session.add(Visitor(id="v", channel="web", offered=[])))

    async def append(number: int) -> None:
        def work(session: Any) -> None:
            row = session.get(Visitor, "v", with_for_update=True)
            row.offered = [*row.offered, number]

        async with store.unit():
            await store.run(lambda session: session.add(observation(str(number))))
            await asyncio.sleep(0)
            await store.run(work)
            await store.read(lambda session: session.get(Visitor, "v"))

    await asyncio.gather(*(append(number) for number in range(40)))
    assert count(store) == 40
    assert sorted(await store.read(lambda session: session.get(Visitor, "v").offered)) == list(range(40))


async def test_who_only_reads_waits_for_no_unit(store: Database) -> None:
    async with store.unit():
        await store.run(lambda session: session.add(observation("a")))
        reader = Database(store.url)
        found = await asyncio.wait_for(reader.read(lambda session: list(session.scalars(select(Observation)))), 10)
        reader.engine.dispose()
    assert found == []


def test_only_the_owner_may_read_the_file_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "hotline.db"
    path.write_bytes(b"")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        store = Database(f"sqlite:///{path}")
        store.migrate()
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
        store.engine.dispose()
    finally:
        os.umask(before)
    assert modes == {"hotline.db": 0o600, "hotline.db-wal": 0o600, "hotline.db-shm": 0o600}
