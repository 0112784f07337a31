"""The report says figures, floors, where the messages come from, and the misses of the own sets."""

from __future__ import annotations

import json
from pathlib import Path

from tools.evaluation.measures import Figure, Floor
from tools.evaluation.misses import Miss
from tools.evaluation.plots import Plot
from tools.evaluation.report import Measurement, markdown, summary, table, write

FIGURES = [
    Figure("emergency.recall", "Emergency recall", 0.9909, (0.977, 1.0), 220, Floor("≥", 0.99)),
    Figure("messages_plain.false_alarms", "False alarms", 0.005, (0.002, 0.0085), 2000, Floor("<", 0.005), "%"),
    Figure("matters.accuracy", "Number of matters", 0.75, (0.6, 0.875), 40),
    Figure("category.accuracy", "Category", None, None, 0, Floor("≥", 0.75)),
    Figure("speed.short", "Median", 21.44, (20.9, 22.0), 200, Floor("≤", 30), "ms"),
]
MEASURED = Measurement(
    facts={"commit": "0123abc", "processor cores": 2},
    figures=FIGURES,
    plots=[Plot("danger.png", "Danger")],
    misses={"emergency": [Miss(3, "他倒下了|\n快来", "emergency 120", "accept")], "acts": []},
    sizes={"emergency": 220, "acts": 320},
)


def test_every_figure_stands_in_one_row_with_its_floor() -> None:
    lines = markdown(MEASURED).splitlines()
    assert "| Emergency recall | 0.991 | 0.977–1.000 | ≥ 0.990 | yes | 220 |" in lines
    assert "| False alarms | 0.50% | 0.20%–0.85% | < 0.50% | NO | 2000 |" in lines
    assert "| Number of matters | 0.750 | 0.600–0.875 |  |  | 40 |" in lines
    assert "| Category | not measured |  | ≥ 0.750 |  | 0 |" in lines
    assert "| Median | 21.4 ms | 20.9 ms–22.0 ms | ≤ 30.0 ms | yes | 200 |" in lines


def test_the_summary_names_what_is_not_kept_and_what_is_not_known() -> None:
    assert summary(FIGURES) == (
        "2 of 4 floors are kept. Not kept: False alarms. Not measured, the set is not there: Category."
    )
    assert summary(FIGURES[:1]) == "1 of 1 floors are kept."


def test_the_report_says_which_model_and_where_the_messages_come_from() -> None:
    text = markdown(MEASURED)
    assert "| commit | 0123abc |" in text
    assert "tests/heldout/" in text and "written by a language model" in text
    assert "Seconds to train" in text
    assert "![Danger](danger.png)" in text


def test_misses_stand_in_tables_that_their_signs_do_not_break() -> None:
    text = markdown(MEASURED)
    assert "### emergency: 1 of 220" in text and "### acts: 0 of 320" in text
    assert "| 3 | emergency 120 | accept | 他倒下了\\| 快来 |" in text


def test_the_terminal_gets_aligned_columns() -> None:
    head, *lines = table(FIGURES).splitlines()
    assert len(lines) == len(FIGURES)
    column = head.index("value")
    assert [line[column:].split()[0] for line in lines] == ["0.991", "0.50%", "0.750", "not", "21.4"]


def test_machines_get_the_same_figures(tmp_path: Path) -> None:
    write(MEASURED, tmp_path)
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == markdown(MEASURED)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["facts"]["commit"] == "0123abc"
    assert [figure["met"] for figure in report["figures"]] == [True, False, None, None, True]
    assert report["figures"][0] == {
        "name": "emergency.recall",
        "what": "Emergency recall",
        "value": 0.9909,
        "interval": [0.977, 1.0],
        "n": 220,
        "floor": {"sign": "≥", "bound": 0.99},
        "unit": "",
        "met": True,
    }
    assert report["misses"]["emergency"][0]["line"] == 3
