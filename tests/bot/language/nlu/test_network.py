"""The network learns several labels together, also where an example carries only some, and is kept as plain arrays."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from bot.language.nlu import tensors
from bot.language.nlu.network import Network

random = np.random.default_rng(0)
SIDES = random.integers(0, 2, 400)
ROWS = np.hstack([random.normal(SIDES[:, None] * 2 - 1, 1, (400, 8)), random.normal(0, 1, (400, 8))]).astype(np.float32)
SIDE = ["left" if side == 0 else "right" for side in SIDES]
SELDOM = [name if index % 2 else None for index, name in enumerate(SIDE)]


@pytest.fixture(scope="module")
def trained() -> Network:
    return Network.train(ROWS[:300], {"side": SIDE[:300], "seldom": SELDOM[:300]})


@pytest.mark.parametrize("label", ["side", "seldom"])
def test_new_rows_are_put_right_for_every_label(trained: Network, label: str) -> None:
    scores = trained.probabilities(ROWS[300:])[label]
    found = [trained.classes[label][row] for row in scores.argmax(1)]
    assert sum(name == side for name, side in zip(found, SIDE[300:], strict=True)) >= 95
    assert np.allclose(scores.sum(1), 1)


def test_stored_it_gives_the_same_figures(trained: Network, tmp_path: Path) -> None:
    tensors.write(tmp_path / "x", asdict(trained))
    again = Network(**tensors.read(tmp_path / "x"))
    assert np.array_equal(again.probabilities(ROWS)["seldom"], trained.probabilities(ROWS)["seldom"])
