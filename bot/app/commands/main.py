"""The command ``bot``. Results go to standard output, progress and logs to standard error."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

import bot.quiet as quiet
from bot.app.commands.later import Later
from bot.app.commands.lines import rows, write

_FOLDER = click.Path(file_okay=False, path_type=Path)

BATCH = 64
"""Lines that are encoded together when a pipe brings them faster than they are understood."""


_LATER = {
    "orders": ("bot.app.commands.operator", "orders"),
    "outbox": ("bot.app.commands.operator", "outbox"),
    "catalogue": ("bot.app.commands.operator", "catalogue_group"),
    "kb": ("bot.app.commands.knowledge", "kb"),
    "data": ("tools.data_check.command", "data_group"),
    "evaluate": ("tools.evaluation.command", "evaluate"),
    "purge": ("bot.app.commands.privacy", "purge"),
    "rotate-keys": ("bot.app.commands.privacy", "rotate_keys"),
    "wechat": ("bot.app.commands.wechat", "wechat"),
}
"""Command → module and attribute."""


@click.group(cls=Later, later=_LATER)
def main() -> None:
    """12345 智能受理助手 (12345 Hotline Assistant)."""
    quiet.configure_logging("WARNING")


@main.command()
def serve() -> None:
    """Serve everything on one port; trains the model first if there is none."""
    # Importing makes millions of objects and no garbage; `bot.app.application` turns the collector on again.
    gc.disable()
    from bot.app import cities

    cities.checked()
    from bot.app import application, service
    from bot.dialogue.engine import rasa, signature

    if not rasa.model_path().exists():
        click.echo("There is no trained model yet: training one (a few minutes).", err=True)
        rasa.train()
    signature.check(rasa.model_path())
    service.run(application.create_app())


@main.command()
def relay() -> None:
    """Serve the open interfaces and deliver to the ticket backend, without the dialogue and its model."""
    from bot.app import service

    service.run(service.create_service("relay"))


@main.command()
def train() -> None:
    """Train the Rasa model from the data in this checkout."""
    from bot.app import cities

    cities.checked()
    from bot.dialogue.engine import rasa

    started = time.perf_counter()
    path = rasa.train()
    click.echo(f"{path} ({time.perf_counter() - started:.0f} s)", err=True)


@main.command()
def understand() -> None:
    """Read {"text": "…"} lines, write what each means."""
    from bot.dialogue.engine import rasa
    from bot.language.nlu.ahead import encode_ahead

    agent = asyncio.run(rasa.load(actions=False))
    for batch in _batches(rows("text")):
        started = time.perf_counter()
        encode_ahead([row["text"] for row in batch if "text" in row])
        shared = (time.perf_counter() - started) * 1000 / len(batch)
        for row in batch:
            if "text" not in row:
                write(row)
                continue
            started = time.perf_counter()
            found = asyncio.run(_understood(agent, row["text"]))
            found["latency_ms"] = round(shared + (time.perf_counter() - started) * 1000, 1)
            write({**row, **found})


@main.command()
@click.option(
    "--from", "start", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"])
)
@click.option("--urgency", type=click.Choice(["expedited", "standard"]), default="standard", show_default=True)
def deadline(start: datetime, urgency: str) -> None:
    """Print the due date of a matter registered at this time."""
    from bot.hotline.deadlines import due_date

    due = due_date(start, urgency)
    if due.provisional:
        click.echo("Provisional: the State Council has not announced the holidays of that year yet.", err=True)
    click.echo(due.day.isoformat())


async def _understood(agent: Any, text: str) -> dict[str, Any]:
    from bot.dialogue.engine import rasa
    from bot.privacy import mask, mask_phone

    found = await rasa.understand(agent, text)
    found["slots"]["phone"] = mask_phone(found["slots"]["phone"])
    found["mentions"]["plate"] = [mask(plate) for plate in found["mentions"]["plate"]]
    return found


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in batches from a pipe or file, one by one from a terminal."""
    size = 1 if sys.stdin.isatty() else BATCH
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    main()
