"""Runs a Sanic app in a thread of the test process, with its whole life from start to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sanic import Sanic

START = 60
"""Seconds an app may take to listen on a loaded machine."""


@contextmanager
def served(app: Sanic, port: int) -> Iterator[str]:
    """The app's address, while it is served."""
    # Otherwise Sanic rewrites its own methods when an app starts, and cannot do it again for the next one.
    Sanic.test_mode = True
    loops: list[Any] = []
    ready = threading.Event()

    @app.after_server_start
    async def remember(app: Sanic, loop: Any) -> None:
        loops.append(loop)
        ready.set()

    options = {"workers": 1, "access_log": False, "motd": False, "register_sys_signals": False}
    thread = threading.Thread(target=app.run, args=("127.0.0.1", port), kwargs=options, daemon=True)
    thread.start()
    assert ready.wait(START), "the app did not start"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loops[0].call_soon_threadsafe(app.stop)
        thread.join(START)
