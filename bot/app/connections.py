"""The connections of the service (连接): strict requests, bounded in number, time and memory.

Sanic limits the silence between two pieces of a request; one byte a second would hold a connection for days. Here a
request has an end by the clock. `bot.app.strict` says what a request may look like.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from ipaddress import ip_address
from typing import Any, ClassVar

from sanic.exceptions import RequestTimeout, ServiceUnavailable
from sanic.http import Http
from sanic.server import HttpProtocol

from bot.app import strict
from bot.settings import settings

HEAD_SECONDS = 10.0
"""Until the headers are there."""
BODY_SECONDS = 15.0
"""Until a small body is there; a larger one has more, by `SLOWEST`."""
SLOWEST = 64 * 1024
"""Bytes a second of a large body."""
SMALL = 64 * 1024
"""Bytes of a body, where a call does not take more."""
HELD = 64 * 1024 * 1024
"""Bytes of large bodies that are held at the same time, by all calls together."""


class StrictHttp(Http):
    """One connection's requests."""

    protocol: Connection

    def init_for_request(self) -> None:
        super().init_for_request()
        self.protocol.begin()

    async def http1_request_header(self) -> None:
        """Takes the head of a request only when it is whole, in time, and plain."""
        buffer, looked = self.recv_buffer, 0
        self.protocol.within(HEAD_SECONDS)
        while (end := buffer.find(b"\r\n\r\n", looked)) < 0:
            if len(buffer) >= strict.LONGEST_HEAD:
                raise strict.HeadTooLong("The headers are too long.")
            looked = max(0, len(buffer) - 3)
            await self._receive_more()
        if end >= strict.LONGEST_HEAD:
            raise strict.HeadTooLong("The headers are too long.")
        strict.check(bytes(buffer[:end]))
        await super().http1_request_header()
        # There are no websockets here, and what asks for one would have no time-outs.
        self.upgrade_websocket = False
        self.protocol.within(BODY_SECONDS)

    async def read(self) -> bytes | None:
        """Some bytes of the body, as long as it comes in time and there is room for it."""
        large = self.request_max_size > SMALL
        if large and self.protocol.held == 0:
            expected = min(self.request_bytes_left or self.request_max_size, self.request_max_size)
            self.protocol.within(BODY_SECONDS + expected / SLOWEST)
        try:
            data = await super().read()
            if data and large:
                self.protocol.hold(len(data))
        except (RequestTimeout, ServiceUnavailable):
            # Nobody waits for the rest of it.
            self.request_body, self.keep_alive = None, False
            raise
        return data


class Connection(HttpProtocol):
    """A connection, which knows all others of its app."""

    __slots__ = ("address", "deadline", "held")
    HTTP_CLASS = StrictHttp
    addresses: ClassVar[Counter[str]] = Counter()
    """Connections of each address; those of this machine (a proxy) are not counted."""
    held_by_all: ClassVar[int] = 0

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.address: str | None = None
        self.deadline: float | None = None
        self.held = 0

    def connection_made(self, transport: Any) -> None:
        if len(self.connections) >= settings().connections:
            # Who has been silent longest makes room for who may have something to say.
            for other in sorted(self.connections, key=lambda connection: connection.silent_since):
                if other.close_if_idle():
                    self.connections.discard(other)
                    break
        super().connection_made(transport)
        peer = str((transport.get_extra_info("peername") or ("127.0.0.1",))[0])
        if not ip_address(peer.partition("%")[0]).is_loopback:
            self.address = peer
            self.addresses[peer] += 1
        most = settings().connections_per_address
        if len(self.connections) > settings().connections or (self.address and self.addresses[peer] > most):
            # Before it has begun: its task would write to a connection that is closed.
            if self._task:
                self._task.cancel()
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.begin()
        if self.address is not None:
            self.addresses[self.address] -= 1
            if not self.addresses[self.address]:
                del self.addresses[self.address]
            self.address = None

    @property
    def silent_since(self) -> float:
        """When something came or went last."""
        return float(self._time)

    def begin(self) -> None:
        """Lets go of what the last request held, and waits for the next."""
        type(self).held_by_all -= self.held
        self.held, self.deadline = 0, None

    def within(self, seconds: float) -> None:
        """Says when what is awaited now must have come."""
        self.deadline = self.loop.time() + seconds

    def hold(self, size: int) -> None:
        """Counts bytes of a body; raises where all bodies together become too much."""
        self.held += size
        type(self).held_by_all += size
        if self.held_by_all > HELD:
            raise ServiceUnavailable("Too much is being sent at the same time.")

    async def receive_more(self) -> None:
        try:
            async with asyncio.timeout_at(self.deadline):
                await super().receive_more()
        except TimeoutError as error:
            raise RequestTimeout("The request came too slowly.") from error
