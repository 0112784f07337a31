"""Calls of the open interface and their answers, and classes that ask for different things."""

from __future__ import annotations

from xml.etree import ElementTree

import httpx

from bot.hotline.catalogue import catalogue
from tests.channels.open311.conftest import NOISE, Server

TIMED = next(entry for entry in catalogue().entries.values() if entry.needs_time == "required")
PLACED = catalogue().by_code(NOISE)
FREE = next(e for e in catalogue().entries.values() if (e.needs_location, e.needs_time) == ("no", "no"))


def xml(answer: httpx.Response, status: int = 200) -> ElementTree.Element:
    """The root of an answer in XML."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def error(answer: httpx.Response, status: int) -> str:
    """What an answer says that went wrong."""
    assert answer.status_code == status, answer.text
    [problem] = answer.json()
    assert problem["code"] == status
    return str(problem["description"])


def told(server: Server, number: str, update_id: str, key: str = "k-city", **fields: str) -> httpx.Response:
    """Sends an update of an order."""
    form = {"api_key": key, "service_request_id": number, "update_id": update_id}
    return server.http.post("/servicerequestupdates.json", data={**form, **fields})
