"""Plots of a measurement, as PNG files: confusion of categories, reliability of the route, danger by threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from sklearn.metrics import confusion_matrix, roc_curve

from tools.evaluation.figures import first_level, routed
from tools.evaluation.measures import bins
from tools.evaluation.sets import Row, Sets

_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "SimHei",
    "PingFang SC",
)
ENGLISH = {
    "交通运输": "transport",
    "党务政务": "party and government",
    "公安政法": "police and justice",
    "农村农业": "farming",
    "劳动和社会保障": "labour and social security",
    "卫生计生": "health",
    "商贸旅游": "trade and tourism",
    "国土资源": "land and resources",
    "城乡建设": "construction",
    "教育文体": "education and culture",
    "民政": "civil affairs",
    "环境保护": "environment",
    "科技与信息产业": "science and information",
    "经济管理": "economy",
}
"""First-level categories, for machines whose fonts have no Chinese characters."""
_THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
"""Marked on the curves of danger."""


@dataclass(frozen=True)
class Plot:
    """A file and what it shows."""

    file: str
    caption: str


def chinese_font() -> str | None:
    """A font of this machine that has Chinese characters."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _CHINESE if name in known), None)


def draw(sets: Sets, folder: Path, font: str | None) -> list[Plot]:
    """Draws what the sets at hand allow, with Chinese names if there is a ``font`` for them."""
    made = []
    with matplotlib.rc_context({"font.family": [font, "DejaVu Sans"] if font else ["DejaVu Sans"]}):
        if sets["messages_category"]:
            made.append(_confusion(folder, sets["messages_category"], chinese=font is not None))
        made += [_reliability(folder, *routed(sets)), _danger(folder, sets)]
    return made


def _confusion(folder: Path, rows: Sequence[Row], chinese: bool) -> Plot:
    expected, found = [row.label["category"] for row in rows], [first_level(row) or "none" for row in rows]
    labels = sorted(set(expected))
    # Classes that were only ever answered have no row of their own.
    columns = [*labels, *sorted(set(found) - set(labels))]
    counts = confusion_matrix(expected, found, labels=columns)[: len(labels)]
    names = columns if chinese else [_english(name, number) for number, name in enumerate(columns, 1)]
    canvas, axes = _axes(4 + 0.5 * len(columns), 3 + 0.45 * len(labels))
    axes.imshow(counts / counts.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if count > counts[row].sum() / 2 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour)
    axes.set_xticks(range(len(columns)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(labels)), names[: len(labels)])
    axes.set(xlabel="found", ylabel="expected", title=f"First-level category, {len(rows)} real messages")
    return _saved(canvas, folder / "confusion.png", "First-level category: expected against found")


def _english(name: str, number: int) -> str:
    return name if name.isascii() else ENGLISH.get(name, f"class {number}")


def _reliability(folder: Path, confidences: Sequence[float], right: Sequence[bool]) -> Plot:
    points = bins(confidences, right)
    canvas, axes = _axes(5, 5)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.plot([each.confidence for each in points], [each.accuracy for each in points], marker="o")
    for each in points:
        axes.annotate(str(each.n), (each.confidence, each.accuracy), (6, -10), textcoords="offset points", fontsize=8)
    axes.set(xlabel="mean confidence", ylabel="share right", title=f"Reliability of the route, {len(right)} messages")
    caption = "Reliability of the route: how often an answer of a confidence is right; the numbers count messages"
    return _saved(canvas, folder / "reliability.png", caption)


def _danger(folder: Path, sets: Sets) -> Plot:
    canvas, axes = _axes(6.5, 5)
    for colour, name in enumerate(name for name in ("not_emergency", "messages_plain") if sets[name]):
        groups = (sets["emergency"], sets[name])
        truth = [group is groups[0] for group in groups for _ in group]
        alarms, recall, thresholds = roc_curve(
            truth, [row.found["danger"] for group in groups for row in group], drop_intermediate=False
        )
        axes.step(alarms * 100, recall, where="post", color=f"C{colour}", label=f"learned danger, against {name}")
        for threshold in _THRESHOLDS:
            # Thresholds fall: the last one that is not below is the working point.
            at = np.flatnonzero(thresholds >= threshold)[-1]
            axes.plot(alarms[at] * 100, recall[at], marker=".", color=f"C{colour}")
            axes.annotate(str(threshold), (alarms[at] * 100, recall[at]), (3, -10), textcoords="offset points", size=7)
        found, alarmed = (np.mean([row.found["route"] == "emergency" for row in group]) for group in groups)
        axes.plot(alarmed * 100, found, "*", color=f"C{colour}", markersize=12, label=f"whole triage, against {name}")
    axes.set_xscale("symlog", linthresh=0.1)
    axes.set(xlabel="false alarms, %", ylabel="recall", title="Danger, as the threshold moves")
    axes.legend(loc="lower right")
    caption = (
        "Danger: recall against false alarms, as the threshold of the learned probability moves; stars: rules and "
        "learned probability together, as in service"
    )
    return _saved(canvas, folder / "danger.png", caption)


def _axes(width: float, height: float) -> tuple[Canvas, Any]:
    # A canvas of its own needs neither a display nor pyplot's global state.
    canvas = Canvas(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(canvas)
    return canvas, canvas.subplots()


def _saved(canvas: Canvas, path: Path, caption: str) -> Plot:
    canvas.savefig(path, dpi=120)
    return Plot(path.name, caption)
