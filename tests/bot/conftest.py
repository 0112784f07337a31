"""Fixtures of the domain's tests: an empty store, settings from a changed environment, a small encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.cities import city
from bot.dialogue.engine.lean import without_tensorflow
from bot.hotline import catalogue
from bot.hotline.deadlines import calendar
from bot.language.gazetteer import gazetteer
from bot.settings import Settings, settings
from bot.storage.types import cipher, newest_cipher

without_tensorflow()  # as the service does, before anything imports Rasa


def forget() -> None:
    """Lets everything that was read from the settings be read anew."""
    for read in (settings, city, calendar, gazetteer, catalogue._current, cipher, newest_cipher):
        read.cache_clear()


@pytest.fixture
def environment() -> Iterator[Callable[..., Settings]]:
    """Sets variables of the environment and gives the settings that a process started with them has."""
    with pytest.MonkeyPatch.context() as patch:

        def change(**values: str) -> Settings:
            for name, value in values.items():
                patch.setenv(name, value)
            forget()
            return settings()

        yield change
    forget()
