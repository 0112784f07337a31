"""The trained model and the search are as good as when these figures were taken, beyond chance.

A guard against breakage, not a proof: each bound lies two standard errors beside the figure of 2026-12-03, so a model
that is as good as that one fails once in forty draws at the most for each figure, and usually never: a draw moves them less.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import BOT

UNDERSTANDING = {  # figure: (2026-12-03, bound)
    "emergency.recall": (0.995, 0.983),
    "emergency.line": (0.964, 0.939),
    "emergency.named_in_company": (0.982, 0.964),
    "legal_route.macro_f1": (0.949, 0.923),
    "decline.recall": (0.930, 0.879),
    "decline.reason": (0.890, 0.827),
    "acts.macro_f1": (0.958, 0.934),
    "kind.macro_f1": (0.913, 0.868),
    "kind.category": (0.822, 0.765),
    "region.accuracy": (0.980, 0.952),
    "region.place": (0.890, 0.839),
    "words.route": (0.943, 0.916),
    "words.act": (0.988, 0.963),
    "matters.accuracy": (0.720, 0.647),
}
UNDERSTANDING_FAULTS = {  # shares of mistakes: the bound lies above
    "not_emergency.false_alarms": (0.080, 0.124),
    "decline.falsely_refused": (0.008, 0.025),
    "words.false_alarms": (0.035, 0.057),
    "route.calibration": (0.025, 0.035),
}
SEARCH = {
    "kb.first": (0.948, 0.936),
    "kb.third": (0.984, 0.977),
    "kb.answered": (0.889, 0.872),
    "kb.answered_right": (0.977, 0.968),
    "kb.helped": (0.937, 0.924),
    "kb.silent": (0.562, 0.498),
}
SEARCH_FAULTS = {"kb.wrong": (0.042, 0.068), "kb.wrong_near": (0.064, 0.105)}


@pytest.fixture(scope="module")
def understanding(model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    out = tmp_path_factory.mktemp("report")
    command = [BOT, "evaluate", "--shared", str(out / "nowhere"), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return {figure["name"]: figure["value"] for figure in report["figures"]}


@pytest.fixture(scope="module")
def search(model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    command = [BOT, "kb", "evaluate", "--shared", str(tmp_path_factory.mktemp("nowhere"))]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    cells = [line.split() for line in lines if line.startswith("kb.")]
    return {name: float(value.rstrip("%")) / (100 if value.endswith("%") else 1) for name, value, *_ in cells}


@pytest.mark.parametrize("figure", UNDERSTANDING)
def test_messages_are_understood_as_well_as_before(understanding: dict[str, float], figure: str) -> None:
    assert understanding[figure] >= UNDERSTANDING[figure][1]


@pytest.mark.parametrize("figure", UNDERSTANDING_FAULTS)
def test_messages_are_not_misread_more_often_than_before(understanding: dict[str, float], figure: str) -> None:
    assert understanding[figure] <= UNDERSTANDING_FAULTS[figure][1]


@pytest.mark.parametrize("figure", SEARCH)
def test_questions_are_answered_as_well_as_before(search: dict[str, float], figure: str) -> None:
    assert search[figure] >= SEARCH[figure][1]


@pytest.mark.parametrize("figure", SEARCH_FAULTS)
def test_questions_are_not_answered_wrongly_more_often_than_before(search: dict[str, float], figure: str) -> None:
    assert search[figure] <= SEARCH_FAULTS[figure][1]
