"""Uploads of the wanted kinds are kept, encrypted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.hotline.media import UnwantedMedia, keep
from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import Media
from bot.storage.types import cipher

PICTURE = b"\x89PNG\r\n\x1a\n" + b"a face" * 50


@pytest.fixture
def folder(tmp_path: Path, environment: Callable[..., Settings]) -> Path:
    return environment(BOT_DATA_DIR=str(tmp_path / "data")).data_dir / "media"


def kept(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.exists() else []


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "audio/mpeg", "video/mp4", "application/pdf"])
async def test_pictures_recordings_and_documents_are_kept(store: Database, folder: Path, kind: str) -> None:
    media_id = await keep(store, "v", "照片.png", kind, PICTURE)
    row = await store.run(
        lambda session: [
            (m.id, m.visitor_id, m.order_number, m.name, m.content_type, m.size) for m in session.scalars(select(Media))
        ]
    )
    assert row == [(media_id, "v", None, "照片.png", kind, len(PICTURE))]


@pytest.mark.parametrize("kind", ["text/html", "application/zip", "application/x-msdownload", "", "x-image/png"])
async def test_other_kinds_are_refused_and_leave_nothing(store: Database, folder: Path, kind: str) -> None:
    with pytest.raises(UnwantedMedia):
        await keep(store, "v", "a.exe", kind, PICTURE)
    assert await store.run(lambda session: session.scalars(select(Media)).all()) == []
    assert kept(folder) == []


async def test_an_upload_is_encrypted_on_the_disk_and_can_be_read_back(store: Database, folder: Path) -> None:
    media_id = await keep(store, "v", "照片.png", "image/png", PICTURE)
    raw = (folder / media_id).read_bytes()
    assert b"a face" not in raw and b"PNG" not in raw
    assert cipher().decrypt(raw) == PICTURE


async def test_a_name_from_outside_never_becomes_a_path(store: Database, folder: Path) -> None:
    media_id = await keep(store, "v", "../../etc/passwd", "image/png", PICTURE)
    assert kept(folder) == [media_id]
    assert "passwd" not in media_id


async def test_every_upload_has_an_id_of_its_own(store: Database, folder: Path) -> None:
    ids = {await keep(store, "v", "a.png", "image/png", PICTURE) for _ in range(20)}
    assert len(ids) == 20
