"""The command ``bot``. Results go to standard output, progress and logs to standard error."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

import bot.quiet as quiet
from bot.settings import ROOT

_FOLDER = click.Path(file_okay=False, path_type=Path)

BATCH = 64
"""Lines that are encoded together when a pipe brings them faster than they are understood."""


class _Commands(click.Group):
    """Loads the operator's commands, and those for the data, only when one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_LATER})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in _LATER:
            module, attribute = _LATER[name]
            command: click.Command = getattr(import_module(module), attribute)
            return command
        return super().get_command(ctx, name)


_LATER = {
    "orders": ("bot.app.commands.operator", "orders"),
    "outbox": ("bot.app.commands.operator", "outbox"),
    "catalogue": ("bot.app.commands.operator", "catalogue_group"),
    "data": ("tools.data_check.command", "data_group"),
    "evaluate": ("tools.evaluation.command", "evaluate"),
    "wechat": ("bot.app.commands.wechat", "wechat"),
}
"""Command → module and attribute."""


@click.group(cls=_Commands)
def main() -> None:
    """12345 智能受理助手 (12345 Hotline Assistant)."""
    quiet.configure_logging("WARNING")


@main.command()
def serve() -> None:
    """Serve everything on one port; trains the model first if there is none."""
    # Importing makes millions of objects and no garbage; `bot.app.application` turns the collector on again.
    gc.disable()
    from bot.app.application import application as app
    from bot.app.application import service
    from bot.dialogue.engine import rasa

    if not rasa.model_path().exists():
        click.echo("There is no trained model yet: training one (a few minutes).", err=True)
        rasa.train()
    service.run(app.create_app())


@main.command()
def relay() -> None:
    """Serve the open interfaces and deliver to the ticket backend, without the dialogue and its model."""
    from bot.app.application import service

    service.run(service.create_service("relay"))


@main.command()
def train() -> None:
    """Train the Rasa model from the data in this checkout."""
    from bot.dialogue.engine import rasa

    started = time.perf_counter()
    path = rasa.train()
    click.echo(f"{path} ({time.perf_counter() - started:.0f} s)", err=True)


@main.command()
def understand() -> None:
    """Read {"text": "…"} lines, write what each means."""
    from bot.dialogue.engine import rasa
    from bot.language.extract.matters import clauses
    from bot.language.nlu.encoder import encoder
    from bot.language.nlu.normaliser import normalise

    agent = asyncio.run(rasa.load(actions=False))
    for rows in _batches(_rows("text")):
        started = time.perf_counter()
        encoder().encode_pieces([clauses(normalise(row["text"])) for row in rows])
        shared = (time.perf_counter() - started) * 1000 / len(rows)
        for row in rows:
            started = time.perf_counter()
            found = asyncio.run(_understood(agent, row["text"]))
            found["latency_ms"] = round(shared + (time.perf_counter() - started) * 1000, 1)
            _print({**row, **found})


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


class _KnowledgeCommands(click.Group):
    """Loads the editors' commands only when one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_EDITORS})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in _EDITORS:
            from bot.app.application.commands import knowledge_files as cli_kb

            command: click.Command = getattr(cli_kb, _EDITORS[name])
            return command
        return super().get_command(ctx, name)


_EDITORS = {"import": "import_file", "export": "export", "seed": "seed_files"}


@main.group(cls=_KnowledgeCommands)
def kb() -> None:
    """The knowledge base."""


@kb.command()
@click.option(
    "--articles",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Search this JSON Lines corpus instead.",
)
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000))
def search(articles: Path | None, top: int) -> None:
    """Read {"query": "…"} lines, write the hits of each."""
    from kb.search.base import foreign_corpus
    from kb.search.live import live

    base: Any = foreign_corpus(articles, progress="articles") if articles else live("articles").base
    for row in _rows("query"):
        result = base.search(row["query"], top)
        hits = [{"id": h.document.id, "score": round(h.score, 4), "title": h.document.title} for h in result.hits]
        _print({**row, "hits": hits, "answerable": result.answerable})


@kb.command()
def check() -> None:
    """Check every article; says what to mend."""
    from kb.search.store import ArticleError, load_articles

    try:
        articles = load_articles()
    except ArticleError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(articles)} articles are fine")


@kb.command("evaluate")
@click.option("--heldout", type=_FOLDER, default=ROOT / "tests" / "heldout", help="The project's own questions.")
@click.option("--shared", type=_FOLDER, default=ROOT.parent / "shared" / "eval", help="Other corpora; may be missing.")
def evaluate_search(heldout: Path, shared: Path) -> None:
    """Measure the search on held-out questions."""
    from kb.search.base import KnowledgeBase
    from kb.search.store import load_articles
    from tools.evaluation import search as evaluation
    from tools.evaluation.report import summary, table

    base = KnowledgeBase(load_articles(), progress="articles")
    figures = evaluation.own(base, evaluation.load(heldout)) + evaluation.foreign(shared, "reading")
    click.echo(table(figures))
    click.echo(summary(figures))


async def _understood(agent: Any, text: str) -> dict[str, Any]:
    if not text.strip():
        raise click.ClickException('a line without a "text"')
    from bot.dialogue.engine import rasa
    from bot.privacy import mask, mask_phone

    found = await rasa.understand(agent, text)
    found["slots"]["phone"] = mask_phone(found["slots"]["phone"])
    found["mentions"]["plate"] = [mask(plate) for plate in found["mentions"]["plate"]]
    return found


def _rows(key: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise click.ClickException(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get(key), str):
            raise click.ClickException(f'line {number} has no "{key}"')
        yield row


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


def _print(row: dict[str, Any]) -> None:
    click.echo(json.dumps(row, ensure_ascii=False))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
