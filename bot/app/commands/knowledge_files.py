"""The editors' part of ``bot kb``: articles in and out of the store as files."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from tqdm import tqdm

from bot.storage import database
from kb.upkeep import exchange, importing, listing
from kb.upkeep.editing import SCOPES, Editor
from kb.upkeep.problems import Unreadable
from kb.upkeep.seed import seed


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--publish", is_flag=True, help="Publish what is taken; otherwise it waits for review.")
@click.option("--by", "who", default="命令行", show_default=True, help="Who is named as the author.")
def import_file(file: Path, dry_run: bool, publish: bool, who: str) -> None:
    """Take the articles of a .csv, .xlsx or .md file; says line by line what to mend.

    Each article is taken by itself: after an interruption, run it again.
    """
    try:
        entries = exchange.read(file.name, file.read_bytes())
    except Unreadable as error:
        raise click.ClickException(error.message) from error
    editor = Editor(who, None, frozenset(SCOPES), alone=True)
    refused = changed = 0
    with tqdm(total=len(entries), unit="条", desc="检查" if dry_run else "导入") as bar:
        for outcome in importing.take(database(), editor, entries, publish=publish, dry_run=dry_run):
            bar.update()
            if outcome.saved is None:
                refused += 1
                click.echo(str(outcome))
            changed += bool(outcome.saved and outcome.saved.changed)
    done = "可以导入" if dry_run else "已导入"
    click.echo(f"{done} {changed} 条，没有变化 {len(entries) - changed - refused} 条，需要修改 {refused} 条")
    if refused:
        raise SystemExit(1)


@click.command("export")
@click.option("--format", "kind", type=click.Choice(list(exchange.FORMATS)), default="csv", show_default=True)
@click.option("--unit", help="Only this unit's articles.")
@click.option("--state", type=click.Choice(listing.STATES))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output.")
def export(kind: str, unit: str | None, state: listing.State | None, output: Path | None) -> None:
    """Write the articles as a file that `bot kb import` reads."""
    reader = Editor("命令行", None, frozenset({"read"}))
    with database().transaction() as session:
        rows = listing.exported(session, reader, listing.Filter(unit=unit, state=state))
    data = exchange.write(kind, rows)
    if output:
        output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    click.echo(f"{len(rows)} 条", err=True)


@click.command("seed")
def seed_files() -> None:
    """Bring new and changed articles of kb/articles into the store, as every start does."""
    done = seed(database())
    click.echo(f"new {done.new}, changed {done.changed}, gone {done.gone}, kept as edited here {done.edited}")
