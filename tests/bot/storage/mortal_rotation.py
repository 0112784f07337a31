"""A change of keys whose process is killed at a given moment; for `test_rotation_killed`.

The moments are, in the order in which they come: after each statement, before and after each commit, and before and after
an upload's new file takes the place of the old one. Run as a program, it makes a copy of itself for each line of its
input, so that nothing is imported anew: ``{"env": …, "url": …, "moment": …}`` is answered by the copy's exit code.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.hotline.rotation import rotate_digests, rotate_media
from bot.settings import ROOT
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


@cache
def _copier() -> subprocess.Popen[str]:
    program = [sys.executable, "-m", __name__]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def change(env: dict[str, str], url: str, moment: int = 0) -> bool:
    """Changes the keys in a process of its own; whether it came to its end before the moment (0: there is none)."""
    copier = _copier()
    assert copier.stdin and copier.stdout
    print(json.dumps({"env": env, "url": url, "moment": moment}), file=copier.stdin, flush=True)
    code = int(copier.stdout.readline())
    assert code in (0, -signal.SIGKILL)
    return code == 0


def _copies() -> None:
    for line in sys.stdin:
        if not (child := os.fork()):
            try:
                _change(**json.loads(line))
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _copies()
