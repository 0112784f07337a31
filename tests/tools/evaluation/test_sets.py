"""Held-out sets are read line by line; what is missing or broken is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.evaluation.examples import COMPANIES, LINES, REAL, write
from tools.evaluation.sets import SetError, load


def test_every_line_keeps_its_number_text_and_labels(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", LINES)
    (folder / "matters.jsonl").write_text('\n{"text": "两件事", "matters": 2}\n\n{"text": "一件事", "matters": 1}\n')
    sets = load(folder, write(tmp_path / "real", REAL))
    assert list(sets) == [*LINES, *COMPANIES, *REAL]
    assert [(row.line, row.text, row.label["matters"]) for row in sets["matters"]] == [
        (2, "两件事", 2),
        (4, "一件事", 1),
    ]
    assert len(sets["messages_plain"]) == 2


def test_each_message_also_stands_beside_another_matter(tmp_path: Path) -> None:
    own = [{"text": f"{floor}楼着火了", "route": "emergency", "hotline": "119"} for floor in "一二三"]
    sets = load(write(tmp_path / "own", LINES | {"emergency": own}), tmp_path / "nowhere")
    alone, company = sets["emergency"], sets["emergency_in_company"]
    assert len({row.text.replace(first.text, "") for first, row in zip(alone, company, strict=True)}) == 3
    assert all(first.text in row.text and first.label == row.label for first, row in zip(alone, company, strict=True))


def test_real_messages_may_be_missing(tmp_path: Path) -> None:
    sets = load(write(tmp_path / "own", LINES), tmp_path / "nowhere")
    assert sets["messages_plain"] == sets["messages_category"] == []


def test_an_own_set_may_not_be_missing(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", LINES)
    (folder / "acts.jsonl").unlink()
    with pytest.raises(SetError, match=r"there is no .*acts\.jsonl"):
        load(folder, tmp_path)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "is empty"),
        ("{", "line 1 is not JSON"),
        ('["text"]', 'line 1 has no "text"'),
        ('{"text": " ", "route": "emergency"}', 'line 1 has no "text"'),
        ('{"text": "着火了", "route": "emergency"}', 'line 1 has no "hotline"'),
    ],
)
def test_a_broken_set_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    folder = write(tmp_path / "own", LINES)
    (folder / "emergency.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(SetError, match=rf"emergency\.jsonl.* {told}"):
        load(folder, tmp_path)
