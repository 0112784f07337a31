"""The stand-in as a process of its own, for tests of the whole service."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import free_port
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, APP_SECRET, TOKEN, Standin

START = 60
"""Seconds it may take to be ready on a loaded machine."""


@contextmanager
def standin_process(account_url: str, log: Path, *options: str) -> Iterator[Standin]:
    """A stand-in for the account at ``account_url``, with further options of its command line; ``log`` takes its output."""
    port = free_port()
    command = [sys.executable, "-m", "tools.wechat_standin", "--port", str(port), "--account-url", account_url]
    command += ["--token", TOKEN, "--app-id", APP_ID, "--app-secret", APP_SECRET, "--aes-key", AES_KEY, *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait(process, f"http://127.0.0.1:{port}", log)
        yield Standin(f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/standin/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the stand-in did not start:\n{log.read_text()[-3000:]}")
