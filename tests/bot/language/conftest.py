"""Fixtures of the domain's tests: an empty store, settings from a changed environment, a small encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.dialogue.engine.lean import without_tensorflow
from bot.settings import Settings, settings

without_tensorflow()  # as the service does, before anything imports Rasa


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
