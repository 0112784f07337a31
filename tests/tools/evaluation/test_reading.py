"""Every text is read once, in the order of the sets; times are of messages one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.tools.evaluation.examples import sets, understood
from tools.evaluation import reading
from tools.evaluation.sets import Row


def numbered(texts: Sequence[str]) -> list[dict[str, Any]]:
    """A reader that finds as many matters as a text says."""
    return [understood(matters=int(text)) for text in texts]


def test_every_row_gets_what_was_found_in_its_text() -> None:
    count = reading.TOGETHER + 3
    rows = [Row(number, str(number), {}) for number in range(count)]
    found = reading.read(sets(matters=rows, acts=[Row(1, "5", {"intent": "thank"})]), numbered)
    assert [row.found["matters"] for row in found["matters"]] == list(range(count))
    [act] = found["acts"]
    assert (act.found["matters"], act.label) == (5, {"intent": "thank"})
    assert found["kind"] == []


def test_a_text_that_stands_in_two_sets_is_read_once() -> None:
    asked: list[str] = []

    def reader(texts: Sequence[str]) -> list[dict[str, Any]]:
        asked.extend(texts)
        return numbered(texts)

    reading.read(sets(matters=[Row(1, "1", {}), Row(2, "2", {})], kind=[Row(1, "1", {})]), reader)
    assert sorted(asked) == ["1", "2"]


def test_a_sample_is_timed_one_message_after_another() -> None:
    asked: list[Sequence[str]] = []

    def reader(texts: Sequence[str]) -> list[dict[str, Any]]:
        asked.append(list(texts))
        return numbered(texts)

    rows = [Row(number, str(number), {}) for number in range(reading.TIMED + 50)]
    times = reading.timed(rows, reader)
    assert len(times) == len(asked) == reading.TIMED
    assert all(time >= 0 for time in times)
    assert all(len(texts) == 1 for texts in asked) and len({texts[0] for texts in asked}) == reading.TIMED
    assert len(reading.timed(rows[:3], reader)) == 3
