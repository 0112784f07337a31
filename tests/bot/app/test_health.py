"""`/health/ready` says no, and why, before anything is lost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from bot.app import health
from bot.app.service import create_service
from bot.hotline import media
from bot.settings import settings
from bot.storage import database
from tests.ports import free_port
from tests.tools.wechat_standin.serving import served

_names = itertools.count()


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A service that looks at the disk anew every time."""
    monkeypatch.setattr(health, "_disk", health._disk.__wrapped__)
    app = create_service(f"healthy_{next(_names)}")
    app.ctx.keeps_files = True
    with served(app, free_port()) as url:
        yield f"{url}/health/ready"


def asked(address: str) -> tuple[int, str, list[str]]:
    answer = httpx.get(address)
    state = answer.json()
    return answer.status_code, state["status"], state["reasons"]


def test_it_is_ready_when_all_is_well(address: str) -> None:
    assert asked(address) == (200, "ready", [])


def test_it_is_not_when_space_is_short(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "minimum_free", 10**9)
    assert asked(address) == (503, "not_ready", ["disk_space"])


def test_it_is_not_when_nothing_can_be_written(address: str) -> None:
    folder = settings().data_dir / "media"
    aside = folder.rename(folder.with_name("aside"))
    try:
        folder.write_bytes(b"no folder")
        assert asked(address) == (503, "not_ready", ["disk_write"])
    finally:
        folder.unlink()
        aside.rename(folder)


def test_it_is_not_when_the_database_does_not_answer(address: str) -> None:
    with database().transaction() as session:
        session.execute(text("ALTER TABLE outbox RENAME TO aside"))
    try:
        assert asked(address) == (503, "not_ready", ["database"])
    finally:
        with database().transaction() as session:
            session.execute(text("ALTER TABLE aside RENAME TO outbox"))
    assert asked(address) == (200, "ready", [])


def test_a_look_at_the_disk_leaves_nothing_and_is_not_repeated_for_every_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = []
    monkeypatch.setattr(media, "probe", lambda: looks.append(1))
    health._disk.cache.clear()
    assert [health._disk() for _ in range(5)] == [[]] * 5
    assert len(looks) == 1
    monkeypatch.undo()
    media.probe()
    assert not list((settings().data_dir / "media").glob(".*"))
