"""The command line: results on standard output, everything else on standard error, and clear errors."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import BOT


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([BOT, *arguments], input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("start", "urgency", "due"),
    [
        ("2026-09-18T16:00", "standard", "2026-09-29"),
        ("2026-09-18T16:00", "expedited", "2026-09-22"),
        ("2026-09-18", "expedited", "2026-09-22"),
    ],
)
def test_a_deadline_is_printed_as_a_day_and_nothing_else(start: str, urgency: str, due: str) -> None:
    done = run("deadline", "--from", start, "--urgency", urgency)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{due}\n", "")


def test_a_provisional_deadline_says_so_on_standard_error() -> None:
    done = run("deadline", "--from", "2027-03-08T10:00")
    assert done.stdout == "2027-03-17\n"
    assert "Provisional" in done.stderr


@pytest.mark.parametrize("arguments", [["--from", "next week"], ["--from", "2026-09-18", "--urgency", "slow"], []])
def test_a_deadline_of_nonsense_is_refused(arguments: list[str]) -> None:
    done = run("deadline", *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert "Error" in done.stderr


def test_all_articles_are_fine() -> None:
    done = run("kb", "check")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("articles are fine")
