"""Settings come from the environment; the secret key is made once and kept."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import ROOT, Settings

Environment = Callable[..., Settings]

TOY = "tests/city/toy"
"""Another city."""


def test_a_variable_of_the_environment_is_taken(environment: Environment) -> None:
    changed = environment(BOT_PORT="6006", BOT_CITY=TOY, BOT_RATE_LIMIT="5/minute")
    assert (changed.port, changed.city, changed.rate_limit) == (6006, ROOT / TOY, "5/minute")


def test_the_file_env_is_read_and_the_environment_wins(
    tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"BOT_PORT=6001\nBOT_CITY={TOY}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    changed = environment(BOT_PORT="6002")
    assert (changed.port, changed.city) == (6002, ROOT / TOY)


def test_a_value_that_cannot_be_is_refused_with_its_name(environment: Environment) -> None:
    with pytest.raises(ValidationError, match="port"):
        environment(BOT_PORT="many")


def test_a_relative_folder_lies_below_the_checkout(environment: Environment, tmp_path: Path) -> None:
    assert environment(BOT_DATA_DIR="elsewhere").data_dir == ROOT / "elsewhere"
    assert environment(BOT_DATA_DIR=str(tmp_path)).data_dir == tmp_path


def test_the_store_is_sqlite_in_the_data_folder_unless_another_is_named(
    environment: Environment, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "data"
    assert environment(BOT_DATA_DIR=str(folder)).database == f"sqlite:///{folder}/hotline.db"
    assert folder.is_dir()
    assert environment(BOT_DATABASE_URL="postgresql://db/hotline").database == "postgresql://db/hotline"


def test_an_index_in_postgresql_needs_postgresql(environment: Environment) -> None:
    assert environment().kb_index == "memory"
    stored = {"BOT_KB_INDEX": "postgresql", "BOT_DATABASE_URL": "postgresql://db/hotline"}
    assert environment(**stored).kb_index == "postgresql"
    for url in ("", "sqlite:///x.db"):
        with pytest.raises(ValidationError, match=r"needs a BOT_DATABASE_URL that begins with postgresql://"):
            environment(**{**stored, "BOT_DATABASE_URL": url})
    with pytest.raises(ValidationError, match="memory or postgresql"):
        environment(BOT_KB_INDEX="redis")


def test_the_key_of_the_environment_is_used_and_not_written(environment: Environment, tmp_path: Path) -> None:
    assert environment(BOT_DATA_DIR=str(tmp_path), BOT_SECRET_KEY="from outside").key() == "from outside"
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_kept_for_its_owner_only(environment: Environment, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = environment(BOT_DATA_DIR=str(folder), BOT_SECRET_KEY="").key()
    assert len(made) >= 32
    assert environment(BOT_DATA_DIR=str(folder)).key() == made
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_two_folders_have_different_keys(environment: Environment, tmp_path: Path) -> None:
    keys = {environment(BOT_DATA_DIR=str(tmp_path / name), BOT_SECRET_KEY="").key() for name in ("a", "b")}
    assert len(keys) == 2


def test_the_key_is_not_shown_where_the_settings_are_printed(environment: Environment) -> None:
    assert "from outside" not in repr(environment(BOT_SECRET_KEY="from outside"))
