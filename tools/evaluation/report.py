"""The report of a measurement: a table for a terminal, Markdown for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.evaluation.measures import Figure
from tools.evaluation.misses import Miss
from tools.evaluation.plots import Plot

_ORIGIN = """\
The project's own sets (`tests/heldout/`, described in its `README.md`) were written by a language model, item by item,
from the definitions of the labels only and apart from the training data. Who wrote a message labelled it, nobody
else has checked the labels, and no message comes from a real caller. The thresholds of danger were chosen on them, so
the figures of emergencies flatter. `messages_category` and `messages_plain` are real messages from public boards; they
stay outside of the project, and their texts are not shown here."""
_READING = """\
Intervals are 95 % bootstrap intervals over the messages (1,000 resamples, fixed seed); where all or none of the
messages are hits, the exact binomial interval. The value itself, not its interval, is compared with the floor. Macro-F1
of the legal route is the mean over the six legal routes; a near message that is sent on one costs that route precision.
The calibration error has 10 bins of equal width, over the own sets that are labelled with a route; an answer is right
if the route and its legal route or reason are. Times are of one message after another, encoder included, and depend on
what else the machine does. Seconds to train are not in the model's file: `bot train` tells them, and
`benchmarks/nlu_baseline.py` measures them."""


@dataclass(frozen=True)
class Measurement:
    """Everything a report says."""

    facts: dict[str, Any]
    figures: Sequence[Figure]
    plots: Sequence[Plot]
    misses: dict[str, list[Miss]]
    sizes: dict[str, int]


def table(figures: Sequence[Figure]) -> str:
    """The figures in aligned columns."""
    lines = [("figure", "value", "95 %", "floor", "met", "n"), *((f.name, *_cells(f)) for f in figures)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def summary(figures: Sequence[Figure]) -> str:
    """How many floors are kept, and which are not."""
    floors = [figure for figure in figures if figure.floor]
    kept = sum(figure.met is True for figure in floors)
    failed = [figure.what for figure in floors if figure.met is False]
    unknown = [figure.what for figure in floors if figure.met is None]
    parts = [f"{kept} of {len(floors)} floors are kept."]
    parts += [f"Not kept: {'; '.join(failed)}."] if failed else []
    parts += [f"Not measured, the set is not there: {'; '.join(unknown)}."] if unknown else []
    return " ".join(parts)


def write(measured: Measurement, folder: Path) -> None:
    """Writes ``report.md`` and ``report.json``."""
    (folder / "report.md").write_text(markdown(measured), encoding="utf-8")
    content = json.dumps(_plain(measured), ensure_ascii=False, indent=1)
    (folder / "report.json").write_text(content + "\n", encoding="utf-8")


def markdown(measured: Measurement) -> str:
    """The report for people."""
    parts = [
        "# How well messages are understood",
        summary(measured.figures),
        _rows(["", ""], [[name, str(value)] for name, value in measured.facts.items()]),
        "## Figures",
        _rows(
            ["figure", "value", "95 % interval", "floor", "met", "n"], [[f.what, *_cells(f)] for f in measured.figures]
        ),
        _READING,
        "## Where the messages come from",
        _ORIGIN,
        "## Plots",
        *(f"{plot.caption}.\n\n![{plot.caption}]({plot.file})" for plot in measured.plots),
        "## Misses of the own sets",
    ]
    for name, found in measured.misses.items():
        parts.append(f"### {name}: {len(found)} of {measured.sizes[name]}")
        if found:
            cells = [[str(miss.line), miss.expected, miss.found, miss.text] for miss in found]
            parts.append(_rows(["line", "expected", "found", "text"], cells))
    return "\n\n".join(parts) + "\n"


def _plain(measured: Measurement) -> dict[str, Any]:
    return {
        "facts": measured.facts,
        "figures": [
            {**asdict(figure), "floor": figure.floor and figure.floor._asdict(), "met": figure.met}
            for figure in measured.figures
        ],
        "misses": {name: [asdict(miss) for miss in found] for name, found in measured.misses.items()},
    }


def _cells(figure: Figure) -> tuple[str, str, str, str, str]:
    """Value, interval, floor, whether it is kept, and messages."""
    interval = "–".join(_number(end, figure.unit) for end in figure.interval) if figure.interval else ""
    floor = f"{figure.floor.sign} {_number(figure.floor.bound, figure.unit)}" if figure.floor else ""
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    return _number(figure.value, figure.unit), interval, floor, met, str(figure.n)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "not measured"
    return {"": f"{value:.3f}", "%": f"{value:.2%}", "ms": f"{value:.1f} ms"}[unit]


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *lines])
