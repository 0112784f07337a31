"""One transaction over several steps of one task (工作单元): all of them are kept, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TypeVar

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

T = TypeVar("T")


class Unit:
    """Begins with the first step that writes, so that others do not wait while a message is only read.

    It has a thread of its own: who waits for the lock that it holds can never keep it from its next step.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.session: Session | None = None
        self.open = True
        self._thread = ThreadPoolExecutor(1, "unit")

    async def step(self, work: Callable[[Session], T]) -> T:
        """Runs ``work(session)``; what it wrote is taken back if it raises, and the steps before it stay."""

        def inside() -> T:
            session = self.session = self.session or Session(self.engine, future=True)
            with session.begin_nested():
                # A row that an earlier step has read may have been changed since by another process.
                session.expire_all()
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._thread, inside)

    async def commit(self) -> None:
        """Keeps what the steps wrote."""
        if self.session is None:
            return
        done = asyncio.get_running_loop().run_in_executor(self._thread, self.session.commit)
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            # Whoever hung up may send it again at once: by then it is kept, or it is not.
            await asyncio.wait([done])
            raise

    def close(self) -> None:
        """Ends it after the step under way, also one whose task was cancelled; what is not committed is taken back."""
        self.open = False
        self._thread.submit(self._end)
        self._thread.shutdown(wait=False)

    def _end(self) -> None:
        if self.session is not None:
            self.session.close()


current: ContextVar[Unit | None] = ContextVar("unit", default=None)
"""The unit of the task that runs."""
