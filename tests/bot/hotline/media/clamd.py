"""A stand-in for ClamAV's `clamd`: ``INSTREAM`` as its manual describes it, with the test virus that all scanners know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Looks into every stream and answers as clamd does; ``says`` replaces the answer."""

    def __init__(self, longest: int = 25_000_000) -> None:
        self.longest, self.says = longest, b""
        self.streams: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # A command that begins with z ends, like its answer, with a zero.
            command = await reader.readuntil(b"\0")
            writer.write((await self._answer(command, reader)) + b"\0")
            await writer.drain()
        finally:
            writer.close()

    async def _answer(self, command: bytes, reader: asyncio.StreamReader) -> bytes:
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        stream = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            stream += await reader.readexactly(size)
            if len(stream) > self.longest:
                return b"INSTREAM size limit exceeded. ERROR"
        self.streams.append(stream)
        if self.says:
            return self.says
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in stream else b"stream: OK"


@asynccontextmanager
async def listening(clamd: Clamd, path: Path | None = None) -> AsyncIterator[str]:
    """The stand-in at a socket in the file system, or at a port; gives the address as the setting wants it."""
    if path:
        server = await asyncio.start_unix_server(clamd, path)
        address = str(path)
    else:
        server = await asyncio.start_server(clamd, "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield address
