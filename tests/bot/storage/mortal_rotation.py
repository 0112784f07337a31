"""A change of keys whose process is killed at a given moment; for `test_rotation_killed`.

The moments are, in the order in which they come: after each statement, before and after each commit, and before and after
an upload's new file takes the place of the old one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.hotline.rotation import rotate_digests, rotate_media
from bot.storage import Database, rotation


def _change(env: dict[str, str], url: str, moment: int) -> None:
    os.environ.update(env)
    rotation.BATCH = 2
    store, seen = Database(url), 0

    def passes(*_: Any, **__: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(step: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any) -> Any:
            passes()
            result = step(*args)
            passes()
            return result

        return watched

    event.listen(store.engine, "after_cursor_execute", passes)
    store.engine.dialect.do_commit = around(store.engine.dialect.do_commit)
    Path.replace = around(Path.replace)  # type: ignore[method-assign]
    # What `bot rotate-keys` does.
    lost = [*rotation.rotate_columns(store).unreadable, *rotate_media().unreadable]
    rotate_digests(store)
    assert not lost, lost


def change(env: dict[str, str], url: str, moment: int = 0) -> bool:
    """Changes the keys in a process of its own; whether it came to its end before the moment (0: there is none)."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_change, args=(env, url, moment))
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0
