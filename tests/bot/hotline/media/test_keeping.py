"""Uploads are kept within bounds, and go when nobody files them."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.hotline.media import MediaRefused, files, keep, purge, upkeep
from bot.hotline.media import keeping as module
from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import Media, now
from bot.storage.types import cipher
from tests.full import disk_of
from tests.uploads import AMR, MP4, UNWANTED, picture

PICTURE = picture()
MEGABYTE = MP4 + bytes(1_000_000 - len(MP4))
Environment = Callable[..., Settings]


@pytest.fixture
def folder(tmp_path: Path, environment: Environment) -> Path:
    return environment(BOT_DATA_DIR=str(tmp_path / "data"), BOT_MINIMUM_FREE="0").data_dir / "media"


def kept(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


async def rows(store: Database) -> dict[str, str | None]:
    """Ids and digests of the address."""
    return await store.run(lambda session: {row.id: row.address_digest for row in session.scalars(select(Media))})


async def refused(store: Database, visitor_id: str = "v", body: bytes = MP4, address: str | None = None) -> str:
    with pytest.raises(MediaRefused) as refusal:
        await keep(store, visitor_id, "a.mp4", body, address)
    return refusal.value.reason


async def test_an_upload_is_kept_with_its_true_type_and_size(store: Database, folder: Path) -> None:
    media_id = await keep(store, "v", "录音.png", AMR)
    [row] = await store.run(
        lambda session: [(m.id, m.visitor_id, m.order_number, m.name, m.content_type, m.size, m.address_digest)
                         for m in session.scalars(select(Media))]
    )  # fmt: skip
    assert row == (media_id, "v", None, "录音.amr", "audio/amr", len(AMR), None)
    assert cipher().decrypt((folder / media_id).read_bytes()) == AMR


@pytest.mark.parametrize("name", UNWANTED)
async def test_other_kinds_are_refused_and_leave_nothing(store: Database, folder: Path, name: str) -> None:
    assert await refused(store, body=UNWANTED[name]) == "unwanted_media"
    assert await rows(store) == {} and kept(folder) == set()


async def test_a_name_from_outside_never_becomes_a_path(store: Database, folder: Path) -> None:
    assert {await keep(store, "v", "../../etc/passwd", PICTURE)} == kept(folder)


async def test_every_upload_has_an_id_of_its_own(store: Database, folder: Path) -> None:
    assert len({await keep(store, "v", "a.png", PICTURE) for _ in range(5)}) == 5


# Bounds ---------------------------------------------------------------------------------------------------------------


async def test_one_person_may_send_so_much_a_day(store: Database, folder: Path, environment: Environment) -> None:
    environment(BOT_MEDIA_PERSON="2")
    for _ in range(2):
        await keep(store, "v", "a.mp4", MEGABYTE)
    assert await refused(store) == "too_many_files"
    await keep(store, "another", "a.mp4", MEGABYTE)

    yesterday = update(Media).values(created_at=now() - timedelta(days=1, minutes=1))
    await store.run(lambda session: session.execute(yesterday))
    await keep(store, "v", "a.mp4", MEGABYTE)


async def test_one_address_may_send_so_much_a_day(store: Database, folder: Path, environment: Environment) -> None:
    environment(BOT_MEDIA_ADDRESS="2")
    for person in ("a", "b"):
        await keep(store, person, "a.mp4", MEGABYTE, "203.0.113.7")
    assert await refused(store, "c", address="203.0.113.7") == "too_many_files"
    await keep(store, "c", "a.mp4", MEGABYTE, "203.0.113.8")
    await keep(store, "of no address", "a.mp4", MEGABYTE)


async def test_of_an_address_only_a_digest_is_kept(store: Database, folder: Path) -> None:
    await keep(store, "v", "a.mp4", MP4, "203.0.113.7")
    [source] = (await rows(store)).values()
    assert source and len(source) == 64 and "203.0" not in source


async def test_all_together_may_send_so_much(store: Database, folder: Path, environment: Environment) -> None:
    environment(BOT_MEDIA_TOTAL="3")
    for person in range(3):
        await keep(store, f"{person}", "a.mp4", MEGABYTE)
    assert await refused(store, "late") == "no_space"
    assert len(kept(folder)) == 3


async def test_tiny_files_are_counted_too(store: Database, folder: Path, environment: Environment) -> None:
    environment(BOT_MEDIA_PERSON="1")
    for _ in range(10):
        await keep(store, "v", "a.amr", AMR)
    assert await refused(store, body=AMR) == "too_many_files"


async def test_uploads_at_the_same_moment_do_not_pass_the_bound_together(
    store: Database, folder: Path, environment: Environment
) -> None:
    environment(BOT_MEDIA_TOTAL="3")
    done = await asyncio.gather(*(keep(store, f"{n}", "a.mp4", MEGABYTE) for n in range(12)), return_exceptions=True)
    taken = {each for each in done if isinstance(each, str)}
    assert len(taken) == 3 and kept(folder) == taken
    assert {each.reason for each in done if isinstance(each, MediaRefused)} == {"no_space"}


async def test_a_disk_with_little_space_takes_no_upload(
    store: Database, folder: Path, environment: Environment
) -> None:
    environment(BOT_MINIMUM_FREE="1000000000")
    assert await refused(store) == "no_space"
    assert await rows(store) == {} and kept(folder) == set()


async def test_a_file_that_cannot_be_written_is_refused(store: Database, folder: Path) -> None:
    await keep(store, "v", "a.amr", AMR)
    await asyncio.to_thread(shutil.rmtree, folder)
    await asyncio.to_thread(folder.write_bytes, b"no folder")
    assert await refused(store) == "no_space"
    assert len(await rows(store)) == 1


async def test_a_file_without_a_row_does_not_stay(sqlite_store: Database, folder: Path) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON media BEGIN SELECT RAISE(FAIL, 'full'); END")
    assert await refused(sqlite_store) == "no_space"
    assert kept(folder) == set()


# Purge ----------------------------------------------------------------------------------------------------------------


async def aged(store: Database, media_id: str, days: float, **values: str) -> None:
    query = update(Media).where(Media.id == media_id).values(created_at=now() - timedelta(days=days), **values)
    await store.run(lambda session: session.execute(query))


async def test_what_was_never_filed_is_removed_after_its_days(
    store: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    old = [await keep(store, "v", "a.amr", AMR) for _ in range(5)]
    filed, fresh = await keep(store, "v", "a.amr", AMR), await keep(store, "v", "a.amr", AMR)
    for media_id in old:
        await aged(store, media_id, 2.1)
    await aged(store, filed, 400, order_number="LS20260101-ABCDEF")
    await aged(store, fresh, 1.9)
    assert await purge(store) == 5
    assert set(await rows(store)) == kept(folder) == {filed, fresh}
    assert await purge(store) == 0


async def test_a_file_that_a_kill_left_without_a_row_is_removed(store: Database, folder: Path) -> None:
    known = await keep(store, "v", "a.amr", AMR)
    for name in ("orphan", "under way"):
        files.write(name, AMR)
    for name in (known, "orphan"):
        os.utime(folder / name, (0, time.time() - 4000))
    assert await purge(store) == 1
    assert kept(folder) == {known, "under way"}


async def test_where_an_upload_came_from_is_forgotten_after_a_day(store: Database, folder: Path) -> None:
    old, fresh = [await keep(store, "v", "a.amr", AMR, "203.0.113.7") for _ in range(2)]
    await aged(store, old, 1.1)
    await purge(store)
    sources = await rows(store)
    assert sources[old] is None and sources[fresh]


async def test_a_purge_that_fails_is_tried_again(
    sqlite_store: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DAY", 0.01)
    old = await keep(sqlite_store, "v", "a.amr", AMR)
    await aged(sqlite_store, old, 3)
    rounds: list[bool] = []
    second = asyncio.Event()

    async def watched(store: Database) -> int:
        disk.full = not rounds
        rounds.append(disk.full)
        try:
            return await purge(store)
        finally:
            if len(rounds) == 2:
                second.set()

    monkeypatch.setattr(module, "purge", watched)
    with disk_of(sqlite_store) as disk:
        task = asyncio.create_task(upkeep(sqlite_store))
        await second.wait()
        task.cancel()
        await asyncio.wait([task])
    assert rounds == [True, False] and kept(folder) == set()
