"""Calls of every kind to all interfaces, made up from their description: nothing breaks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import KB_KEYS, ROOT, Service, start_service, stop_service

EXAMPLES = 6
"""Calls of each operation and kind of data; `make attack` makes many more."""


@pytest.fixture(scope="module")
def open_service(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with every channel on."""
    folder = tmp_path_factory.mktemp("attack")
    keys = {
        "BOT_OPEN311_KEYS": "all:a-key-for-the-attack:file+read+personal",
        "WECHAT_TOKEN": "t",
        "WECHAT_APP_ID": "w",
    }
    running = start_service(folder, **keys)
    yield running
    stop_service(running)


def test_no_call_breaks_the_service(open_service: Service) -> None:
    session = httpx.post(f"{open_service.url}/api/web/session", json={}, timeout=60).json()
    keys = {"SESSION_TOKEN": session["token"], "EDITOR_KEY": KB_KEYS[0], "OPEN311_KEY": "a-key-for-the-attack"}
    command = ["make", "attack", f"URL={open_service.url}", f"EXAMPLES={EXAMPLES}", f"PYTHON={sys.executable}"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **keys}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    assert httpx.get(f"{open_service.url}/health/live", timeout=60).status_code == 200
