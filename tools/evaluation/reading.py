"""Reads the sets with the trained model: the only module here that knows Rasa."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from tqdm import tqdm

from bot.clock import local, local_now
from bot.settings import ROOT
from tools.evaluation.sets import Row, Sets

TOGETHER = 64
"""Messages that are encoded together, as `bot understand` does."""
TIMED = 200
"""Messages of a group that are timed one by one."""

Reader = Callable[[Sequence[str]], list[dict[str, Any]]]
"""Gives the understanding of each text, as plain values."""


def trained_model() -> tuple[Reader, dict[str, Any]]:
    """Loads the model of this checkout once; gives its reader, and what the report says about it."""
    from bot.dialogue.engine import rasa  # first: it keeps TensorFlow out
    from bot.dialogue.engine.escape import as_text
    from bot.language.nlu.ahead import encode_ahead
    from bot.language.nlu.encoder import encoder

    agent = asyncio.run(rasa.load(actions=False))

    async def parsed(texts: Sequence[str]) -> list[dict[str, Any]]:
        return [(await agent.parse_message(text))["understanding"] for text in texts]

    def reader(texts: Sequence[str]) -> list[dict[str, Any]]:
        texts = [as_text(text) for text in texts]
        encode_ahead(texts)
        return asyncio.run(parsed(texts))

    # Rasa writes UTC without saying so.
    trained = agent.processor.model_metadata.trained_at.replace(tzinfo=UTC)
    return reader, {
        "measured": local_now().isoformat(timespec="minutes"),
        "commit": _commit(),
        "model trained": local(trained).isoformat(timespec="minutes"),
        "encoder": encoder().fingerprint,
        "processor cores": os.cpu_count(),
    }


def timed(rows: Sequence[Row], reader: Reader) -> list[float]:
    """Milliseconds of a sample of messages, one by one. Before `read`: the encoder remembers what it has seen."""
    texts = list(dict.fromkeys(row.text for row in rows))
    sample = random.Random(0).sample(texts, min(TIMED, len(texts)))  # noqa: S311  # no secret
    times = []
    for text in tqdm(sample, desc="timing", unit="message"):
        started = time.perf_counter()
        reader([text])
        times.append((time.perf_counter() - started) * 1000)
    return times


def read(sets: Sets, reader: Reader) -> Sets:
    """The same sets with what was understood."""
    texts = list(dict.fromkeys(row.text for rows in sets.values() for row in rows))
    found: dict[str, dict[str, Any]] = {}
    with tqdm(desc="reading", total=len(texts), unit="message") as bar:
        for start in range(0, len(texts), TOGETHER):
            batch = texts[start : start + TOGETHER]
            found |= zip(batch, reader(batch), strict=True)
            bar.update(len(batch))
    return {name: [replace(row, found=found[row.text]) for row in rows] for name, rows in sets.items()}


def _commit() -> str:
    """The commit of this checkout, marked where files differ from it; ``unknown`` outside of a repository."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
