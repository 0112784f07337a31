"""Keeping uploads within bounds (附件的限额与清理): for a person, an address and in all, and not for ever."""

from __future__ import annotations

import asyncio
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import case, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement

from bot.hotline.media import antivirus, files
from bot.hotline.media.kinds import MediaRefused, recognised
from bot.settings import settings
from bot.storage import Database
from bot.storage.tables import Media, now
from bot.storage.types import digest

log = logging.getLogger(__name__)

SMALLEST = 100_000
"""Bytes that a file counts for at least: very many tiny ones fill a disk too."""
BATCH = 500
"""Uploads that are removed in one transaction."""
DAY = 86_400.0
_MEGABYTE = 1_000_000
_COUNTING = 123450012
"""Key of PostgreSQL's advisory lock for counting and adding; SQLite has one writer at a time."""
_WORKSHOP = ThreadPoolExecutor(1, "media")
"""Pictures are unpacked one at a time: each may take 200 MB."""


async def keep(store: Database, visitor_id: str, name: str, body: bytes, address: str | None = None) -> str:
    """Keeps an upload and returns its id; the next filing or supplement of the visitor takes it.

    ``address`` is where it came from, if that says anything about the person; only its digest is kept.

    Raises:
        MediaRefused: ``unwanted_media``, ``too_large``, ``too_many_files``, ``no_space``, ``infected``, ``not_checked``.
    """
    source = digest(address) if address else None
    try:
        await store.read(lambda session: _check_room(session, visitor_id, source, len(body)))
        content = await asyncio.get_running_loop().run_in_executor(_WORKSHOP, recognised, body)
        await antivirus.scan(content.body)
        row = Media(
            id=secrets.token_hex(12), visitor_id=visitor_id, name=content.named(name), content_type=content.type,
            size=len(content.body), address_digest=source,
        )  # fmt: skip
        return await _written(store, row, content.body)
    except (OSError, DBAPIError) as error:
        log.error("an upload could not be kept: %s", type(error).__name__)
        raise MediaRefused("no_space") from error


async def _written(store: Database, row: Media, body: bytes) -> str:
    """The file first, then its row: what a kill leaves in between is removed by `purge`."""
    media_id: str = row.id

    def add(session: Session) -> None:
        _check_room(session, row.visitor_id, row.address_digest, row.size)
        session.add(row)

    await asyncio.to_thread(files.write, media_id, body)
    try:
        await store.run(add)
    except BaseException:
        files.remove(media_id)
        raise
    return media_id


def _check_room(session: Session, visitor_id: str, source: str | None, size: int) -> None:
    """Raises `MediaRefused` when an upload of this size would be too much."""
    if files.space_is_short(size):
        raise MediaRefused("no_space")
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_COUNTING})"))
    limits = settings()
    today = Media.created_at > now() - timedelta(days=1)
    size = max(size, SMALLEST)
    if _counted(session, Media.visitor_id == visitor_id, today) + size > limits.media_person * _MEGABYTE:
        raise MediaRefused("too_many_files")
    if source and _counted(session, Media.address_digest == source, today) + size > limits.media_address * _MEGABYTE:
        raise MediaRefused("too_many_files")
    if _counted(session) + size > limits.media_total * _MEGABYTE:
        raise MediaRefused("no_space")


def _counted(session: Session, *which: ClauseElement) -> int:
    counts_for: ClauseElement = case((Media.size < SMALLEST, SMALLEST), else_=Media.size)
    return int(session.scalar(select(func.coalesce(func.sum(counts_for), 0)).where(*which)))


async def read(media_id: str) -> bytes:
    """The content of an upload; raises `FileNotFoundError`."""
    return await asyncio.to_thread(files.read, media_id)


async def upkeep(store: Database) -> None:
    """Purges now and once a day, until it is cancelled."""
    while True:
        try:
            removed = await purge(store)
            log.info("%s uploads that were never filed were removed", removed)
        except Exception:
            log.exception("uploads could not be purged")
        await asyncio.sleep(DAY)


async def purge(store: Database) -> int:
    """Removes uploads that were never filed, in small transactions, and files without a row; gives how many.

    Where an upload came from is forgotten when it counts no more.
    """
    removed = 0
    await store.run(_forget_addresses)
    while ids := await store.run(_forget_unfiled):
        for media_id in ids:
            await asyncio.to_thread(files.remove, media_id)
        removed += len(ids)
    # An hour: a file stands for a moment before its row does.
    old = await asyncio.to_thread(lambda: list(files.older_than(3600)))
    for start in range(0, len(old), BATCH):
        batch = old[start : start + BATCH]
        known = await store.read(lambda session, batch=batch: _known(session, batch))  # type: ignore[misc]
        for media_id in set(batch) - known:
            await asyncio.to_thread(files.remove, media_id)
            removed += 1
    return removed


def _forget_addresses(session: Session) -> None:
    old = Media.created_at < now() - timedelta(days=1)
    session.execute(update(Media).where(old, Media.address_digest.is_not(None)).values(address_digest=None))


def _forget_unfiled(session: Session) -> list[str]:
    before = now() - timedelta(days=settings().media_unfiled_days)
    query = select(Media).where(Media.order_number.is_(None), Media.created_at < before).limit(BATCH)
    rows = list(session.scalars(query))
    for row in rows:
        session.delete(row)
    return [row.id for row in rows]


def _known(session: Session, ids: list[str]) -> set[str]:
    return set(session.scalars(select(Media.id).where(Media.id.in_(ids))))
