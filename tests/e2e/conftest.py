"""A citizen who talks to the running service over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conftest import Service


class Citizen:
    """One session. ``last`` is the last answer."""

    def __init__(self, service: Service) -> None:
        self.http = httpx.Client(base_url=f"{service.url}/api/web", timeout=60)
        opened = self.http.post("/session", json={}).json()
        self.http.headers["Authorization"] = f"Bearer {opened['token']}"
        self.last: dict[str, Any] = opened

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


@pytest.fixture
def citizen(service: Service) -> Citizen:
    return Citizen(service)


@pytest.fixture
def another(service: Service) -> Citizen:
    return Citizen(service)
