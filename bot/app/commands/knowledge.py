"""The command ``bot kb``: search, check, and files in and out of the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bot.app.commands.later import Later
from bot.app.commands.lines import rows, write

_LATER = {
    "import": ("bot.app.commands.knowledge_files", "import_file"),
    "export": ("bot.app.commands.knowledge_files", "export"),
    "seed": ("bot.app.commands.knowledge_files", "seed_files"),
    "evaluate": ("tools.evaluation.search_command", "evaluate_search"),
}
"""Command → module and attribute."""


@click.group(cls=Later, later=_LATER)
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
    from bot.storage import database
    from kb.search.base import foreign_corpus
    from kb.search.live import live
    from kb.upkeep.seed import seed

    if not articles:
        seed(database())
    base: Any = foreign_corpus(articles, progress="articles") if articles else live("articles").base
    for row in rows("query"):
        if "query" not in row:
            write(row)
            continue
        result = base.search(row["query"], top)
        hits = [{"id": h.document.id, "score": round(h.score, 4), "title": h.document.title} for h in result.hits]
        write({**row, "hits": hits, "answerable": result.answerable})


@kb.command()
def check() -> None:
    """Check every article; says what to mend."""
    from kb.search.store import ArticleError, load_articles

    try:
        articles = load_articles()
    except ArticleError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(articles)} articles are fine")
