"""Vectors of documents: the nearest line of each, their means, and a rough look at very many."""

from __future__ import annotations

import numpy as np
import pytest

from kb.search.directions import Groups, Themes, around, means, unit

RANDOM = np.random.default_rng(0)


def vectors(count: int, dim: int = 8) -> np.ndarray:
    return unit(RANDOM.standard_normal((count, dim), np.float32))


def test_a_vector_in_the_middle_has_no_direction() -> None:
    middle = np.array([1, 0], np.float32)
    assert around(np.array([[1, 0], [1, 2]], np.float32), middle).tolist() == [[0, 0], [0, 1]]


def test_each_document_has_the_likeness_of_its_nearest_line() -> None:
    lines, vector = vectors(6), vectors(1)[0]
    cosines = lines @ vector
    groups = Groups(lines, [2, 0, 3, 1])
    largest = [cosines[:2].max(), 0, cosines[2:5].max(), cosines[5]]
    assert groups.largest(cosines) == pytest.approx(largest)
    assert groups.nearest(vector, np.array([3, 1, 2])) == pytest.approx([largest[3], 0, largest[2]])
    assert groups.nearest(vector, np.array([1])).tolist() == [0]
    assert groups.nearest(vector, np.array([], int)).tolist() == []


def test_the_mean_of_no_lines_has_no_direction() -> None:
    found = means(np.array([[1, 0], [0, 1]], np.float32), np.array([0, 2]))
    assert found == pytest.approx(np.array([[0, 0], [0.5**0.5, 0.5**0.5]]))


def test_a_rough_look_finds_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Themes, "FEW", 100)
    # As the encoder's vectors do, these differ much along few axes and little along the others.
    spread = np.repeat(np.array([1, 0.05], np.float32), [40, 88])
    rows = unit(RANDOM.standard_normal((500, 128), np.float32) * spread)
    themes = Themes(rows)
    for row in rows[:20]:
        exact = rows @ row
        assert themes.roughly(row) == pytest.approx(exact, abs=0.05)
        assert themes.exactly(row, np.array([3, 4])) == pytest.approx(exact[3:5], abs=1e-5)


def test_few_documents_are_compared_exactly() -> None:
    rows = vectors(20)
    assert Themes(rows).roughly(rows[0]) == pytest.approx(rows @ rows[0])
