"""A service that never has time to read: danger is heard all the same, and a matter is taken as it was said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import start_service, stop_service

MATTER = "莲都区丽阳街123号的路灯坏了，晚上很黑"


@pytest.fixture(scope="module")
def client(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    running = start_service(tmp_path_factory.mktemp("hurried"), BOT_READING_SECONDS="0")
    try:
        with httpx.Client(base_url=running.url, timeout=60, trust_env=False) as http:
            yield http
    finally:
        stop_service(running)


class Person:
    """Somebody with a session of their own."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        token = http.post("/api/web/session").json()["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def says(self, **body: str) -> list[dict[str, object]]:
        answer = self._http.post("/api/web/message", json=body, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])


def test_danger_is_heard(client: httpx.Client) -> None:
    assert "119" in str(Person(client).says(text="救命着火了")[0]["text"])


def test_a_matter_is_taken_as_it_was_said(client: httpx.Client) -> None:
    person = Person(client)
    [asked] = person.says(text=MATTER)
    assert "没来得及细看" in str(asked["text"])
    buttons = asked["buttons"]
    assert isinstance(buttons, list)
    file = next(button for button in buttons if "file_last" in button["payload"])
    person.says(button=file["payload"])
    told = ""
    for answer in ("丽阳街123号", "昨天晚上", "跳过", "跳过", "跳过"):
        told += str(person.says(text=answer))
    assert MATTER in told
