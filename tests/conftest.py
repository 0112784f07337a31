"""Fixtures that the tests share: a fresh store, the trained model, and a running service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

import bot.quiet  # noqa: F401  # before anything imports Rasa
from bot.storage import Database
from bot.storage.tables import Base
from tests import postgresql
from tests.ports import free_port

# The same examples in every run, however slow the machine is.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.load_profile("steady")

# Keeps the tests away from the developer's own data and settings, in this process and in those it starts.
for name in [name for name in os.environ if name.startswith("BOT_")]:
    del os.environ[name]
_DATA = tempfile.TemporaryDirectory(prefix="hotline-tests")
os.environ |= {
    "BOT_DATA_DIR": _DATA.name,
    "BOT_SECRET_KEY": "a key for tests only",
    "BOT_RATE_LIMIT": "off",
    "BOT_KEY_LENGTH": "1",
}

ROOT = Path(__file__).resolve().parent.parent
BOT = Path(sys.executable).with_name("bot")
BACKEND_SECRET = "a secret for tests only"
KB_KEYS = ("k-writer", "k-reviewer")
"""Keys of two persons of one unit for the knowledge base of a started service."""
START = 900
"""Seconds a service may take to be ready on a loaded machine: the first one encodes all articles."""


def _needs_model(item: pytest.Item) -> bool:
    return "model" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that need no trained model come first: they run while it is trained. The others run from the last to the first:
    the longest, under `tests/tools` and `tests/e2e`, must not begin when the other half of the tests is done."""
    waiting = {item.path for item in items if _needs_model(item)}
    files = sorted({item.path for item in items}, key=lambda path: (path in waiting, path), reverse=True)
    place = {path: number for number, path in enumerate(files)}
    items.sort(key=lambda item: (item.path in waiting, place[item.path]))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begins the training at once, where a test of this run needs the model and no other process of the run does it."""
    first = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"
    if first and not session.config.option.collectonly and any(map(_needs_model, session.items)):
        threading.Thread(target=_train, daemon=True).start()


def _train() -> None:
    """Trains the model, and encodes the articles, which the first service would do before it is ready."""
    (ROOT / ".rasa").mkdir(exist_ok=True)
    with FileLock(ROOT / ".rasa" / "training.lock"):  # who comes second waits, and finds Rasa's cache filled
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([BOT, "train"], **quiet)
        subprocess.run([BOT, "kb", "search"], input=b'{"query": "social insurance card"}', **quiet)


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model."""
    _train()
    return ROOT / "models" / "hotline.tar.gz"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address of a private PostgreSQL."""
    with postgresql.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_store(postgresql_server: str) -> Iterator[Database]:
    """One store on PostgreSQL for the whole run; whoever uses it empties it before."""
    database = Database(postgresql_server)
    database.migrate()
    yield database
    database.engine.dispose()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Database]:
    """An empty store in a file."""
    database = Database(f"sqlite:///{tmp_path}/x.db")
    database.migrate()
    yield database
    database.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Database:
    """An empty store: every test that uses it runs on both databases."""
    database: Database = request.getfixturevalue(f"{request.param}_store")
    if request.param == "postgresql":
        names = ", ".join(table.name for table in Base.metadata.sorted_tables)
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    return database


@dataclass
class Service:
    """A running ``bot serve``."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


def start_service(folder: Path, command: str = "serve", **env: str) -> Service:
    """Starts the service (or only its open interfaces: ``relay``) with its own data folder; waits until it is ready."""
    port, log = free_port(), folder / "serve.log"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "BOT_DATA_DIR": str(folder),
        "BOT_PORT": str(port),
        # A slow machine changes no answer.
        "BOT_READING_SECONDS": "60",
        "BOT_RATE_LIMIT": "off",
        "BOT_BACKEND_SECRET": BACKEND_SECRET,
        "BOT_KB_KEYS": "丽水市综合行政执法局/编辑:k-writer:read+write,丽水市综合行政执法局/审核:k-reviewer:read+publish",
        **env,
    }
    (ROOT / ".rasa").mkdir(exist_ok=True)
    # The first service encodes the articles for all; two at once would both do it.
    with FileLock(ROOT / ".rasa" / "start.lock") if command == "serve" else nullcontext():
        with log.open("ab") as output:
            process = subprocess.Popen([BOT, command], env={**os.environ, **settings}, stdout=output, stderr=output)
        service = Service(f"http://127.0.0.1:{port}", process, log)
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if httpx.get(f"{service.url}/health/ready").status_code == 200:
                    return service
            except httpx.TransportError:
                pass
            time.sleep(0.2)
    raise AssertionError(f"the service did not start:\n{log.read_text()[-3000:]}")


def stop_service(service: Service) -> None:
    """Asks the service to stop, and waits for it."""
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(30)


@pytest.fixture(scope="session")
def service(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all end-to-end tests."""
    running = start_service(tmp_path_factory.mktemp("service"))
    yield running
    stop_service(running)
