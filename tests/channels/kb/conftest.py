"""A running service with the knowledge base, once on each database, and the people who use it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.storage import Database
from bot.storage.tables import Base
from tests.conftest import ROOT, START
from tests.kb.writing import OTHER_UNIT, UNIT, fields
from tests.ports import free_port

KEYS = (
    f"{UNIT}/编辑:k-write:read+write, {UNIT}/审核:k-review:read+publish, {UNIT}/主任:k-both:read+write+publish, "
    f"{OTHER_UNIT}/编辑:k-other:read+write+publish, */值班长:k-all:read+write+publish, {UNIT}/报表:k-read:read, "
    f"{UNIT}/系统:k-push:write"
)


@dataclass
class Server:
    """The service: its address and its store to look into. Calls are made with a key."""

    url: str
    store: Database
    process: subprocess.Popen[bytes]
    http: httpx.Client

    def call(self, method: str, path: str, key: str | None = "k-write", **options: Any) -> httpx.Response:
        """A call under ``/api/kb``."""
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **options.pop("headers", {})}
        return self.http.request(method, f"/api/kb{path}", headers=headers, **options)

    def get(self, path: str, key: str = "k-write", **query: Any) -> Any:
        """A call that succeeds; gives its JSON."""
        answer = self.call("GET", path, key, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any], key: str = "k-write", status: int = 200) -> Any:
        """A call with a body that is answered with this status; gives its JSON."""
        answer = self.call("POST", path, key, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def put(self, name: str, key: str = "k-write", status: int | None = None, **values: Any) -> Any:
        """Pushes an article with these fields changed; gives the answer's JSON."""
        options = {name: values.pop(name) for name in ("headers", "params") if name in values}
        answer = self.call("PUT", f"/articles/{name}", key, json=fields(**values), **options)
        assert answer.status_code in ((status,) if status else (200, 201)), answer.text
        return answer.json()

    def publish(self, name: str, **values: Any) -> None:
        """Pushes an article and has it reviewed."""
        number = self.put(name, **values)["newest"]
        self.post(f"/articles/{name}/publish", {"version": number}, "k-review")

    def until_found(self, question: str, article: str | None) -> dict[str, Any]:
        """Tries a question until the first hit is this article, or none is, as the index takes over a change."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            tried: dict[str, Any] = self.post("/try", {"question": question})
            hits = [hit["id"] for hit in tried["hits"]]
            if (hits[:1] == [article]) if article else (not hits):
                return tried
        raise AssertionError(f"{article} is not what {question} finds: {tried}")


def start(folder: Path, url: str, keys: str = KEYS, **env: str) -> Server:
    """Starts the service; waits until it is ready."""
    port, log = free_port(), folder / "serve.log"
    settings = {"BOT_DATA_DIR": str(folder), "BOT_PORT": str(port), "BOT_DATABASE_URL": url, "BOT_KB_KEYS": keys, **env}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.channels.kb.serving"],
            env={**os.environ, **settings},
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready").status_code == 200:
                return Server(address, Database(url), process, httpx.Client(base_url=address, timeout=60))
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the service did not start:\n{log.read_text()[-3000:]}")


def stop(server: Server) -> None:
    """Asks the service to stop, and waits for it."""
    server.http.close()
    server.store.engine.dispose()
    server.process.terminate()
    server.process.wait(30)


def emptied(url: str) -> None:
    """Brings the tables of a store up to date, without a row."""
    store = Database(url)
    store.migrate()
    with store.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    store.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on an empty store."""
    folder = tmp_path_factory.mktemp("kb")
    url = f"sqlite:///{folder}/hotline.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_server")
    emptied(url)
    running = start(folder, url)
    yield running
    stop(running)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on an empty SQLite store, for what does not touch the database's own ways."""
    folder = tmp_path_factory.mktemp("kb")
    url = f"sqlite:///{folder}/hotline.db"
    emptied(url)
    running = start(folder, url)
    yield running
    stop(running)
