"""Reports over real HTTP: only what is genuine, fresh, well formed and legal moves an order, and only once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.hotline.tickets.inbox import WINDOW, Inbox, sign
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import settings
from bot.storage import Database
from bot.storage.types import cipher
from channels.backend.api import LONGEST
from tests.bot.hotline.tickets import file, kinds, notices, row_of
from tests.conftest import BACKEND_SECRET, start_service, stop_service

PATH = "/api/backend/events"
UNIT = "莲都区综合行政执法局"


def headers(content: bytes, secret: str = BACKEND_SECRET, shift: int = 0) -> dict[str, str]:
    timestamp = str(int(time.time()) + shift)
    return {"X-Hotline-Timestamp": timestamp, "X-Hotline-Signature": sign(secret, timestamp, content)}


def post(url: str, body: Any, secret: str = BACKEND_SECRET, shift: int = 0) -> httpx.Response:
    """Sends a report (an object, or anything as bytes) as a backend does."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(url + PATH, content=content, headers=headers(content, secret, shift), timeout=60)


@dataclass
class Desk:
    """A running service and its store: `bot relay` needs no language model."""

    store: Database
    url: str

    def post(self, content: bytes, headers: dict[str, str]) -> httpx.Response:
        return httpx.post(self.url + PATH, content=content, headers=headers, timeout=60)

    def send(self, body: Any, secret: str = BACKEND_SECRET, shift: int = 0) -> httpx.Response:
        return post(self.url, body, secret, shift)

    def report(self, number: str, event: str, by: str = "unit", id: str | None = None, **data: Any) -> httpx.Response:
        return self.send({"id": id or f"{number}/{event}", "number": number, "event": event, "by": by, "data": data})


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    # A module that reads the settings while it is collected does so before the tests have a key of their own.
    settings.cache_clear()
    cipher.cache_clear()
    folder = tmp_path_factory.mktemp("relay")
    if request.param == "sqlite":
        store = Database(f"sqlite:///{folder}/hotline.db")
        store.migrate()
    else:
        store = request.getfixturevalue("postgresql_store")
    service = start_service(folder, "relay", BOT_DATABASE_URL=store.url)
    yield Desk(store, service.url)
    stop_service(service)


@pytest.fixture
async def number(desk: Desk) -> str:
    """A case that was dispatched."""
    number = await file(desk.store)
    assert desk.report(number, "dispatched", "hotline", unit=UNIT).status_code == 200
    return number


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """The message of a refusal of this kind."""
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    message: str = answer.json()["error"]["message"]
    return message


# Genuine and fresh ----------------------------------------------------------------------------------------------------


async def test_a_genuine_report_is_applied(desk: Desk, number: str) -> None:
    answer = desk.report(number, "signed")
    assert (answer.status_code, answer.json()) == (200, {"result": "applied"})
    assert (await row_of(desk.store, number)).status == "in_progress"


async def test_a_wrong_signature_is_refused_and_nothing_happens(desk: Desk, number: str) -> None:
    body = {"id": "e", "number": number, "event": "signed", "by": "unit"}
    refused(desk.send(body, secret="a guess"), 401, "bad_signature")
    refused(desk.send(body, secret=""), 401, "bad_signature")
    assert (await row_of(desk.store, number)).status == "dispatched"


@pytest.mark.parametrize("left_out", ["X-Hotline-Timestamp", "X-Hotline-Signature", None])
async def test_without_its_headers_a_report_is_refused(desk: Desk, number: str, left_out: str | None) -> None:
    content = json.dumps({"id": "e", "number": number, "event": "signed", "by": "unit"}).encode()
    sent = {name: value for name, value in headers(content).items() if left_out and name != left_out}
    assert "X-Hotline" in refused(desk.post(content, sent), 401, "bad_signature")
    assert (await row_of(desk.store, number)).status == "dispatched"


@pytest.mark.parametrize("shift", [-WINDOW - 60, WINDOW + 60])
async def test_a_stale_report_and_one_from_the_future_are_refused(desk: Desk, number: str, shift: int) -> None:
    body = {"id": "e", "number": number, "event": "signed", "by": "unit"}
    assert "clock" in refused(desk.send(body, shift=shift), 401, "bad_signature")
    assert (await row_of(desk.store, number)).status == "dispatched"


async def test_a_body_that_was_changed_after_signing_is_refused(desk: Desk, number: str) -> None:
    content = json.dumps({"id": "e", "number": number, "event": "signed", "by": "unit"}).encode()
    changed = content.replace(b"signed", b"closed")
    refused(desk.post(changed, headers(content)), 401, "bad_signature")
    assert desk.post(content, headers(content)).status_code == 200


def test_no_report_is_taken_where_no_secret_is_set(tmp_path: Path) -> None:
    body = {"id": "e", "number": "LS20260309-222222", "event": "signed", "by": "unit"}
    # Set to nothing, as a line of `.env` may do, is as good as not set.
    service = start_service(tmp_path, "relay", BOT_BACKEND_SECRET="")
    try:
        for secret in ("", BACKEND_SECRET):
            assert "BOT_BACKEND_SECRET" in refused(post(service.url, body, secret), 503, "off")
    finally:
        stop_service(service)


# Well formed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half"),
        pytest.param(b"not json", id="text"),
        pytest.param(b'{"id": "\xff"}', id="no UTF-8"),
        pytest.param(b"[" * 20000, id="deep"),
    ],
)
def test_what_is_no_json_is_refused(desk: Desk, content: bytes) -> None:
    refused(desk.send(content), 400, "bad_json")


@pytest.mark.parametrize("body", [[], "text", 7, None, [{"id": "e"}]])
def test_json_that_is_no_object_is_refused(desk: Desk, body: Any) -> None:
    assert "object" in refused(desk.send(body), 422, "bad_report")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": None}, "id"),
        ({"id": "x" * 129}, "id"),
        ({"id": "e\0"}, "NUL"),
        ({"number": 7}, "number"),
        ({"event": "blown_up"}, "event"),
        ({"event": "rated", "by": "requester", "data": {"rating": "satisfied"}}, "event"),
        ({"by": "requester"}, "by unit"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-08-03T09:30:00"}, "offset"),
        ({"who": ["a"]}, "who"),
        ({"who": "坐" * 65}, "who"),
        ({"data": "text"}, "data"),
        ({"data": {"text": ""}}, "data.text"),
        ({"event": "dispatched", "by": "hotline", "data": {"unit": "局" * 65}}, "data.unit"),
    ],
)
async def test_a_report_with_a_bad_field_is_refused_with_what_to_mend(
    desk: Desk, number: str, change: dict[str, Any], told: str
) -> None:
    plain = {"id": f"{number}/e", "number": number, "event": "replied", "by": "unit", "data": {"text": "已修好"}}
    before = await kinds(desk.store, number)
    assert told in refused(desk.send({**plain, **change}), 422, "bad_report")
    assert await kinds(desk.store, number) == before


def test_a_report_that_is_too_large_is_refused(desk: Desk) -> None:
    refused(desk.send(b'{"id": "' + b"x" * LONGEST + b'"}'), 413, "too_large")


def test_other_methods_are_refused(desk: Desk) -> None:
    assert httpx.get(desk.url + PATH).status_code == 405


# Known, new and legal -------------------------------------------------------------------------------------------------


def test_an_unknown_number_is_told(desk: Desk) -> None:
    assert "LS20260309-222222" in refused(desk.report("ls20260309-222222", "signed"), 404, "unknown_number")


async def test_a_report_that_is_sent_again_does_nothing_and_says_so(desk: Desk, number: str) -> None:
    content = json.dumps({"id": f"{number}/1", "number": number, "event": "signed", "by": "unit"}).encode()
    recorded = headers(content)
    assert desk.post(content, recorded).status_code == 200
    for _ in range(2):
        assert f"{number}/1" in refused(desk.post(content, recorded), 409, "applied_before")
    assert (await kinds(desk.store, number)).count("signed") == 1


async def test_the_same_report_twice_at_the_same_moment_is_applied_once(desk: Desk, number: str) -> None:
    content = json.dumps(
        {"id": f"{number}/1", "number": number, "event": "supervised", "by": "hotline", "data": {"ground": "other"}}
    ).encode()
    async with httpx.AsyncClient(base_url=desk.url, timeout=60) as http:
        answers = await asyncio.gather(*(http.post(PATH, content=content, headers=headers(content)) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert (await kinds(desk.store, number)).count("supervised") == 1


async def test_an_illegal_move_is_refused_with_its_reason_and_can_be_mended_with_the_same_id(
    desk: Desk, number: str
) -> None:
    desk.report(number, "signed")
    bad = desk.report(number, "extended", id=f"{number}/e", reason="等检测结果", due_date="2020-01-01")
    assert "due_date_not_later" in refused(bad, 409, "illegal_move")
    mended = desk.report(number, "extended", id=f"{number}/e", reason="等检测结果", due_date="2099-12-31")
    assert (mended.status_code, mended.json()) == (200, {"result": "applied"})
    assert (await row_of(desk.store, number)).status == "extended"


async def test_an_event_for_a_withdrawn_order_is_refused(desk: Desk, number: str) -> None:
    await WorkOrders(desk.store).withdraw(number)
    assert "withdrawn" in refused(desk.report(number, "signed"), 409, "illegal_move")


async def test_a_life_that_comes_backwards_ends_like_the_one_in_order(desk: Desk) -> None:
    number = await file(desk.store)
    for event, by, data in (
        ("closed", "unit", {}),
        ("replied", "unit", {"text": "已经修好"}),
        ("signed", "unit", {}),
    ):
        answer = desk.report(number, event, by, **data)
        assert (answer.status_code, answer.json()) == (202, {"result": "waiting"})
    listed = [item["kind"] for item in await Inbox(desk.store).waiting() if item["number"] == number]
    assert listed == ["closed", "replied", "signed"]
    assert desk.report(number, "dispatched", "hotline", unit=UNIT).json() == {"result": "applied"}
    assert (await kinds(desk.store, number))[2:] == ["dispatched", "signed", "replied", "closed"]
    assert (await row_of(desk.store, number)).status == "closed"
    assert [kind for kind, _ in await notices(desk.store, number)] == ["dispatched", "replied", "closed"]


def test_reports_are_counted_for_the_dashboard_by_what_became_of_them(desk: Desk) -> None:
    def counted() -> str:
        lines = httpx.get(f"{desk.url}/metrics").text.splitlines()
        return next(
            (line for line in lines if line.startswith("hotline_backend_events_total{") and "bad_json" in line), ""
        )

    desk.send(b"{")
    before = float(counted().split()[-1])
    desk.send(b"{")
    assert float(counted().split()[-1]) == before + 1
