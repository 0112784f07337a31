"""Fixtures of the domain's tests: an empty store, settings from a changed environment, a small encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from bot.engine.lean import without_tensorflow
from bot.settings import Settings, settings
from bot.storage import Database

without_tensorflow()  # as the service does, before anything imports Rasa
# The same examples in every run, however slow the machine is.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.load_profile("steady")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """An empty store on disk."""
    database = Database(f"sqlite:///{tmp_path}/x.db")
    database.migrate()
    yield database
    database.engine.dispose()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Sets variables of the environment and gives the settings that a process started with them has."""

    def change(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return settings()

    yield change
    settings.cache_clear()
