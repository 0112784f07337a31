"""The command ``bot evaluate``. Whatever is slow to import is imported when a measurement begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.settings import ROOT

if TYPE_CHECKING:
    from tools.evaluation.reading import Reader
    from tools.evaluation.report import Measurement
    from tools.evaluation.sets import Sets

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--heldout", type=_FOLDER, default=ROOT / "tests" / "heldout", help="The project's own sets.")
@click.option(
    "--shared", type=_FOLDER, default=ROOT.parent / "shared" / "eval", help="Sets of real messages; may be missing."
)
@click.option("--out", type=_FOLDER, default=ROOT / "results" / "understanding", help="Where the report goes.")
def evaluate(heldout: Path, shared: Path, out: Path) -> None:
    """Measure the language understanding on held-out messages."""
    from tools.evaluation.sets import SetError, load

    try:
        sets = load(heldout, shared)
        from tools.evaluation import reading, report

        reader, facts = reading.trained_model()
    except (SetError, RuntimeError) as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    measured = measurement(sets, reader, facts, out)
    report.write(measured, out)
    click.echo(report.table(measured.figures))
    click.echo(report.summary(measured.figures))
    click.echo(f"The report: {out / 'report.md'}", err=True)


def measurement(sets: Sets, reader: Reader, facts: dict[str, Any], out: Path) -> Measurement:
    """Reads the sets, computes the figures, and draws the plots into ``out``."""
    from tools.evaluation import figures, misses, plots, reading, report
    from tools.evaluation.sets import OWN

    own = [row for name in OWN for row in sets[name]]
    speed = figures.speed(reading.timed(own, reader), reading.timed(sets["messages_plain"], reader))
    sets = reading.read(sets, reader)
    return report.Measurement(
        facts,
        [*figures.figures(sets), *speed],
        plots.draw(sets, out, plots.chinese_font()),
        misses.misses(sets),
        {name: len(rows) for name, rows in sets.items()},
    )
