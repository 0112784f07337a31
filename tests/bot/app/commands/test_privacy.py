"""The commands for personal data say what they did, and fail where something is left."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage import Database
from tests.conftest import BOT


def run(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    settings = os.environ | {"BOT_DATA_DIR": str(folder)} | env
    return subprocess.run([BOT, *arguments], env=settings, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a service that wrote one notice with the key of the tests."""
    store = Database(f"sqlite:///{tmp_path}/hotline.db")
    store.migrate()
    from bot.storage.tables import Notice

    with store.transaction() as session:
        session.add(Notice(visitor_id="v", content={"text": "王芳"}))
    store.engine.dispose()
    return tmp_path


def test_keys_are_changed_by_one_command(folder: Path) -> None:
    old = os.environ["BOT_SECRET_KEY"]
    lost = run(folder, "rotate-keys", BOT_SECRET_KEY="new")
    assert lost.returncode == 1 and "no key reads, among them notices.content (1,)" in lost.stderr
    done = run(folder, "rotate-keys", BOT_SECRET_KEY="new", BOT_SECRET_KEY_PREVIOUS=old)
    assert (done.returncode, done.stdout) == (0, "1 values, 0 uploads, digests of 0 orders\n"), done.stderr
    again = run(folder, "rotate-keys", BOT_SECRET_KEY="new")
    assert (again.returncode, again.stdout) == (0, "0 values, 0 uploads, digests of 0 orders\n"), again.stderr


def test_followers_of_wechat_keep_their_ids(folder: Path) -> None:
    store = Database(f"sqlite:///{folder}/hotline.db")
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO wechat_people (visitor_id, openid, following, notices_refused, message_left, event_left,"
                " created_at) VALUES ('v', :token, 1, 0, 0, 0, '2026-11-02 00:00:00')"
            ),
            {"token": b""},
        )
    store.engine.dispose()
    refused = run(folder, "rotate-keys")
    assert refused.returncode == 1 and "BOT_IDENTITY_KEY" in refused.stderr


def test_a_dry_run_says_what_would_go_and_removes_nothing(folder: Path) -> None:
    store = Database(f"sqlite:///{folder}/hotline.db")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE notices SET created_at = '2020-01-01', delivered_at = '2020-01-01'"))
    store.engine.dispose()
    for arguments, count in ((["--dry-run"], 1), ([], 1), ([], 0)):
        done = run(folder, "purge", *arguments)
        assert done.returncode == 0 and f"{count:>8}  conversations: notices\n" in done.stdout, done.stderr
