"""A disk that takes nothing more: refusals are honest, and help is named."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from bot.dialogue.wording import say
from tests.conftest import Service, start_service, stop_service
from tests.e2e.conftest import Citizen
from tests.e2e.test_page import FLAGS
from tests.uploads import MP4

FULL, FREE = (0, resource.RLIM_INFINITY), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@pytest.fixture(scope="module")
def alone(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own, as its disk is going to be full."""
    running = start_service(tmp_path_factory.mktemp("alone"))
    yield running
    stop_service(running)
    assert running.process.returncode == 0


@pytest.fixture
def emptied(alone: Service) -> Iterator[Service]:
    """The service, whose disk has space again after the test."""
    yield alone
    fill(alone, False)


def fill(service: Service, full: bool = True) -> None:
    """From now on, no file of the service grows: every write fails."""
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, FULL if full else FREE)


def eventually(service: Service, status: int) -> Any:
    """The reasons, once the service has looked at its disk anew and answers with this status."""
    deadline = time.monotonic() + 60
    while (answer := httpx.get(f"{service.url}/health/ready")).status_code != status:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.2)
    return answer.json()["reasons"]


def test_help_is_named_and_refusals_are_honest_until_there_is_space(emptied: Service) -> None:
    alone = emptied
    citizen = Citizen(alone)
    citizen.says("莲都区丽阳街的路灯坏了")
    upload = {"file": ("井盖.mp4", MP4, "video/mp4")}
    assert citizen.http.post("/media", files=upload).status_code == 200
    fill(alone)

    refused = citizen.http.post("/media", files=upload)
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "no_space")
    assert eventually(alone, 503) == ["disk_write"]

    for text, line in (("救命，家里着火了", "119"), ("我爸昏倒了，没有呼吸", "120"), ("有人拿刀砍人", "110")):
        answer = citizen.http.post("/message", json={"text": text})
        assert answer.status_code == 200, answer.text
        assert line in answer.json()["messages"][0]["text"]
    other = citizen.http.post("/message", json={"text": "还有，人行道也塌了"})
    assert other.status_code == 503
    opened = httpx.post(f"{alone.url}/api/web/session", json={})
    for refusal in (other, opened, refused):
        assert refusal.status_code in (503, 507)
        assert all(number in refusal.json()["error"]["message"] for number in ("110", "119", "120", "122"))

    fill(alone, False)
    assert eventually(alone, 200) == []
    assert citizen.http.post("/media", files=upload).status_code == 200
    assert citizen.says("王芳 13812345678")["messages"]


def test_the_page_shows_the_refusal_with_the_lines(emptied: Service) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_context(locale="zh-CN").new_page()
        page.goto(emptied.url)
        expect(page.get_by_text("您有什么事？直接说就行。")).to_be_visible()
        fill(emptied)
        page.locator("#file").set_input_files({"name": "井盖.mp4", "mimeType": "video/mp4", "buffer": MP4})
        expect(page.get_by_text(say("media.no_space"))).to_be_visible()
        browser.close()
