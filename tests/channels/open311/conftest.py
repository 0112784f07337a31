"""A running service of its own (only the open interfaces), once on each database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.hotline.workorders.life import HOTLINE, UNIT
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Base, WorkOrderRow
from tests.conftest import start_service, stop_service

KEYS = (
    "city:k-city:file, other:k:with:colons:file, all:k-all:read, whole:k-whole:read+personal, own:k-own:file+personal"
)
NOISE = "0201"
"""The class 环境保护/噪声污染; `test_services` checks that it is."""


@dataclass
class Server:
    """The service: its address, its folder, and its store to look into."""

    url: str
    folder: Path
    store: Database
    http: httpx.Client

    def file(self, key: str = "k-city", headers: dict[str, str] | None = None, **fields: str) -> str:
        """Files by a plain HTTP call; gives the number."""
        form = {
            "api_key": key,
            "service_code": NOISE,
            "description": "楼下烧烤店半夜很吵",
            "address_string": "丽阳街1号",
        }
        answer = self.http.post("/requests.json", data={**form, **fields}, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()[0]["service_request_id"])

    def get(self, path: str, key: str | None = "k-all", **query: str) -> Any:
        """A call that succeeds; gives its JSON."""
        answer = self.http.get(path, params={**query, **({"api_key": key} if key else {})})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def one(self, number: str, key: str = "k-all") -> dict[str, Any]:
        """An order as a key sees it."""
        [found] = self.get(f"/requests/{number}.json", key)
        return dict(found)

    async def move(self, number: str, kind: str, by: str = UNIT, **data: Any) -> None:
        """What hotline and units do, through the one door for it."""
        await WorkOrders(self.store).move(number, kind, by, data, "莲都区综合行政执法局")

    async def close(self, number: str, text: str = "已责令整改") -> None:
        """Brings an order from registration to its end."""
        await self.move(number, "dispatched", HOTLINE, unit="莲都区综合行政执法局")
        await self.move(number, "signed")
        await self.move(number, "replied", text=text)
        await self.move(number, "closed")

    def row(self, number: str) -> Any:
        """The row of an order, with its events."""
        with self.store.transaction() as session:
            row = session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number)).one()
            session.expunge_all()
            return row

    def kinds(self, number: str) -> list[str]:
        """What happened to an order, oldest first."""
        return [event.kind for event in self.row(number).events]

    def count(self) -> int:
        """How many orders there are."""
        with self.store.transaction() as session:
            return len(session.scalars(select(WorkOrderRow.id)).all())


def empty(store: Database) -> None:
    """Takes everything out of the store."""
    with store.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service, started once for each database: a start takes longer than most modules."""
    folder = tmp_path_factory.mktemp("open311")
    url = f"sqlite:///{folder}/hotline.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_server")
    store = Database(url)
    store.migrate()
    empty(store)
    service = start_service(folder, "relay", BOT_OPEN311_KEYS=KEYS, BOT_DATABASE_URL=url)
    with httpx.Client(base_url=f"{service.url}/open311/v2", timeout=60) as http:
        yield Server(service.url, folder, store, http)
    stop_service(service)
    store.engine.dispose()


@pytest.fixture(scope="module")
def server(running: Server) -> Iterator[Server]:
    """The service; each module finds its store empty, as many orders at one place are flagged (Article 32)."""
    yield running
    empty(running.store)
