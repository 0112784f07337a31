"""A citizen who talks to the running service over HTTP."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from bot.hotline.tickets.inbox import sign
from tests.conftest import BACKEND_SECRET, Service


class Citizen:
    """One session. ``last`` is the last answer."""

    def __init__(self, service: Service) -> None:
        self.http = httpx.Client(base_url=f"{service.url}/api/web", timeout=60)
        opened = self.http.post("/session", json={}).json()
        self.http.headers["Authorization"] = f"Bearer {opened['token']}"
        self.last: dict[str, Any] = opened
        self.had: dict[str, str] = {}

    def says(self, text: str, **extra: Any) -> dict[str, Any]:
        return self._post({"text": text, **extra})

    def presses(self, title: str) -> dict[str, Any]:
        buttons = [button for message in self.last["messages"] for button in message["buttons"]]
        payload = next(button["payload"] for button in buttons if button["title"] == title)
        return self._post({"button": payload})

    def reads(self) -> str:
        """Everything that the last answer says."""
        return "\n".join(message["text"] for message in self.last["messages"])

    def links(self) -> list[str]:
        return [link["url"] for message in self.last["messages"] for link in message["links"]]

    def titles(self) -> list[str]:
        return [button["title"] for message in self.last["messages"] for button in message["buttons"]]

    def source(self) -> dict[str, str] | None:
        return next((message["source"] for message in self.last["messages"] if message["source"]), None)

    def orders(self) -> list[dict[str, Any]]:
        orders: list[dict[str, Any]] = self.http.get("/workorders").json()
        return orders

    def files(self, text: str, contact: str = "王芳 13812345678") -> dict[str, Any]:
        """Files a matter that needs nothing but a contact, and returns its order."""
        self.says(text)
        self.says(contact)
        self.says("对")
        return self.orders()[0]

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        response = self.http.post("/message", json=body)
        assert response.status_code == 200, response.text
        self.last = response.json()
        return self.last


def signed(report: dict[str, Any], secret: str) -> tuple[bytes, dict[str, str]]:
    """A report's body and the headers that prove where it comes from."""
    body, now = json.dumps(report).encode(), str(int(time.time()))
    return body, {"X-Hotline-Timestamp": now, "X-Hotline-Signature": sign(secret, now, body)}


class TicketSystem:
    """The city's ticket system, which reports to the service what happened to a case."""

    def __init__(self, service: Service) -> None:
        self.http = httpx.Client(base_url=service.url, timeout=60)
        self.count = 0

    def reports(self, number: str, event: str, by: str = "unit", **data: Any) -> httpx.Response:
        self.count += 1
        return self.posts({"id": f"{number}-{self.count}", "number": number, "event": event, "by": by, "data": data})

    def posts(self, report: dict[str, Any], secret: str = BACKEND_SECRET) -> httpx.Response:
        body, headers = signed(report, secret)
        return self.http.post("/api/backend/events", content=body, headers=headers)

    def closes(self, number: str, reply: str) -> None:
        """Brings a fresh order through its life up to the closing."""
        unit = "莲都区综合行政执法局"
        for event, by, data in (
            ("dispatched", "hotline", {"unit": unit}),
            ("signed", "unit", {}),
            ("replied", "unit", {"text": reply}),
            ("closed", "unit", {}),
        ):
            answer = self.reports(number, event, by, **data)
            assert answer.json() == {"result": "applied"}, answer.text


def notices(citizen: Citizen, wanted: int) -> list[dict[str, Any]]:
    """The next notices that come over the citizen's stream of events; like the page, it says which it has had."""
    found: list[dict[str, Any]] = []
    with citizen.http.stream("GET", "/events", headers=citizen.had, timeout=30) as stream:
        for line in stream.iter_lines():
            if line.startswith("id:"):
                citizen.had = {"Last-Event-ID": line[3:].strip()}
            if line.startswith("data:"):
                event = json.loads(line[5:])
                found += [event] if event["messages"] else []
            if len(found) == wanted:
                break
    return found


@pytest.fixture
def ticket_system(service: Service) -> TicketSystem:
    return TicketSystem(service)


@pytest.fixture
def citizen(service: Service) -> Citizen:
    return Citizen(service)


@pytest.fixture
def another(service: Service) -> Citizen:
    return Citizen(service)
