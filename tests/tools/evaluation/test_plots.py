"""Plots are drawn from what there is, and no name becomes a row of squares."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from bot.hotline.catalogue import catalogue
from tests.tools.evaluation.examples import LINES, REAL, by_words, write
from tools.evaluation.plots import ENGLISH, chinese_font, draw
from tools.evaluation.reading import read
from tools.evaluation.sets import Sets, load


def understood(folder: Path, real: bool = True) -> Sets:
    """The small sets, read by words."""
    shared = write(folder / "real", REAL) if real else folder / "nowhere"
    return read(load(write(folder / "own", LINES), shared), by_words)


@pytest.mark.parametrize("font", [None, chinese_font()])
def test_three_plots_are_drawn_and_every_sign_with_them(tmp_path: Path, font: str | None) -> None:
    with warnings.catch_warnings():
        # A sign that the font lacks is a warning of matplotlib's, and a square in the picture.
        warnings.filterwarnings("error", message="Glyph")
        made = draw(understood(tmp_path), tmp_path, font)
    assert [plot.file for plot in made] == ["confusion.png", "reliability.png", "danger.png"]
    for plot in made:
        assert plot.caption and (tmp_path / plot.file).read_bytes().startswith(b"\x89PNG")


def test_without_real_messages_there_are_the_plots_of_the_own_sets(tmp_path: Path) -> None:
    made = draw(understood(tmp_path, real=False), tmp_path, None)
    assert [plot.file for plot in made] == ["reliability.png", "danger.png"]
    assert not (tmp_path / "confusion.png").exists()


def test_every_first_level_of_the_catalogue_has_an_english_name() -> None:
    assert {row["category1"] for row in catalogue().rows()} == set(ENGLISH)
