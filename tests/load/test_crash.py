"""The promise: a case that was acknowledged exists, and is at the ticket backend exactly once, whatever dies when.

Two processes share one store and one bad backend. They are killed (SIGKILL) again and again while cases are filed over
HTTP, each filing repeated until it is acknowledged, and while the backend reports everything twice.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.storage import Database
from bot.storage.tables import InboxRow, OutboxRow, WorkOrderEvent, WorkOrderRow
from tests.conftest import BACKEND_SECRET
from tests.e2e.conftest import signed
from tests.load import relay
from tests.load.bad_backend import BadBackend
from tests.ports import free_port

HTTP = httpx.Client(timeout=10, limits=httpx.Limits(max_keepalive_connections=0))
"""One for all threads; no connection is kept to a process that will be killed."""
PATIENCE = 600
"""Seconds after which the test gives up waiting for something that must happen."""


class Fleet:
    """Processes of the service that are killed and come back."""

    def __init__(self, size: int, env: dict[str, str], log: Path) -> None:
        self._env, self._log = env, log
        self.ports = [free_port() for _ in range(size)]
        self._processes = [self._start(port) for port in self.ports]

    def _start(self, port: int) -> ForkServerProcess:
        return relay.start({**self._env, "BOT_PORT": str(port)}, self._log)

    def wait_until_up(self, place: int) -> None:
        """Waits until a process takes calls."""
        wait_for(lambda: answers(f"http://127.0.0.1:{self.ports[place]}/health/live"))

    def kill(self, place: int) -> None:
        """Kills a process without warning, and starts another in its place."""
        self._processes[place].kill()
        self._processes[place].join()
        self._processes[place] = self._start(self.ports[place])

    def end(self) -> None:
        """Ends all processes."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(30)
            assert process.exitcode == 0


def answers(url: str) -> bool:
    try:
        return HTTP.get(url).status_code == 200
    except httpx.TransportError:
        return False


def wait_for(what: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


class Run:
    """What the filing and reporting threads do, and what they were told."""

    def __init__(self, ports: list[int], cases: int, kills: int, backend: BadBackend) -> None:
        self._ports, self._cases, self._kills, self._backend = ports, cases, kills, backend
        self._killed, self._turn = 0, threading.Condition()
        self.acknowledged: dict[int, str] = {}
        self.lost_calls = 0
        self.reports: Counter[int] = Counter()
        self.over = threading.Event()

    def killed_one(self) -> None:
        """Lets the filing go on by as many cases as belong to one kill."""
        with self._turn:
            self._killed += 1
            self._turn.notify_all()

    def file(self, number: int) -> None:
        """Files one case, again and again until it is acknowledged."""
        with self._turn:
            self._turn.wait_for(lambda: self._killed * self._cases >= number * self._kills)
        dice = random.Random(number)
        form = {
            "api_key": "the key",
            "service_code": "0201",
            "description": f"第{number}家烧烤店半夜还在营业",
            "address_string": f"莲都区丽阳街{number + 1}号",
        }
        while number not in self.acknowledged:
            url = f"http://127.0.0.1:{dice.choice(self._ports)}/open311/v2/requests.json"
            try:
                answer = HTTP.post(url, data=form, headers={"Idempotency-Key": f"case {number}"})
            except httpx.TransportError:
                self.lost_calls += 1
                self.over.wait(0.1)
                continue
            assert answer.is_success, answer.text
            self.acknowledged[number] = answer.json()[0]["service_request_id"]

    def report(self) -> None:
        """Tells the service, twice, that the backend has dispatched what it took."""
        while not (self.over.is_set() and self._backend.taken.empty()):
            try:
                case = self._backend.taken.get(timeout=0.2)
            except queue.Empty:
                continue
            number = case["attribute[number]"]
            data = {"unit": "莲都区综合行政执法局"}
            report = {"id": f"e-{number}", "number": number, "event": "dispatched", "by": "hotline", "data": data}
            told = 0
            while told < 2:
                body, headers = signed(report, BACKEND_SECRET)
                url = f"http://127.0.0.1:{random.choice(self._ports)}/api/backend/events"
                try:
                    answer = HTTP.post(url, content=body, headers=headers)
                except httpx.TransportError:
                    self.over.wait(0.1)
                    continue
                self.reports[answer.status_code] += 1
                told += 1


@contextmanager
def store_of(database: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of an empty store."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/crash.db"
        return
    server = request.getfixturevalue("postgresql_server")
    admin = Database(server)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE crash")
    admin.engine.dispose()
    yield server.rsplit("/", 1)[0] + "/crash"


@pytest.mark.parametrize(
    ("database", "cases", "kills"), [pytest.param("sqlite", 500, 200), pytest.param("postgresql", 150, 60)]
)
def test_no_case_is_lost_doubled_or_invented(
    database: str,
    cases: int,
    kills: int,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    backend = BadBackend(seed=kills)
    with store_of(database, tmp_path, request) as url:
        store = Database(url)
        store.migrate()
        env = {
            "BOT_DATABASE_URL": url,
            "BOT_DATA_DIR": str(tmp_path),
            "BOT_TICKET_BACKEND": "open311",
            "BOT_OPEN311_URL": backend.url,
            "BOT_OPEN311_POLL": "0",
            "BOT_OPEN311_KEYS": "test:the key:file",
            "BOT_BACKEND_SECRET": BACKEND_SECRET,
        }
        fleet = Fleet(2, env, tmp_path / "log")
        run = Run(fleet.ports, cases, kills, backend)
        dice = random.Random(kills)
        with ThreadPoolExecutor(10) as threads:
            filings = [threads.submit(run.file, number) for number in range(cases)]
            reporter = threading.Thread(target=run.report)
            reporter.start()
            try:
                for kill in range(kills):
                    place = kill % 2
                    # Mostly at work, now and then while it starts; the other one goes on meanwhile.
                    if dice.random() < 0.9:
                        fleet.wait_until_up(place)
                        run.over.wait(dice.uniform(0, 0.4))
                    fleet.kill(place)
                    run.killed_one()
                for filing in filings:
                    filing.result(PATIENCE)
                backend.mended.set()
                wait_for(lambda: undelivered(store) == 0)
            finally:
                run.over.set()
                reporter.join(PATIENCE)
                fleet.end()
                backend.close()
        found = facts(store)
        store.engine.dispose()
    with capsys.disabled():
        print(
            f"\n{database}: {kills} kills, {cases} cases, {len(set(run.acknowledged.values()))} numbers acknowledged, "
            f"{run.lost_calls} calls that got no answer; backend: {dict(backend.moods)}, "
            f"{sum(backend.attempts.values())} cases came, {len(backend.cases)} kept; reports: {dict(run.reports)}"
        )
    assert len(run.acknowledged) == cases
    numbers = set(run.acknowledged.values())
    assert len(numbers) == cases, "two cases got one number"
    assert found["orders"].keys() == numbers, "an acknowledged order is missing, or one was invented"
    at_backend = Counter(case["attribute[number]"] for case in backend.cases.values())
    assert at_backend == Counter(numbers), "a case is missing at the backend, or is there twice"
    for case, number in run.acknowledged.items():
        assert found["orders"][number] == f"第{case}家烧烤店半夜还在营业"
    assert found["external"] == {case["attribute[number]"]: case["id"] for case in backend.cases.values()}
    assert found["dispatched"] == cases, "a report that came twice was applied twice, or never"
    assert set(run.reports) <= {200, 409}
    assert found["dead"] == 0


def undelivered(store: Database) -> int:
    with store.transaction() as session:
        return int(session.scalar(select(func.count()).where(OutboxRow.state == "pending")))


def facts(store: Database) -> dict[str, Any]:
    """What stands in the store at the end."""
    with store.transaction() as session:
        rows = list(session.scalars(select(WorkOrderRow)))
        return {
            "orders": {row.number: row.description for row in rows},
            "external": {row.number: row.external_id for row in rows},
            "dispatched": session.scalar(select(func.count()).where(WorkOrderEvent.kind == "dispatched")),
            "reports": session.scalar(select(func.count()).select_from(InboxRow)),
            "dead": session.scalar(select(func.count()).where(OutboxRow.state == "dead")),
        }
