"""A gate on an empty store before an engine that echoes, and one visitor."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.dialogue.gate import Gate
from bot.dialogue.visitors import Visitors
from bot.storage import Database
from tests.bot.dialogue.gate.echo import Echo


@pytest.fixture
def engine() -> Echo:
    return Echo()


@pytest.fixture
def gate(store: Database, engine: Echo) -> Gate:
    return Gate(store, engine)


@pytest_asyncio.fixture
async def me(store: Database) -> AsyncIterator[str]:
    yield (await Visitors(store).open("web")).id
