"""The whole service on a city of another province (``toy/``): nothing of Lishui may be heard or read of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cities import load
from bot.settings import ROOT
from tests.conftest import BOT, Service, start_service, stop_service
from tests.e2e.conftest import Citizen

TOY = ROOT / "tests/city/toy"
_LISHUI = load(ROOT / "bot/city/lishui")
LOCAL = {"丽水", "Lishui", "0578", "浙里办", "浙江", "畲族"} | {
    name for region in _LISHUI.regions for name in (region.name, region.short)
}
"""Words that belong to Lishui alone."""


def foreign(text: str) -> list[str]:
    """The words of another city in what this one says."""
    return sorted(word for word in LOCAL if word.lower() in text.lower())


class Visitor(Citizen):
    """A citizen of the toy city, who keeps all that was answered."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.heard: list[str] = [self.http_text()]

    def http_text(self) -> str:
        """Everything of the last answer: texts, buttons, links and sources."""
        return str(self.last)

    def _post(self, body: dict[str, str]) -> dict[str, object]:
        answer = super()._post(body)
        self.heard.append(self.http_text())
        return answer


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the toy city's service."""
    return tmp_path_factory.mktemp("toy")


@pytest.fixture(scope="session")
def toy(model: Path, folder: Path) -> Iterator[Service]:
    """The service of the toy city, with the model that was trained for Lishui."""
    keys = "安和市公安局/编辑:k-writer:read+write"
    running = start_service(folder, BOT_CITY=str(TOY), BOT_KB_KEYS=keys, BOT_OPEN311_KEYS="all:k-all:read")
    yield running
    stop_service(running)


@pytest.fixture
def visitor(toy: Service) -> Iterator[Visitor]:
    """Somebody of the toy city; whatever was said to them is looked through at the end."""
    one = Visitor(toy)
    yield one
    for answer in [*one.heard, str(one.orders())]:
        assert not foreign(answer), answer


@pytest.fixture
def bot(toy: Service, folder: Path) -> Command:
    """The command line on the toy city's data."""
    return Command(folder)


class Command:
    """``bot`` beside the running service."""

    def __init__(self, folder: Path) -> None:
        self._env = {**os.environ, "BOT_CITY": str(TOY), "BOT_DATA_DIR": str(folder)}

    def __call__(self, *words: str, said: str | None = None) -> str:
        done = subprocess.run(
            [BOT, *words], env=self._env, input=said, capture_output=True, text=True, check=True, timeout=300
        )
        return done.stdout
