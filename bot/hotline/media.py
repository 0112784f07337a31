"""Uploads (附件): pictures, recordings and documents, encrypted in the data folder."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from bot.settings import settings
from bot.storage import Database
from bot.storage.tables import Media
from bot.storage.types import cipher

MEGABYTES = 10
LARGEST = MEGABYTES * 1024 * 1024
"""Bytes of one upload."""
KINDS = ("image/", "audio/", "video/", "application/pdf")


class UnwantedMedia(ValueError):
    """An upload of a kind that is not taken."""


async def keep(store: Database, visitor_id: str, name: str, content_type: str, body: bytes) -> str:
    """Keeps an upload and returns its id; the next filing or supplement of the visitor takes it."""
    if not content_type.startswith(KINDS):
        raise UnwantedMedia(content_type)
    media_id = secrets.token_hex(12)
    folder = settings().data_dir / "media"
    await asyncio.to_thread(_write, folder / media_id, body)
    row = Media(id=media_id, visitor_id=visitor_id, name=name[:200], content_type=content_type[:64], size=len(body))
    await store.run(lambda session: session.add(row))
    return media_id


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cipher().encrypt(body))
