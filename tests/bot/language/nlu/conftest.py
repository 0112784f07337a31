"""The sentence encoder of the service, loaded once."""

from __future__ import annotations

import pytest

from bot.language.nlu import encoder as module
from bot.language.nlu.encoder import Encoder


@pytest.fixture(scope="session")
def e5() -> Encoder:
    """The carried encoder."""
    return module.encoder()
