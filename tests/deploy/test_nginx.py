"""Through deploy/nginx.conf: the same attacks as without it, and nothing that citizens need gets lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from bot.dialogue.lifelines import lifelines
from bot.dialogue.wording import say
from tests.bot.app.test_connections import BAD
from tests.conftest import Service, start_service, stop_service
from tests.deploy.conftest import BUSY, NAME, PATIENCE, Proxy, nginx
from tests.e2e.conftest import Citizen
from tests.ports import free_port
from tests.uploads import MP4

MEGABYTE = 1024 * 1024
KEY = "a-key-of-sixteen-signs-or-more"
LINES = ("110", "119", "120", "122")
WRONG_KEYS = 3
PLAIN = {"two spaces", "line feed alone"}
"""What nginx reads as the standard allows, and passes on in plain form."""


def _port(service: Service) -> int:
    return int(service.url.rpartition(":")[2])


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """In front of the service without its model."""
    running = start_service(
        tmp_path_factory.mktemp("relay"),
        "relay",
        BOT_OPEN311_KEYS=f"city:{KEY}:file+read",
        BOT_TRUSTED_PROXIES="127.0.0.1",
        BOT_RATE_LIMIT="60/minute",
        BOT_WRONG_KEY_LIMIT=f"{WRONG_KEYS}/hour",
    )
    with nginx(tmp_path_factory.mktemp("nginx"), _port(running)) as proxy:
        yield proxy
    stop_service(running)


@pytest.fixture(scope="module")
def whole(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """In front of the whole service."""
    with nginx(tmp_path_factory.mktemp("nginx"), _port(service)) as proxy:
        yield proxy


@pytest.fixture
def citizen(whole: Proxy, service: Service) -> Citizen:
    """A citizen who comes through the proxy."""
    made = Citizen(service)
    http = whole.client()
    http.base_url = http.base_url.join("/api/web")
    http.headers["Authorization"] = made.http.headers["Authorization"]
    made.http = http
    return made


def _sent(proxy: Proxy, data: bytes) -> tuple[int, bytes]:
    """Status of the first answer (0: closed without one), and everything that came."""
    received = b""
    with proxy.connect() as connection:
        connection.settimeout(PATIENCE)
        with suppress(OSError):  # closed while it was still sent: a reset, or what TLS says of one
            connection.sendall(data)
        with suppress(OSError):
            # Who sends half a request and is silent is closed by the clock; what was answered is there before.
            connection.settimeout(3)
            while piece := connection.recv(65536):
                received += piece
    return int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/1.1 ") else 0, received


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_refused_or_closed_and_the_next_is_served(relay: Proxy, name: str) -> None:
    status, received = _sent(relay, BAD[name])
    # 501 and 505: nginx's words for an encoding and a version that it does not know.
    assert status in (0, 501, 505) or 400 <= status < 500 or (name in PLAIN and status == 200), received[:500]
    assert received.count(b"HTTP/1.1 ") <= 1, "two requests were seen in one"
    assert relay.client().get("/health/live").json() == {"status": "live"}


def test_headers_that_come_byte_by_byte_are_given_up(relay: Proxy) -> None:
    with relay.connect() as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nX: ")
        connection.settimeout(0.5)
        for _ in range(4 * PATIENCE):
            try:
                connection.recv(65536)
                return
            except TimeoutError:
                with suppress(OSError):
                    connection.sendall(b"a")
            except OSError:
                return
    raise AssertionError("the connection was kept")


def test_one_address_with_many_requests_under_way_keeps_nobody_else_out(relay: Proxy) -> None:
    half = f"POST /api/web/message HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 100\r\n\r\n".encode()
    with ExitStack() as busy:
        for _ in range(BUSY + 5):
            busy.enter_context(relay.connect()).sendall(half)
        refused = relay.client().get("/")
        assert refused.status_code == 429
        assert all(line in refused.json()["error"]["message"] for line in LINES)
        assert relay.client("127.0.0.2").get("/health/live").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/health",
        "/health/ready",
        "/health/ready/",
        "//metrics",
        "/%6detrics",
        "/a/../metrics",
        "/metrics/..%2fx",
        "/openapi.json",
        "/metrics/%2e%2e/metrics",
    ],
)
def test_what_is_for_the_operator_is_not_public(relay: Proxy, path: str) -> None:
    status, received = _sent(relay, f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
    assert status == 404, received[:300]


def test_the_editors_desk_is_for_the_networks_of_the_units(whole: Proxy) -> None:
    for path in ("/desk/kb/", "/desk/kb/static/api.js", "/api/kb/me", "//api/kb/me", "/x/../api/kb/articles:batch"):
        with whole.connect("127.0.0.2") as stranger:
            stranger.sendall(f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\nX-Forwarded-For: 10.1.1.1\r\n\r\n".encode())
            assert stranger.recv(4096).split(b" ", 2)[1] == b"403", path
    assert whole.client().get("/desk/kb/").status_code == 200
    assert whole.client().get("/api/kb/me").status_code == 401


def test_the_service_sees_who_called_and_not_who_he_says_he_is(relay: Proxy) -> None:
    """Whoever tries keys is stopped by the own address, whatever is claimed, and nobody else is."""
    guesser, other = relay.client("127.0.0.3"), relay.client("127.0.0.4")
    for count in range(WRONG_KEYS):
        claimed = {"X-API-Key": f"guess {count}", "X-Forwarded-For": f"203.0.113.{count}"}
        assert guesser.get("/open311/v2/requests.json", headers=claimed).status_code == 403
    right = {"X-API-Key": KEY}
    assert (
        guesser.get("/open311/v2/requests.json", headers={**right, "X-Forwarded-For": "127.0.0.1"}).status_code == 429
    )
    assert other.get("/open311/v2/requests.json", headers=right).status_code == 200


def test_every_answer_tells_the_browser_what_it_may_do(whole: Proxy) -> None:
    http = whole.client()
    for path in ("/", "/static/api.js", "/api/web/workorders", "/w/none", "/nothing", "/metrics", "/desk/kb/"):
        headers = http.get(path).headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert len(headers.get_list("Content-Security-Policy")) == 1, path
        for part in ("frame-ancestors 'none'", "base-uri 'none'"):
            assert part in headers["Content-Security-Policy"], path
        assert "nginx/" not in headers["Server"], path
    assert "default-src 'self'" in http.get("/").headers["Content-Security-Policy"]


def test_only_pages_that_people_open_lead_to_tls(relay: Proxy) -> None:
    http = relay.client(plain=True)
    assert http.get("/").headers["Location"] == f"https://{NAME}/"
    assert http.get("/w/abc").headers["Location"] == f"https://{NAME}/w/abc"
    assert http.post("/api/web/message", json={"text": "x"}).status_code == 403
    assert http.get("/open311/v2/requests.json").status_code == 403


def test_another_name_gets_nothing(relay: Proxy) -> None:
    with relay.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")
        received = connection.recv(65536)
        assert not received or received.split(b" ", 2)[1] == b"421"


def test_the_log_holds_no_keys_and_no_signed_links(relay: Proxy) -> None:
    http = relay.client("127.0.0.5")
    http.get("/open311/v2/requests.json?api_key=a-secret-key")
    http.get("/w/a-signed-link")
    http.get("/w/mine/a-signed-link")
    assert "/open311/v2/requests.json" in relay.log() and '"path":"/w/..."' in relay.log()
    assert "a-secret-key" not in relay.log() and "a-signed-link" not in relay.log()
    assert [json.loads(line)["status"] for line in relay.log().splitlines()]


def test_an_emergency_is_answered(citizen: Citizen) -> None:
    answer = citizen.says("救命，厨房着火了，火很大")
    assert "119" in answer["messages"][0]["text"]


def test_what_is_too_long_for_the_proxy_is_refused_with_the_emergency_lines(citizen: Citizen) -> None:
    answer = citizen.http.post("/message", json={"text": "救命着火了" + "啊" * 100_000})
    assert answer.status_code == 413 and answer.headers["Content-Type"] == "application/json"
    error = answer.json()["error"]
    assert error == {"code": "too_large", "message": lifelines(None).beside(say("web.body_too_large"))}


def test_what_does_not_reach_the_service_is_refused_with_the_emergency_lines(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with nginx(tmp_path_factory.mktemp("alone"), free_port()) as proxy:
        answer = proxy.client().post("/api/web/message", json={"text": "着火了"})
    assert answer.status_code == 503
    error = answer.json()["error"]
    assert error == {"code": "unavailable", "message": lifelines(None).beside(say("gate.unavailable"))}


def test_events_come_at_once(citizen: Citizen) -> None:
    with citizen.http.stream("GET", "/events") as stream:
        lines = (line for line in stream.iter_lines() if line)
        assert json.loads(next(lines).removeprefix("data:")) == {"messages": [], "state": "bot"}
        assert next(lines) == ": still here", "a sign of life comes while the stream is open"


def test_an_upload_of_10_mb_passes_and_one_of_30_mb_is_refused(citizen: Citizen, whole: Proxy) -> None:
    film = MP4 + bytes(10 * MEGABYTE - len(MP4))
    assert citizen.http.post("/media", files={"file": ("a.mp4", film, "video/mp4")}).json()["media_id"]
    refused = citizen.http.post("/media", files={"file": ("a.mp4", film * 3, "video/mp4")})
    assert refused.status_code == 413
    assert refused.json()["error"]["code"] == "too_large"
    # Nothing of an upload lies unencrypted on the proxy's disk.
    assert list((whole.folder / "body").iterdir()) == []


def test_the_other_doors_are_open(whole: Proxy, service: Service) -> None:
    http = whole.client("127.0.0.2")
    for path in (
        "/",
        "/static/api.js",
        "/open311/discovery.json",
        "/open311/v2/services.json",
        "/webhooks/wechat/webhook",
    ):
        direct = httpx.get(f"{service.url}{path}")
        assert http.get(path).status_code == direct.status_code, path
    assert http.get("/open311/v2/services.json").json()
    assert http.post("/api/backend/events", json={}).status_code == 401
