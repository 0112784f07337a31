"""Killed at any moment of a turn: what the repeat of a message is answered is true, and nothing is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.storage import Database
from bot.storage.tables import Utterance, Visitor, WorkOrderEvent, WorkOrderRow
from tests.conftest import ROOT

FILING = ["我要投诉", "莲都区丽阳街123号的路灯坏了，晚上很黑，麻烦修一下", "王芳 13812345678", "对"]
TURNS = {
    "registered": FILING,
    "supplemented": [*FILING, "我要补充材料", "灯杆上的编号是0578-12"],
    "withdrawn": [*FILING, "我要撤单", "对"],
}
"""What a conversation comes to with its last message: the event of the order that must be there once."""
MOMENTS = 40
"""More than a turn has; a sweep ends with the first that a turn outlives."""


class Talk:
    """A visitor who talks to a process that dies on demand and comes back."""

    def __init__(self, store: Database, process: subprocess.Popen[str], visitor: str) -> None:
        self._store, self._process, self.visitor = store, process, visitor
        with store.transaction() as session:
            session.add(Visitor(id=visitor, channel="web", offered=[]))

    def says(self, text: str, client_id: str | None = None, die: int = 0) -> Any:
        """The answer; None when the process died before it."""
        assert self._process.stdin and self._process.stdout
        call = {"visitor": self.visitor, "text": text, "client_id": client_id, "die": die}
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def order(self) -> tuple[str, Counter[str]]:
        """The number of the one order of this visitor, and how often each event of it is there."""
        query = select(WorkOrderRow).where(WorkOrderRow.visitor_id == self.visitor)
        events = select(WorkOrderEvent.kind).join(WorkOrderRow).where(WorkOrderRow.visitor_id == self.visitor)
        with self._store.transaction() as session:
            [row] = session.scalars(query)
            return row.number, Counter(session.scalars(events))

    def transcript(self) -> list[Any]:
        query = select(Utterance.content).where(Utterance.visitor_id == self.visitor).order_by(Utterance.id)
        with self._store.transaction() as session:
            return list(session.scalars(query))


@contextmanager
def mortal(store: Database) -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-m", "tests.load.mortal_turn"]
    env = {**os.environ, "BOT_DATABASE_URL": store.url}
    with subprocess.Popen(
        program, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


def test_killed_at_any_moment_the_repeat_tells_what_was_done_and_it_was_done_once(store: Database, model: Path) -> None:
    moments = 0
    with mortal(store) as process:
        for event, talk in TURNS.items():
            for moment in range(1, MOMENTS):
                me = Talk(store, process, f"{event}-{moment}")
                for words in talk[:-1]:
                    me.says(words)
                if me.says(talk[-1], "c1", die=moment) is not None:
                    break
                before = len(me.transcript())
                again = me.says(talk[-1], "c1")
                assert me.says(talk[-1], "c1") == again
                number, events = me.order()
                assert events[event] == 1
                assert number in again["messages"][0]["text"], "the number was never told"
                said = me.transcript()
                assert said[-2:] == [{"text": talk[-1]}, again["messages"]]
                assert len(said) in (before, before + 2), "half a turn stands in the transcript"
                moments += 1
            else:
                raise AssertionError(f"the turn never ended: {event}")
    assert moments >= 2 * len(TURNS)
