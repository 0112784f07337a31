"""Rasa in this process: training, loading, and the engine that the gate speaks to."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

import bot.quiet  # noqa: F401  # first: it silences what Rasa starts on import
from bot.dialogue.engine.lean import without_tensorflow

without_tensorflow()

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import UserMessage
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.engine import signature
from bot.dialogue.engine.actions import LocalActions
from bot.dialogue.engine.collector import Collector
from bot.dialogue.engine.escape import as_text
from bot.dialogue.engine.reading import Reader, warm
from bot.language.nlu.classifier import MATTERS
from bot.language.understanding import Understanding
from bot.settings import ROOT, settings

NAME = "hotline"

log = logging.getLogger(__name__)


def model_path() -> Path:
    """Where the trained model stands."""
    return settings().models_dir / f"{NAME}.tar.gz"


def train() -> Path:
    """Trains the model from ``config.yml``, ``domain.yml`` and ``nlu_data/``."""
    from rasa.model_training import train as rasa_train

    result = rasa_train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(ROOT / "nlu_data" / name) for name in ("nlu", "rules")],
        output=str(settings().models_dir),
        fixed_model_name=NAME,
    )
    if result.code or not result.model:
        raise RuntimeError(f"training failed with code {result.code}")
    signature.sign(Path(result.model))
    return Path(result.model)


async def load(actions: bool = True) -> Agent:
    """The agent with the trained model; ``actions`` False gives one that only understands. Raises `SignatureError` where the
    model is not what `bot train` wrote."""
    if model_path().exists():
        signature.check(model_path())
    local = LocalActions() if actions else None
    endpoints = AvailableEndpoints(
        action=local,
        tracker_store=EndpointConfig(type="bot.dialogue.engine.conversations.ConversationStore") if actions else None,
    )
    agent = await load_agent(model_path=str(model_path()), endpoints=endpoints)
    if not agent.is_ready():
        raise RuntimeError(f"no trained model at {model_path()}: run `bot train`")
    if local:
        local.reader = partial(_read, agent)
    return agent


def read_in_time(agent: Agent) -> None:
    """From now on messages are read beside the event loop and within `reading_seconds`."""
    processor: Any = agent.processor
    processor.parse_message = Reader(processor.parse_message, warm, settings().reading_seconds)


async def understand(agent: Agent, text: str, matters: int = 0) -> dict[str, Any]:
    """What a text means (`bot.language.understanding.Understanding` as a dict), outside any conversation; ``matters``: into how
    many it is to be parted, where that is known."""
    processor: Any = agent.processor
    parsed = await processor.parse_message(UserMessage(as_text(text), metadata={MATTERS: matters}))
    found: dict[str, Any] = parsed["understanding"]
    return found


async def _read(agent: Agent, text: str, matters: int) -> Understanding:
    return Understanding.from_dict(await understand(agent, text, matters))


class RasaEngine:
    """Hands one message to Rasa."""

    def __init__(self, on_new_message: Any) -> None:
        self._on_new_message = on_new_message

    async def __call__(self, text: str, visitor_id: str, collector: Collector) -> None:
        """Raises nothing: where Rasa fails, nothing is collected, and the conversation stays as it was before the message."""
        try:
            await self._on_new_message(UserMessage(text, collector, visitor_id, input_channel=collector.name()))
        except Exception:
            log.exception("a message could not be answered")
            collector.replies.clear()
            collector.expects = None
