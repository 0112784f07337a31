"""The command ``bot kb evaluate``."""

from __future__ import annotations

from pathlib import Path

import click

from bot.settings import ROOT
from kb.search.base import KnowledgeBase
from kb.search.store import load_articles
from tools.evaluation import search
from tools.evaluation.report import summary, table

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("evaluate")
@click.option("--heldout", type=_FOLDER, default=ROOT / "tests" / "heldout", help="The project's own questions.")
@click.option("--shared", type=_FOLDER, default=ROOT.parent / "shared" / "eval", help="Other corpora; may be missing.")
def evaluate_search(heldout: Path, shared: Path) -> None:
    """Measure the search on held-out questions."""

    base = KnowledgeBase(load_articles(), progress="articles")
    figures = search.own(base, search.load(heldout)) + search.foreign(shared, "reading")
    click.echo(table(figures))
    click.echo(summary(figures))
