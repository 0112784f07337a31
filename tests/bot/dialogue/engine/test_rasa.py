"""The engine reads a message's vectors before Rasa asks for them, and hands the message on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.engine import rasa
from bot.dialogue.engine.collector import Collector
from bot.settings import Settings


async def test_a_message_is_handed_on_with_who_wrote_it_and_where() -> None:
    came: list[Any] = []

    async def on_new_message(message: Any) -> None:
        came.append(message)

    collector = Collector("wechat")
    await rasa.RasaEngine(on_new_message)("路燈壞了！！", "me", collector)
    [message] = came
    assert (message.text, message.sender_id, message.input_channel) == ("路燈壞了！！", "me", "wechat")
    assert message.output_channel is collector


def test_the_model_stands_in_the_folder_of_models(environment: Callable[..., Settings], tmp_path: Path) -> None:
    environment(BOT_MODELS_DIR=str(tmp_path))
    assert rasa.model_path() == tmp_path / "hotline.tar.gz"


@pytest.mark.filterwarnings("ignore")
async def test_without_a_trained_model_it_says_what_to_do(environment: Callable[..., Settings], tmp_path: Path) -> None:
    environment(BOT_MODELS_DIR=str(tmp_path))
    with pytest.raises(RuntimeError, match="bot train"):
        await rasa.load(actions=False)
