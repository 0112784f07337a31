"""Large bodies: only where a call takes a file, and never more than there is room for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from bot.app.connections import HELD, SMALL
from tests.channels.kb.conftest import Server, emptied, start, stop

MEGABYTE = 1024 * 1024
SIZE = 10 * MEGABYTE


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with a call that takes files."""
    folder: Path = tmp_path_factory.mktemp("large")
    url = f"sqlite:///{folder}/hotline.db"
    emptied(url)
    running = start(folder, url)
    yield running
    stop(running)


def _all_but_the_end(open_ones: ExitStack, port: int) -> socket.socket:
    """A connection that has sent a large body up to its last byte, as far as that is taken."""
    connection = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
    head = f"POST /api/kb/import HTTP/1.1\r\nHost: hotline\r\nContent-Length: {SIZE}\r\n\r\n"
    with suppress(ConnectionResetError, BrokenPipeError):
        connection.sendall(head.encode() + b"x" * (SIZE - 1))
    return connection


def _status(connection: socket.socket) -> int:
    """Of the answer; 0 if there is none yet, or the connection was closed without one."""
    connection.settimeout(2)
    try:
        received = connection.recv(65536)
    except (TimeoutError, ConnectionResetError):
        return 0
    return int(received.split(b" ", 2)[1]) if received else 0


def test_bodies_that_are_held_have_a_bound_and_small_ones_pass(server: Server) -> None:
    port, room = int(server.url.rpartition(":")[2]), HELD // SIZE
    with ExitStack() as open_ones:
        taken = [_all_but_the_end(open_ones, port) for _ in range(room)]
        assert [_status(connection) for connection in taken] == [0] * room
        assert _status(_all_but_the_end(open_ones, port)) in (503, 0)
        small = httpx.post(f"{server.url}/api/backend/events", json={"a": "x" * 1000}, timeout=60)
        assert small.json()["error"]["code"] == "off"
        for connection in taken:
            connection.sendall(b"x")
        assert {_status(connection) for connection in taken} == {401}
    # There is room again.
    assert server.call("POST", "/import", None, content=b"x" * SIZE).status_code == 401


def test_a_file_with_a_name_that_no_file_can_have_is_not_found(server: Server) -> None:
    assert server.http.get(f"/desk/kb/static/{'a' * 600}").status_code == 404


def test_a_body_that_a_call_does_not_take_is_refused(server: Server) -> None:
    for path, size in (("/import", SIZE + 1), ("/articles/x", SMALL + 1), ("/nothing", SMALL + 1)):
        with suppress(httpx.TransportError):  # it may be closed while it is still sending
            assert server.call("POST", path, content=b"x" * size).status_code in (404, 405, 413)
    assert server.http.get("/health/live").status_code == 200
