"""ClamAV's `clamd` (病毒扫描), by its protocol: ``INSTREAM`` over a socket."""

from __future__ import annotations

import asyncio
import logging
import struct

from bot.hotline.media.kinds import MediaRefused
from bot.settings import settings

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds for one upload."""
_CHUNK = 64 * 1024


async def scan(body: bytes) -> None:
    """Nothing when no scanner is set, or it finds nothing; raises `MediaRefused` ``infected`` or ``not_checked``."""
    address = settings().clamd
    if not address:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await _ask(address, body)
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
        # What could not be looked at is not kept. A timeout is an `OSError` too.
        log.error("clamd does not answer: %s", type(error).__name__)
        raise MediaRefused("not_checked") from error
    if answer.endswith(b" FOUND"):
        log.warning("an upload was refused: %s", answer.decode(errors="replace"))
        raise MediaRefused("infected")
    if answer != b"stream: OK":
        log.error("clamd did not look: %s", answer.decode(errors="replace"))
        raise MediaRefused("not_checked")


async def _ask(address: str, body: bytes) -> bytes:
    if address.startswith("/"):
        reader, writer = await asyncio.open_unix_connection(address)
    else:
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(body), _CHUNK):
            chunk = body[start : start + _CHUNK]
            writer.write(struct.pack("!I", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack("!I", 0))
        return (await reader.readuntil(b"\0"))[:-1]
    finally:
        writer.close()
