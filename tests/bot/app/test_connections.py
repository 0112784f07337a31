"""Whatever comes over a connection: it is answered or closed, nothing breaks, and the next is served."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from bot.app.connections import SMALL
from bot.hotline.tickets.inbox import sign
from tests.conftest import BACKEND_SECRET, Service, start_service, stop_service

PATIENCE = 20
"""Seconds that an answer may take on a loaded machine; what freezes takes for ever."""
CONNECTIONS = 40
END = b"\r\nHost: hotline\r\n\r\n"


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service without its model: the same server, the same limits."""
    running = start_service(
        tmp_path_factory.mktemp("connections"),
        "relay",
        BOT_OPEN311_KEYS="city:k-city:file+read",
        BOT_CONNECTIONS=str(CONNECTIONS),
    )
    yield running
    stop_service(running)


def _connect(service: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2])), timeout=PATIENCE)


def _sent(service: Service, data: bytes) -> tuple[int, bytes]:
    """Status of the first answer to these bytes (0: closed without one), and everything that came until the end."""
    received = b""
    with _connect(service) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return int(received.split(b" ", 2)[1]) if received else 0, received


def _post(*headers: bytes, body: bytes = b"{}", target: bytes = b"/api/backend/events") -> bytes:
    return b"\r\n".join((b"POST " + target + b" HTTP/1.1", b"Host: hotline", *headers)) + b"\r\n\r\n" + body


def _get(target: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"GET " + target + b" HTTP/1.1", b"Host: hotline", *headers)) + b"\r\n\r\n"


BAD = {
    "negative length": _get(b"/health/live", b"Content-Length: -1"),
    "signed length": _post(b"Content-Length: +2"),
    "length with underscore": _post(b"Content-Length: 0_2"),
    "length in words": _post(b"Content-Length: two"),
    "no length": _post(b"Content-Length:"),
    "length in other digits": _post("Content-Length: ２".encode()),
    "superscript length": _post("Content-Length: ²".encode()),
    "length of many digits": _post(b"Content-Length: " + b"9" * 5000),
    "length of more than there is": _post(b"Content-Length: 999999999999"),
    "two lengths": _post(b"Content-Length: 2", b"Content-Length: 2"),
    "two lengths in one": _post(b"Content-Length: 2, 2"),
    "length and encoding": _post(b"Content-Length: 2", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "encoding and length": _post(b"Transfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n"),
    "two encodings": _post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    "unknown encoding": _post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "encoding in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "space before the colon": _post(b"Content-Length : 2"),
    "folded header": _post(b"X-Long: a", b" Content-Length: 2"),
    "line feed alone": _post(b"X: a\nContent-Length: 2"),
    "return alone": _post(b"X: a\rContent-Length: 2"),
    "no colon": _post(b"Content-Length"),
    "no name": _post(b": 2"),
    "null in a header": _get(b"/health/live", b"X: \0"),
    "header that is no UTF-8": _get(b"/health/live", b"Authorization: Bearer \xff\xfe"),
    "negative chunk": _post(b"Transfer-Encoding: chunked", body=b"-1\r\n\r\n"),
    "chunk in words": _post(b"Transfer-Encoding: chunked", body=b"zz\r\n\r\n"),
    "endless chunk size": _post(b"Transfer-Encoding: chunked", body=b"0" * 5000),
    "chunks with a trailer": _post(b"Transfer-Encoding: chunked", body=b"0\r\nX: y\r\n\r\n"),
    "too many chunks": _post(b"Transfer-Encoding: chunked", body=b"fff\r\n" + b"x" * 4095 + b"\r\n" + b"ffff\r\n"),
    "long header": _get(b"/health/live", b"X: " + b"a" * 9000),
    "endless header": b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000,
    "many headers": _get(b"/health/live", *(b"X-%d: y" % i for i in range(300))),
    "long target": _get(b"/" + b"a" * 6000),
    "endless target": b"GET /" + b"a" * 100_000,
    "null in the path": _get(b"/health/%00"),
    "null in a static path": _get(b"/desk/kb/static/%00"),
    "line feed in the path": _get(b"/open311/v2/requests/%0a.json?api_key=k-city"),
    "path that is no ASCII": _get("/投诉".encode()),
    "absolute target": _get(b"http://elsewhere/health/live"),
    "no target": b"GET" + END,
    "two spaces": b"GET  /health/live HTTP/1.1" + END,
    "unknown version": b"GET /health/live HTTP/3.0" + END,
    "old version": b"GET /health/live" + END,
    "no method": b" /health/live HTTP/1.1" + END,
    "long method": b"A" * 3000 + b" / HTTP/1.1" + END,
    "unknown method": b"BREW /health/live HTTP/1.1" + END,
    "no host": b"GET /health/live HTTP/1.1\r\n\r\n",
    "two hosts": _get(b"/health/live", b"Host: elsewhere"),
    "strange host": b"GET /open311/discovery.json HTTP/1.1\r\nHost: a b\"'<>\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "no HTTP, ended": bytes(range(256)) + b"\r\n\r\n",
    "broken query": _get(b"/open311/v2/requests.json?%zz=%ff&&=&api_key=%ff"),
    "many fields": _get(b"/open311/v2/requests.json?" + b"&".join([b"a=1"] * 900)),
    "large body": _post(b"Content-Length: %d" % (SMALL + 1), body=b"x" * (SMALL + 1)),
    "large body for nobody": _post(b"Content-Length: 99999999", target=b"/nothing"),
    "form without boundary": _post(
        b"Content-Type: multipart/form-data", b"Content-Length: 2", target=b"/open311/v2/requests.json"
    ),
    "form that is none": _post(
        b"Content-Type: multipart/form-data; boundary=x",
        b"Content-Length: 9",
        body=b"--x\r\n\r\n--",
        target=b"/open311/v2/requests.json",
    ),
    "unknown expectation": _post(b"Expect: miracle", b"Content-Length: 2"),
    "directory": _get(b"/desk/kb/static/"),
    "directory above": _get(b"/desk/kb/static/../../../../etc/passwd"),
    "directory above, disguised": _get(b"/desk/kb/static/%2e%2e/%2e%2e/%2e%2e/bot/settings.py"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_refused_or_closed_and_the_next_is_served(relay: Service, name: str) -> None:
    status, received = _sent(relay, BAD[name])
    assert status == 0 or 400 <= status < 500, received[:500]
    assert received.count(b"HTTP/1.1 ") <= 1, "two requests were seen in one"
    assert httpx.get(f"{relay.url}/health/live", timeout=PATIENCE).json() == {"status": "live"}


def test_what_is_too_large_to_be_read_is_refused_with_the_emergency_lines(relay: Service) -> None:
    size = b"Content-Length: %d" % (SMALL + 1)
    _, received = _sent(relay, _post(size, body=b"x" * SMALL, target=b"/open311/v2/requests.json"))
    answer = json.loads(received.partition(b"\r\n\r\n")[2])["error"]
    assert answer["code"] == "too_large"
    assert all(line in answer["message"] for line in ("110", "119", "120", "122"))


@pytest.mark.parametrize("deep", [b"[" * 30_000, b'{"a":' * 10_000, b"[" * 30_000 + b"]" * 30_000])
def test_deep_json_is_refused(relay: Service, deep: bytes) -> None:
    now = str(int(time.time()))
    headers = {"X-Hotline-Timestamp": now, "X-Hotline-Signature": sign(BACKEND_SECRET, now, deep)}
    answer = httpx.post(f"{relay.url}/api/backend/events", content=deep, headers=headers, timeout=PATIENCE)
    assert 400 <= answer.status_code < 500, answer.text[:200]


def test_two_requests_in_one_go_get_two_answers(relay: Service) -> None:
    status, received = _sent(relay, _get(b"/health/live") * 2)
    assert status == 200 and received.count(b"HTTP/1.1 200") == 2


def test_a_body_in_chunks_is_read(relay: Service) -> None:
    body = b'4\r\n{"a"\r\n3\r\n: 1\r\n1\r\n}\r\n0\r\n\r\n'
    status, received = _sent(relay, _post(b"Transfer-Encoding: chunked", body=body))
    assert status == 401, received


def _drip(service: Service, start: bytes) -> tuple[int, bool]:
    """Sends a byte now and then: the status of the answer (0: none), and whether the connection was ended."""
    with _connect(service) as connection:
        connection.sendall(start)
        connection.settimeout(0.5)
        for _ in range(4 * PATIENCE):
            try:
                received = connection.recv(65536)
                return (int(received.split(b" ", 2)[1]) if received else 0), True
            except TimeoutError:
                connection.sendall(b"a")
            except (ConnectionResetError, BrokenPipeError):
                return 0, True
    return 0, False


def test_what_comes_byte_by_byte_is_given_up(relay: Service) -> None:
    """A byte now and then keeps no connection: neither in the headers nor in the body."""
    starts = [b"GET /health/live HTTP/1.1\r\nX: ", _post(b"Content-Length: 60000", body=b"{")]
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(lambda start: _drip(relay, start), starts))
    assert [status for status, _ in ended] == [408, 408]


def test_silent_connections_make_room_for_others(relay: Service) -> None:
    with ExitStack() as silent:
        for _ in range(2 * CONNECTIONS):
            silent.enter_context(_connect(relay))
        assert httpx.get(f"{relay.url}/health/live", timeout=PATIENCE).status_code == 200


def test_connections_that_are_busy_are_bounded_and_let_go(relay: Service) -> None:
    with ExitStack() as busy:
        for _ in range(2 * CONNECTIONS):
            busy.enter_context(_connect(relay)).sendall(b"GET / HTTP/1.1\r\nX:")
        deadline = time.monotonic() + 4 * PATIENCE
        while time.monotonic() < deadline:
            try:
                assert httpx.get(f"{relay.url}/health/live", timeout=PATIENCE).status_code == 200
                break
            except httpx.TransportError:
                pass
        else:
            raise AssertionError("those that were busy kept everybody else out")
