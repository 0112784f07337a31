"""The nearest examples have a say on refusals and on the line; what the network is sure is none of it stays as it is."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from bot.nlu.neighbours import Neighbours

ROUTES = ["accept", "decline/privacy", "decline/unlawful", "emergency"]
LINES = ["110", "119"]
EAST, NORTH, WEST, SOUTH = np.eye(4, dtype=np.float32) * 9
"""Four directions, of any length: ordinary matters, things to refuse, and the dangers of two lines."""


def around(centre: np.ndarray, count: int = 8) -> np.ndarray:
    return centre + np.random.default_rng(1).normal(0, 0.3, (count, 4)).astype(np.float32)


@pytest.fixture(scope="module")
def neighbours() -> Neighbours:
    features = np.vstack([around(EAST), around(NORTH), around(WEST), around(SOUTH)])
    routes = ["accept"] * 8 + ["decline/privacy"] * 8 + ["emergency"] * 16
    kept = Neighbours.keep(features, routes, [None] * 16 + ["110"] * 8 + ["119"] * 8)
    return pickle.loads(pickle.dumps(kept))


def test_torn_between_both_the_nearer_examples_decide(neighbours: Neighbours) -> None:
    torn = np.array([[0.45, 0.3, 0.2, 0.05]] * 2)
    ordinary, refused = neighbours.routes(np.stack([EAST, NORTH]), ROUTES, torn)
    assert ordinary[1:3].sum() < 0.1
    assert refused[1:3].sum() > 0.9


def test_the_shares_within_either_side_stay(neighbours: Neighbours) -> None:
    was = np.array([[0.45, 0.3, 0.2, 0.05]])
    now = neighbours.routes(NORTH[None], ROUTES, was)
    assert now.sum() == pytest.approx(1)
    assert now[0, 1] / now[0, 2] == pytest.approx(0.3 / 0.2)
    assert now[0, 0] / now[0, 3] == pytest.approx(0.45 / 0.05)


def test_what_is_no_refusal_to_the_network_stays_as_it_is(neighbours: Neighbours) -> None:
    sure = np.array([[0.99, 0.004, 0.001, 0.005]])
    assert np.array_equal(neighbours.routes(NORTH[None], ROUTES, sure), sure)


def test_only_the_messages_in_question_change(neighbours: Neighbours) -> None:
    scores = np.array([[0.99, 0.004, 0.001, 0.005], [0.45, 0.3, 0.2, 0.05]])
    now = neighbours.routes(np.stack([NORTH, NORTH]), ROUTES, scores)
    assert np.array_equal(now[0], scores[0])
    assert now[1, 1] > scores[1, 1]


@pytest.mark.parametrize(("where", "line"), [(WEST, "110"), (SOUTH, "119")])
def test_torn_between_lines_the_nearer_examples_decide(neighbours: Neighbours, where: np.ndarray, line: str) -> None:
    scores = neighbours.lines(where[None], LINES, np.array([[0.5, 0.5]]))
    assert LINES[int(scores.argmax())] == line
    assert scores.sum() == pytest.approx(1)


def test_a_line_with_few_examples_has_its_say() -> None:
    few = Neighbours.keep(np.stack([EAST, NORTH, WEST]), ["accept", "emergency", "emergency"], [None, "110", "119"])
    scores = few.lines(WEST[None], LINES, np.array([[0.6, 0.4]]))
    assert LINES[int(scores.argmax())] == "119"
