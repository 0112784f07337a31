"""Citizens get what holds today; every process hears of a change within two seconds, and at midnight."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot.storage import Database
from bot.storage.tables_knowledge import ArticleVersion
from kb.search.published import current_revision, load_published, today, watch
from tests.kb.conftest import entry
from tests.kb.writing import approve, publish, write

DAY = date(2026, 11, 24)


def ids(store: Database, day: date | None = None) -> list[str]:
    return [article.id for article in load_published(store, day).articles]


def test_an_article_is_given_from_its_first_to_its_last_day(store: Database) -> None:
    first, last = today(), today() + timedelta(days=30)
    publish(store, values={"valid_from": first.isoformat(), "valid_to": last.isoformat()})
    publish(store, "always")
    assert ids(store, first - timedelta(days=1)) == ["always"]
    assert ids(store, first) == ids(store, last) == ids(store) == ["always", "lamp"]
    assert ids(store, last + timedelta(days=1)) == ["always"]


def test_the_dates_of_an_unpublished_version_change_nothing(store: Database) -> None:
    publish(store)
    write(store, values={"valid_to": "2026-12-31", "valid_from": "2026-12-01"})
    assert ids(store, date(2027, 6, 1)) == ["lamp"]


def test_an_article_comes_back_as_it_was_written(store: Database) -> None:
    publish(store, values={"steps": ["先拍照", "再打电话"], "english": "Call us.", "where": "各街道"})
    [article] = load_published(store).articles
    assert article.dict() == {**article.dict(), **{k: v for k, v in entry().items() if k not in ("id", "source", "reviewed_on")}}  # fmt: skip
    assert (article.id, article.steps, article.where) == ("lamp", ["先拍照", "再打电话"], "各街道")


def test_an_article_that_no_longer_fits_is_left_out_and_the_rest_is_given(store: Database) -> None:
    publish(store)
    publish(store, "other")
    with store.transaction() as session:
        content = {**entry(), "category": ["没有了", "的类"]}
        session.execute(update(ArticleVersion).where(ArticleVersion.article_id == "lamp").values(content=content))
    assert ids(store) == ["other"]


def test_the_revision_counts_the_publications_of_all(store: Database) -> None:
    assert load_published(store).revision == 0
    for n in range(8):
        write(store, f"lamp-{n}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: approve(store, f"lamp-{n}"), range(8)))
    found = load_published(store)
    assert (found.revision, len(found.articles)) == (8, 8)


# Watching -------------------------------------------------------------------------------------------------------------


class Seen:
    """Collects what a watch reports; waits for the next."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[int, date]] = asyncio.Queue()
        self.refuse = 0

    async def __call__(self, revision: int, day: date) -> None:
        if self.refuse:
            self.refuse -= 1
            raise RuntimeError("not now")
        await self.queue.put((revision, day))

    async def next(self) -> tuple[int, date]:
        return await asyncio.wait_for(self.queue.get(), 30)


async def test_a_publication_by_another_process_is_reported(store: Database) -> None:
    seen = Seen()
    task = asyncio.create_task(watch(store, seen))
    assert (await seen.next())[0] == 0
    code = f"from bot.storage import Database\nfrom tests.kb.writing import publish\npublish(Database({store.url!r}))"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
    assert (await seen.next())[0] == 1
    task.cancel()


async def test_what_is_loaded_already_is_not_reported(sqlite_store: Database) -> None:
    publish(sqlite_store)
    seen = Seen()
    task = asyncio.create_task(watch(sqlite_store, seen, seen=(1, DAY), day=lambda: DAY))
    await asyncio.to_thread(publish, sqlite_store, "other")
    assert await seen.next() == (2, DAY)
    task.cancel()


async def test_a_new_day_is_reported(sqlite_store: Database) -> None:
    seen, days = Seen(), [DAY]
    task = asyncio.create_task(watch(sqlite_store, seen, day=lambda: days[0]))
    assert await seen.next() == (0, DAY)
    days[0] += timedelta(days=1)
    assert await seen.next() == (0, DAY + timedelta(days=1))
    task.cancel()


async def test_a_change_that_could_not_be_taken_over_is_reported_again(sqlite_store: Database) -> None:
    seen = Seen()
    seen.refuse = 1
    task = asyncio.create_task(watch(sqlite_store, seen))
    assert (await seen.next())[0] == 0
    task.cancel()


async def test_a_store_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/late.db")
    with pytest.raises(OperationalError):
        await database.run(current_revision)
    seen = Seen()
    task = asyncio.create_task(watch(database, seen))
    await asyncio.to_thread(database.migrate)
    assert (await seen.next())[0] == 0
    task.cancel()
    database.engine.dispose()
