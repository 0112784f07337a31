"""A file is whole or not there, and nobody else may read it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.hotline.media import files
from bot.settings import Settings
from bot.storage.types import cipher

CONTENT = b"a face" * 50
FULL = """
import resource, sys
from bot.hotline.media import files
files.folder()
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.write("abc", bytes(10_000))
except OSError as error:
    print("refused")
"""
"""A process that may write no file of more than 1,000 bytes: half-way, writing fails as on a full disk."""


@pytest.fixture
def folder(tmp_path: Path, environment: Callable[..., Settings]) -> Path:
    environment(BOT_DATA_DIR=str(tmp_path / "data"))
    return files.folder()


def test_a_file_is_encrypted_and_can_be_read_back(folder: Path) -> None:
    files.write("abc", CONTENT)
    raw = (folder / "abc").read_bytes()
    assert b"a face" not in raw and cipher().decrypt(raw) == files.read("abc") == CONTENT


def test_only_the_owner_may_read(folder: Path) -> None:
    before = os.umask(0)
    try:
        files.write("abc", CONTENT)
    finally:
        os.umask(before)
    assert ((folder / "abc").stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_was_readable_before_is_closed_at_start(folder: Path) -> None:
    (folder / "old").write_bytes(b"x")
    (folder / "old").chmod(0o644)
    folder.chmod(0o755)
    files.tidy()
    assert ((folder / "old").stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_nothing_stays_of_a_file_for_which_there_is_no_space(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
    assert list(folder.iterdir()) == []


def test_what_a_kill_left_half_written_is_removed_at_start(folder: Path) -> None:
    files.write("whole", CONTENT)
    (folder / ".half.part").write_bytes(b"x")
    files.tidy()
    assert [path.name for path in folder.iterdir()] == ["whole"]


def test_a_folder_that_cannot_be_put_in_order_stops_no_start(folder: Path) -> None:
    folder.rmdir()
    folder.write_bytes(b"no folder")
    files.tidy()


def test_space_is_short_when_less_than_the_minimum_would_be_free(
    folder: Path, environment: Callable[..., Settings]
) -> None:
    environment(BOT_MINIMUM_FREE="0")
    assert not files.space_is_short()
    assert files.space_is_short(10**18)
    environment(BOT_MINIMUM_FREE="1000000000")
    assert files.space_is_short()
