"""What answers tell the browser, also without a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from bot.app.service import create_service
from bot.storage import database
from bot.storage.tables import Base
from channels.kb.page import desk
from channels.web.page import page
from tests.ports import free_port
from tests.tools.wechat_standin.serving import served

_names = count()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    Base.metadata.create_all(database().engine)
    app = create_service(f"headers_{next(_names)}")
    app.blueprint(page)
    app.blueprint(desk)
    with served(app, free_port()) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def test_no_browser_guesses_a_type(http: httpx.Client) -> None:
    for path in ("/", "/desk/kb/", "/static/api.js", "/nothing", "/health/live", "/open311/v2/services.json"):
        assert http.get(path).headers["X-Content-Type-Options"] == "nosniff", path


def test_no_browser_and_no_proxy_keeps_data(http: httpx.Client) -> None:
    for path in ("/nothing", "/health/live", "/open311/v2/services.json"):
        assert http.get(path).headers["Cache-Control"] == "no-store", path
    assert "no-store" not in http.get("/static/api.js").headers.get("Cache-Control", ""), "scripts may be kept"


def test_a_page_loads_only_what_is_ours(http: httpx.Client) -> None:
    for path in ("/", "/desk/kb/"):
        policy = http.get(path).headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK"])
def test_nothing_is_sent_back_for_tracing(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/health/live", headers={"X-Secret": "not to be seen"})
    assert 400 <= answer.status_code < 500 and "not to be seen" not in answer.text
