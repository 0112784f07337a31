"""Runs a Sanic app in a thread of the test process, with its whole life from start to stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sanic import Sanic

START = 60
"""Seconds an app may take to listen on a loaded machine."""


@contextmanager
def served(app: Sanic[Any, Any], port: int) -> Iterator[str]:
    """The app's address, while it is served."""
    # Sanic rewrites the methods of its classes for the app that starts; another one that runs could not use them.
    app.config.TOUCHUP = False
    Sanic.test_mode = True
    loops: list[asyncio.AbstractEventLoop] = []
    ready, ended = threading.Event(), asyncio.Event()

    async def serve() -> None:
        # `app.run` sets signal handlers, which only the main thread may.
        server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
        assert server is not None
        await server.startup()
        await server.before_start()
        await server.start_serving()
        await server.after_start()
        loops.append(asyncio.get_running_loop())
        ready.set()
        await ended.wait()
        await server.before_stop()
        await server.close()
        for connection in list(server.connections):
            connection.abort()
        await server.after_stop()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(START), "the app did not start"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loops[0].call_soon_threadsafe(ended.set)
        thread.join(START)
