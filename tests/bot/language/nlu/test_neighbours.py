"""The nearest example of each class has a say; where none is nearer, everything stays as the heads said."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from bot.language.nlu import tensors
from bot.language.nlu.neighbours import Neighbours

EAST, NORTH, WEST, SOUTH = np.vstack([np.eye(2), -np.eye(2)]).astype(np.float32) * 9
"""Four directions, of any length."""
ROUTES = ["accept", "decline/privacy", "emergency"]
LABELS = {
    "route": ["accept", "decline/privacy", "emergency", "emergency"],
    "hotline": [None, None, "110", "119"],
}


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Neighbours:
    """As the service reads them from the model."""
    kept = Neighbours.keep(np.stack([EAST, NORTH, WEST, SOUTH]), LABELS)
    path: Path = tmp_path_factory.mktemp("model") / "x"
    tensors.write(path, asdict(kept))
    return Neighbours(**tensors.read(path))


def routes(neighbours: Neighbours, where: np.ndarray, scores: list[float]) -> np.ndarray:
    classes, revised = neighbours.revise(where[None], {"route": (ROUTES, np.array([scores]))})["route"]
    assert classes == ROUTES
    assert revised[0].sum() == pytest.approx(1)
    return revised[0]


@pytest.mark.parametrize(("where", "nearest"), [(EAST, 0), (NORTH, 1), (WEST, 2), (SOUTH, 2)])
def test_torn_between_classes_the_nearest_example_decides(
    neighbours: Neighbours, where: np.ndarray, nearest: int
) -> None:
    assert routes(neighbours, where, [0.34, 0.33, 0.33])[nearest] > 0.9


def test_as_near_to_one_as_to_the_other_the_shares_stay(neighbours: Neighbours) -> None:
    revised = routes(neighbours, EAST + NORTH, [0.6, 0.3, 0.1])
    assert revised[0] / revised[1] == pytest.approx(0.6 / 0.3, rel=1e-3)


def test_a_class_that_was_impossible_comes_into_question_where_its_example_is_near(neighbours: Neighbours) -> None:
    assert routes(neighbours, NORTH, [1, 0, 0])[1] > 0.1
    assert routes(neighbours, EAST, [1, 0, 0])[1] < 0.001


def test_examples_without_the_label_are_not_compared(neighbours: Neighbours) -> None:
    lines = {"hotline": (["110", "119"], np.array([[0.6, 0.4]]))}
    classes, revised = neighbours.revise(SOUTH[None], lines)["hotline"]
    assert classes[int(revised.argmax())] == "119"


def test_every_message_is_compared_for_itself(neighbours: Neighbours) -> None:
    scores = np.full((2, 3), 1 / 3)
    revised = neighbours.revise(np.stack([EAST, NORTH]), {"route": (ROUTES, scores)})["route"][1]
    assert revised.argmax(axis=1).tolist() == [0, 1]


def test_labels_that_no_example_carries_stay(neighbours: Neighbours) -> None:
    scores = np.array([[0.7, 0.3]])
    found = neighbours.revise(EAST[None], {"urgency": (["expedited", "standard"], scores)})
    assert np.array_equal(found["urgency"][1], scores)
