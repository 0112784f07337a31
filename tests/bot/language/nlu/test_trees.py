"""The arrays say what scikit-learn's model says, to the last digit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from bot.language.nlu import tensors
from bot.language.nlu.trees import Trees


@pytest.mark.parametrize("leaves", [2, 15])
def test_the_figures_are_those_of_the_model_before_and_after_storing(leaves: int, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rows = random.normal(0, 1, (600, 5)).round(1)
    wanted = rows[:, 0] * rows[:, 1] + random.normal(0, 0.3, 600) > 0
    model = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=leaves, random_state=0).fit(rows, wanted)
    tensors.write(tmp_path / "x", asdict(Trees.of(model)))
    expected = model.predict_proba(rows)[:, 1]
    for trees in (Trees.of(model), Trees(**tensors.read(tmp_path / "x"))):
        assert np.array_equal(trees.probabilities(rows), expected)
    assert expected.min() < 0.4 < 0.6 < expected.max()


def test_where_nothing_can_be_learned_every_row_is_as_likely() -> None:
    model = HistGradientBoostingClassifier(random_state=0).fit(np.zeros((40, 2)), np.arange(40) % 4 == 0)
    rows = np.ones((3, 2))
    assert np.array_equal(Trees.of(model).probabilities(rows), model.predict_proba(rows)[:, 1])
