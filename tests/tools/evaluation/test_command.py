"""`bot evaluate` from the sets to the report: read by words, and by the trained model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import BOT
from tests.tools.evaluation.examples import LINES, REAL, by_words, write
from tools.evaluation.command import measurement
from tools.evaluation.report import Measurement, markdown
from tools.evaluation.sets import load


def evaluate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BOT, "evaluate", *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("measured")


@pytest.fixture(scope="module")
def measured(folder: Path) -> Measurement:
    sets = load(write(folder / "own", LINES), write(folder / "real", REAL))
    return measurement(sets, by_words, {"model": "a few words"}, folder)


def test_a_measurement_holds_every_figure(measured: Measurement) -> None:
    found = {figure.name: figure.value for figure in measured.figures}
    assert found["emergency.recall"] == found["emergency.line"] == 0.5
    assert found["messages_plain.false_alarms"] == found["not_emergency.false_alarms"] == 0.0
    assert found["legal_route.macro_f1"] == pytest.approx(1 / 6)
    assert (found["decline.recall"], found["decline.falsely_refused"]) == (1.0, 1.0)
    assert found["acts.macro_f1"] == found["region.accuracy"] == found["region.place"] == 1.0
    assert (found["matters.accuracy"], found["category.accuracy"]) == (0.0, 0.5)
    # The bin of 0.6 holds two messages, one right; that of 0.9 ten, of which eight are.
    assert found["route.calibration"] == pytest.approx(2 / 12 * 0.1 + 10 / 12 * 0.1)
    assert [figure.n for figure in measured.figures if figure.name.startswith("speed")] == [17, 2]
    assert None not in found.values()


def test_the_report_shows_own_misses_and_no_real_message(measured: Measurement, folder: Path) -> None:
    text = markdown(measured)
    assert "| 2 | emergency 120 | accept | 他一动不动，脸都紫了 |" in text
    assert "### emergency: 1 of 2" in text
    assert not [line["text"] for lines in REAL.values() for line in lines if line["text"] in text]
    assert all((folder / plot.file).exists() for plot in measured.plots)


def test_the_command_measures_the_trained_model(model: Path, tmp_path: Path) -> None:
    own, out = write(tmp_path / "own", LINES), tmp_path / "new" / "report"
    done = evaluate("--heldout", own, "--shared", tmp_path / "nowhere", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "emergency.recall" in done.stdout and "floors are kept" in done.stdout
    assert "reading" in done.stderr and str(out / "report.md") in done.stderr
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    values = {figure["name"]: figure["value"] for figure in report["figures"]}
    assert values["emergency.recall"] >= 0.5 and values["speed.short"] > 0
    assert 0 <= values["route.calibration"] <= 1
    assert values["category.accuracy"] is None
    assert {"commit", "model trained", "encoder"} <= report["facts"].keys()


def test_a_wrong_folder_is_told_before_the_model_is_loaded(tmp_path: Path) -> None:
    done = evaluate("--heldout", tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == f"Error: there is no {tmp_path}/emergency.jsonl\n"


def test_without_a_trained_model_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_MODELS_DIR", str(tmp_path))
    done = evaluate("--heldout", write(tmp_path / "own", LINES))
    assert done.returncode == 1 and "bot train" in done.stderr
