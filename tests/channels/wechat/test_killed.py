"""Whatever dies when: each message is answered once and acted on once."""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.storage import Database
from bot.storage.tables import WorkOrderRow
from bot.storage.tables_wechat import WeChatDelivery, WeChatInbound, WeChatPerson
from channels.wechat.deliveries import IN_LINE
from channels.wechat.messages import visitor_of
from channels.wechat.people import KEPT_BACK
from tests.channels.wechat.conftest import APP_ID
from tests.channels.wechat.mortal import LONG, POINTS
from tests.conftest import ROOT, START
from tests.tools.wechat_standin.driver import Citizen, Standin

PATIENCE = 120
"""Seconds after which something will not happen any more."""
ON_THE_WAY_IN = ("keep", "engine", "gate", "answered", "sent")
MOMENTS = ("before", "after")


@dataclass
class Mortal:
    """The channel in a process that dies on demand and comes back."""

    store: Database
    folder: Path
    process: subprocess.Popen[bytes]

    def dies(self, point: str) -> None:
        """From now on: it dies when it comes to this point (``keep before``…), once."""
        order = self.folder / "die.new"
        order.write_text(point)
        order.rename(self.folder / "die")

    def lives(self) -> None:
        """It need not die any more."""
        (self.folder / "die").unlink(missing_ok=True)

    @property
    def died(self) -> bool:
        return not (self.folder / "die").exists()

    def heard(self) -> Counter[str]:
        return Counter((self.folder / "heard").read_text().split("\n"))

    def allowance(self, citizen: Citizen) -> int:
        """Customer-service messages that may still go to a person, as the channel counts."""
        with self.store.transaction() as session:
            return int(session.get(WeChatPerson, visitor_of(APP_ID, citizen.openid)).message_left)

    @property
    def rests(self) -> bool:
        """Nothing is left to be done that could still come to a point."""
        with self.store.transaction() as session:
            inbound = select(WeChatInbound.id).where(WeChatInbound.state != "done")
            answers = select(WeChatDelivery.id).where(WeChatDelivery.state.in_(IN_LINE))
            return session.scalars(inbound).first() is None and session.scalars(answers).first() is None

    def filed(self) -> Counter[str]:
        with self.store.transaction() as session:
            return Counter(session.scalars(select(WorkOrderRow.draft_key)))


@pytest.fixture
def mortal(sqlite_store: Database, tmp_path: Path, standin: Standin) -> Iterator[Mortal]:
    with socket.socket() as listening, (tmp_path / "log").open("wb") as log:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        port, number = listening.getsockname()[1], listening.fileno()
        standin.post("account", url=f"http://127.0.0.1:{port}/webhooks/wechat/webhook")
        command = [sys.executable, "-m", "tests.channels.wechat.mortal", sqlite_store.url, standin.url, str(number)]
        process = subprocess.Popen(
            [*command, str(tmp_path)], cwd=ROOT, pass_fds=[number], stdout=log, stderr=log, start_new_session=True
        )
        try:
            # The socket takes the connection at once; the answer comes when everything is imported.
            assert httpx.get(f"http://127.0.0.1:{port}/webhooks/wechat/webhook", timeout=START).status_code == 403
            yield Mortal(sqlite_store, tmp_path, process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def parts(citizen: Citizen) -> Counter[tuple[str, str, str]]:
    """What came of each answer: which part, to which text, which way."""
    found: Counter[tuple[str, str, str]] = Counter()
    for item in citizen.seen():
        found.update((part, text, item["via"]) for part, text in re.findall("(收到|完毕)：(.*?)。", item["text"]))
    return found


def texts(count: Counter[tuple[str, str, str]]) -> Counter[tuple[str, str]]:
    """The same, whichever way."""
    return Counter((part, text) for part, text, _ in count.elements())


def test_it_dies_at_each_point_and_the_message_is_answered_once(mortal: Mortal, standin: Standin) -> None:
    citizen = standin.citizen()
    said = [f"{LONG}{name} {moment}" for name in POINTS for moment in MOMENTS]
    for text in said:
        mortal.dies(text.removeprefix(LONG))
        citizen.says(text)
        until(lambda: mortal.died)
        until(lambda text=text: ("完毕", text) in texts(parts(citizen)))
        # Or the end of this message would die of the next one's order, while that one's turn is on.
        until(lambda: mortal.rests)
    found = parts(citizen)
    # What has left and could not be noted is said once more: rather twice than never.
    twice = {("收到", f"{LONG}sent before")}
    for text in said:
        for part in ("收到", "完毕"):
            assert texts(found)[part, text] == (2 if (part, text) in twice else 1), (part, text)
    assert mortal.filed() == Counter(said)
    heard = mortal.heard()
    # Only here is a turn begun and not kept.
    again = f"{LONG}engine after"
    assert {text: heard[text] for text in said} == {text: 2 if text == again else 1 for text in said}
    assert set(standin.violations()) <= {"unreachable"}


def test_it_dies_again_and_again_while_several_people_speak(mortal: Mortal, standin: Standin) -> None:
    citizens = {name: standin.citizen() for name in "甲乙丙丁"}
    said = {name: [f"{name}{n}" for n in range(8)] for name in citizens}
    points = [f"{name} {moment}" for name in ON_THE_WAY_IN for moment in MOMENTS]
    random.Random(12345).shuffle(points)
    deaths = itertools.cycle(points)
    with ThreadPoolExecutor() as pool:
        speaking = [pool.submit(lambda name=name: [citizens[name].says(text) for text in said[name]]) for name in said]
        died = 0
        while not all(one.done() for one in speaking):
            mortal.dies(next(deaths))
            until(lambda: mortal.died or all(one.done() for one in speaking))
            died += mortal.died
        for one in speaking:
            one.result()
    mortal.lives()
    for name, citizen in citizens.items():

        def all_said(name: str = name, citizen: Citizen = citizen) -> bool:
            return {text for _, text in texts(parts(citizen))} >= set(said[name])

        # What the allowance did not hold while the process was dead comes when the person writes again.
        while not all_said():
            said[name].append(f"{name}喂{len(said[name])}")
            citizen.says(said[name][-1])
            until(lambda all_said=all_said, citizen=citizen: all_said() or mortal.allowance(citizen) <= KEPT_BACK)
        assert {what: count for what, count in parts(citizen).items() if count > 1} == {}
    assert mortal.filed() == Counter(itertools.chain(*said.values()))
    assert died > 4
    assert set(standin.violations()) <= {"unreachable", "no_answer"}
