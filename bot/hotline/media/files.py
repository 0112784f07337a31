"""The files of the uploads (附件文件): whole or not at all, and for the owner's eyes only."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from bot.settings import settings
from bot.storage.types import cipher

log = logging.getLogger(__name__)

_DRAFT = ".part"
_MEGABYTE = 1024 * 1024


def folder() -> Path:
    """Where they stand; made if it is missing."""
    path = settings().data_dir / "media"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write(media_id: str, body: bytes) -> None:
    """Writes a file, encrypted; raises `OSError`, for instance when the disk is full, and leaves nothing then."""
    put(folder() / media_id, cipher().encrypt(body))


def put(path: Path, content: bytes) -> None:
    """Puts this content in the place of a file, whole or not at all; raises `OSError`."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_DRAFT}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def probe() -> None:
    """Writes and removes a small file; raises `OSError` if that cannot be done."""
    draft = folder() / f".{secrets.token_hex(8)}{_DRAFT}"
    try:
        draft.write_bytes(bytes(64 * 1024))
    finally:
        draft.unlink(missing_ok=True)


def read(media_id: str) -> bytes:
    """The decrypted content; raises `FileNotFoundError`."""
    return cipher().decrypt((folder() / media_id).read_bytes())


def remove(media_id: str) -> None:
    """Removes a file, if it is there."""
    (folder() / media_id).unlink(missing_ok=True)


def tidy() -> None:
    """Before the first upload of a process: removes what a kill left half-written, and closes the folder to others."""
    try:
        folder().chmod(0o700)
        for path in folder().iterdir():
            if path.name.endswith(_DRAFT):
                path.unlink(missing_ok=True)
            else:
                path.chmod(0o600)
    except OSError as error:
        # Without uploads the service still helps; whether it is ready says the rest.
        log.error("the folder of the uploads is not in order: %s", error.strerror)


def older_than(seconds: float) -> Iterator[str]:
    """The ids of the whole files that are at least this old."""
    before = time.time() - seconds
    with os.scandir(folder()) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.stat().st_mtime < before:
                yield entry.name


def space_is_short(more: int = 0) -> bool:
    """Whether less than the minimum would be free on the disk once this many bytes are written."""
    free = shutil.disk_usage(folder()).free
    return free - more < settings().minimum_free * _MEGABYTE


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
