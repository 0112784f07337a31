"""`bot relay` in a process forked from one that has read the code already, so that it is up in a moment."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.app.commands.main import main
from bot.app.service import create_service  # noqa: F401 - read before the fork, not after each


def _relay(env: dict[str, str], log: Path) -> None:
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.environ.update(env)
    main(["relay"])


def start(env: dict[str, str], log: Path) -> ForkServerProcess:
    """Starts a process of its own with these settings, which writes to the file."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_relay, args=(env, log))
    process.start()
    return process
