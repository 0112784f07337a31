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


async def test_where_rasa_fails_nothing_is_said_in_part_and_the_next_message_is_handed_on() -> None:
    came: list[str] = []

    async def on_new_message(message: Any) -> None:
        came.append(message.text)
        await message.output_channel.send_response("me", {"text": "好的", "custom": {"expects": "location"}})
        if len(came) == 1:
            raise RuntimeError("the action server is gone")

    engine, first, second = rasa.RasaEngine(on_new_message), Collector("web"), Collector("web")
    await engine("路灯坏了", "me", first)
    await engine("路灯坏了", "me", second)
    assert (first.replies, first.expects) == ([], None)
    assert [reply.text for reply in second.replies] == ["好的"]


def test_the_model_stands_in_the_folder_of_models(environment: Callable[..., Settings], tmp_path: Path) -> None:
    environment(BOT_MODELS_DIR=str(tmp_path))
    assert rasa.model_path() == tmp_path / "hotline.tar.gz"


@pytest.mark.filterwarnings("ignore")
async def test_without_a_trained_model_it_says_what_to_do(environment: Callable[..., Settings], tmp_path: Path) -> None:
    environment(BOT_MODELS_DIR=str(tmp_path))
    with pytest.raises(RuntimeError, match="bot train"):
        await rasa.load(actions=False)
