"""Who tries keys is stopped after a few; keys that could be guessed are refused at start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from bot.settings import Settings
from tests.conftest import BACKEND_SECRET, start_service, stop_service
from tests.e2e.conftest import signed
from tests.ports import free_port

GOOD = "a-key-of-sixteen-signs-or-more"
LIMIT = 5


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    service = start_service(
        tmp_path,
        "relay",
        BOT_RATE_LIMIT="60/minute",
        BOT_WRONG_KEY_LIMIT=f"{LIMIT}/hour",
        BOT_TRUSTED_PROXIES="127.0.0.1",
        BOT_OPEN311_KEYS=f"city:{GOOD}:read",
    )
    yield service.url
    stop_service(service)


def reads(url: str, key: str, address: str, format: str = "json") -> httpx.Response:
    headers = {"X-API-Key": key, "X-Forwarded-For": address}
    return httpx.get(f"{url}/open311/v2/requests.{format}", headers=headers, timeout=60)


def reports(url: str, secret: str, address: str) -> httpx.Response:
    body, headers = signed({"id": "1", "number": "LS20260309-222222", "event": "signed", "by": "unit"}, secret)
    return httpx.post(f"{url}/api/backend/events", content=body, headers={**headers, "X-Forwarded-For": address})


def test_after_a_few_wrong_keys_an_address_is_not_listened_to_for_a_while(url: str) -> None:
    assert reads(url, GOOD, "203.0.113.7").status_code == 200
    assert [reads(url, f"guess {n}", "203.0.113.7").status_code for n in range(LIMIT)] == [403] * LIMIT
    stopped = reads(url, GOOD, "203.0.113.7")
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 0
    assert stopped.json()[0]["code"] == 429
    assert "<errors>" in reads(url, GOOD, "203.0.113.7", "xml").text
    assert reads(url, GOOD, "203.0.113.8").status_code == 200, "others are not held up"
    assert reports(url, BACKEND_SECRET, "203.0.113.7").status_code == 429


def test_wrong_signatures_of_reports_are_stopped_too(url: str) -> None:
    assert [reports(url, "wrong", "203.0.113.7").status_code for _ in range(LIMIT)] == [401] * LIMIT
    assert reports(url, BACKEND_SECRET, "203.0.113.7").json()["error"]["code"] == "too_many_wrong_keys"
    assert reports(url, BACKEND_SECRET, "203.0.113.9").status_code == 404


def test_right_keys_are_never_counted(url: str) -> None:
    assert {reads(url, GOOD, "203.0.113.7").status_code for _ in range(3 * LIMIT)} == {200}


def test_half_an_emoji_in_a_report_is_no_fault_of_the_service(url: str) -> None:
    report = {"id": "\ud83d", "number": "\ude00", "event": "signed", "by": "unit", "data": {"text": "\ud83d"}}
    body, headers = signed(report, BACKEND_SECRET)
    assert b"\\ud83d" in body and json.loads(body) == report
    answer = httpx.post(f"{url}/api/backend/events", content=body, headers=headers)
    assert answer.status_code == 422


def test_a_key_that_could_be_guessed_stops_the_start(tmp_path: Path) -> None:
    keys = f"city:{GOOD}:read,other:{'k' * 15}:file"
    env = {
        "BOT_DATA_DIR": str(tmp_path),
        "BOT_PORT": str(free_port()),
        "BOT_KEY_LENGTH": "16",
        "BOT_OPEN311_KEYS": keys,
    }
    bot = Path(sys.executable).with_name("bot")
    ended = subprocess.run([bot, "relay"], env={**os.environ, **env}, capture_output=True, text=True, timeout=120)
    assert ended.returncode != 0 and "k" * 15 not in ended.stderr
    assert "the key of other in BOT_OPEN311_KEYS has fewer than 16 characters" in ended.stderr


def test_a_secret_of_the_backend_that_could_be_guessed_is_refused(environment: Callable[..., Settings]) -> None:
    with pytest.raises(ValidationError, match="BOT_BACKEND_SECRET has fewer than 16 characters"):
        environment(BOT_KEY_LENGTH="16", BOT_BACKEND_SECRET="s" * 15)
    assert environment(BOT_BACKEND_SECRET="").backend_secret is not None, "an empty one turns the interface off"
