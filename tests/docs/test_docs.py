"""The documentation covers what there is, and what it names exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from bot.dialogue.wording import say
from bot.hotline.workorders.life import MOVES
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
BOT = Path(sys.executable).with_name("bot")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    + [ROOT / folder / "README.md" for folder in ("kb", "nlu_data", "benchmarks", "tests/heldout")]
)
PICTURES = {ROOT / "docs" / "images" / "chat.png"}
"""Made by a browser test; may be missing in a bare checkout."""
ARTICLES = ["2", *map(str, range(8, 15)), *(f"15({n})" for n in range(1, 6)), *map(str, range(16, 22))]
ARTICLES += [str(n) for n in (24, 25, 27, 28, 29, 30, 32, 34)]
STATES = ("done", "partly", "not yet")

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def first_cells(text: str) -> list[str]:
    """What the first column of the tables holds, without its marks."""
    return [line.split("|")[1].strip().strip("`") for line in text.splitlines() if line.startswith("|")]


def section(text: str, title: str) -> str:
    """The part of a page below a heading, up to the next of its kind."""
    return re.split(r"^## ", text.split(f"\n## {title}\n", 1)[1], flags=re.MULTILINE)[0]


def names(entries: list[str | dict[str, object]]) -> list[str]:
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


@pytest.mark.parametrize("name", Settings.__fields__)
def test_every_setting_is_documented(name: str) -> None:
    assert f"BOT_{name.upper()}" in first_cells(page("docs/settings.md"))


def test_no_setting_is_documented_that_does_not_exist() -> None:
    known = {f"BOT_{name.upper()}" for name in Settings.__fields__}
    assert {cell for cell in first_cells(page("docs/settings.md")) if cell.startswith("BOT_")} == known


def test_the_defaults_of_the_settings_are_those_of_the_code() -> None:
    told = {
        cells[1].strip().strip("`"): cells[2].strip().strip("`")
        for cells in (line.split("|") for line in page("docs/settings.md").splitlines() if line.startswith("| `BOT_"))
    }
    defaults = {f"BOT_{name.upper()}": field.default for name, field in Settings.__fields__.items()}
    assert told == {name: "not set" if value is None else str(value) for name, value in defaults.items()}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Intents", names(DOMAIN["intents"])),
        ("Slots", list(DOMAIN["slots"])),
        ("Forms", list(DOMAIN["forms"])),
        ("Actions", names(DOMAIN["actions"])),
    ],
)
def test_the_dialogue_is_documented_and_nothing_else(title: str, expected: list[str]) -> None:
    rows = [
        line.split("|")[1] for line in section(page("docs/dialogue.md"), title).splitlines() if line.startswith("|")
    ]
    assert sorted(name for row in rows for name in re.findall(r"`([a-z_]+)`", row)) == sorted(expected)


def regulation_rows() -> dict[str, list[str]]:
    """The cells of docs/regulation.md by article."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page("docs/regulation.md").splitlines()]
    return {cells[0].replace(" ", ""): cells for cells in rows if cells and re.match(r"\d", cells[0])}


@pytest.mark.parametrize("article", ARTICLES)
def test_every_article_of_the_regulation_has_a_row_with_its_state(article: str) -> None:
    cells = regulation_rows()[article]
    assert len(cells) == 5
    assert cells[4].startswith(STATES)
    # What is said to be done is somewhere, and something shows it.
    assert cells[4].startswith("not yet") or ("`" in cells[2] and "`" in cells[3])


def test_what_the_table_of_the_regulation_names_exists() -> None:
    named = [
        path for cells in regulation_rows().values() for cell in cells[2:4] for path in re.findall(r"`([^`]+)`", cell)
    ]
    assert [path for path in named if not (ROOT / path).exists()] == []


def links() -> Iterator[tuple[Path, str]]:
    for source in PAGES:
        text = re.sub(r"^```.*?^```", "", source.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"[a-z]+:", target):
                yield source, target


def anchors(target: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_relative_link_leads_somewhere() -> None:
    broken = []
    for source, link in links():
        name, _, anchor = link.partition("#")
        target = (source.parent / name).resolve() if name else source
        found = target.exists() or target in PICTURES
        if not found or (anchor and anchor not in anchors(target)):
            broken.append(f"{source.relative_to(ROOT)}: {link}")
    assert broken == []


def test_the_page_of_each_decision_has_its_number() -> None:
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. ")


def examples() -> Iterator[tuple[str, str, str]]:
    """Commands of the READMEs with what they are said to give."""
    for name in ("README.md", "README.zh-CN.md"):
        for block in re.findall(r"^```console\n(.*?)^```", page(name), flags=re.MULTILINE | re.DOTALL):
            for command, given in re.findall(r"^\$ (.+)\n((?:[^$\n].*\n)+)", block, flags=re.MULTILINE):
                yield name, command, given


@pytest.mark.parametrize(("name", "command", "given"), examples())
def test_an_example_gives_what_the_readme_says(name: str, command: str, given: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == ".venv/bin/bot"
    result = subprocess.run([BOT, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == given


def test_both_readmes_show_the_deadline() -> None:
    assert [name for name, command, _ in examples() if " deadline " in command] == ["README.md", "README.zh-CN.md"]


def test_the_readmes_are_short_and_lead_with_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        lines = page(name).splitlines()
        assert len(lines) < 120
        first_screen = "\n".join(lines[:20])
        assert "make run" in first_screen and "make test" in first_screen and "docs/images/chat.png" in first_screen


def test_the_table_of_moves_is_that_of_the_code() -> None:
    told = [
        [cell.strip().strip("`") for cell in line.split("|")[1:-1]]
        for line in section(page("docs/workorders.md"), "The life").splitlines()
        if re.match(r"\| `[a-z_]+` \|", line)
    ]
    moves = {cells[0]: cells[1:] for cells in told}
    assert list(moves) == list(MOVES)
    for event, (title, by, _, target, needs) in moves.items():
        move = MOVES[event]
        assert (title, by) == (say(f"order.step.{event}"), ", ".join(move.by)), event
        assert target == (move.target or "stays"), event
        assert re.findall(r"[a-z_]+", needs) == list(move.needs), event


def test_every_requirement_of_asvs_has_one_row() -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page("docs/asvs.md").splitlines()]
    numbers = [number for cells in rows if cells for number in re.findall(r"\b\d+\.\d+\.\d+\b", cells[0])]
    assert len(numbers) == len(set(numbers)) == 253
    judged = [cells for cells in rows if len(cells) == 4 and re.match(r"\d", cells[0])]
    assert {cells[2] for cells in judged} == {"done", "partly", "no", "operator"}
    assert [cells[0] for cells in judged if not cells[3]] == []


FOLDERS = "actions|benchmarks|bot|channels|deploy|docs|kb|nlu_data|requirements|tests|tools"


def named_paths() -> Iterator[tuple[str, str]]:
    """What the pages name in backticks that is a path of the repository, also with a wildcard; old ones in the changelog."""
    for source in PAGES:
        if source.name == "CHANGELOG.md":
            continue
        for path in re.findall(rf"`((?:{FOLDERS})/[\w./*-]*)`", source.read_text(encoding="utf-8")):
            yield str(source.relative_to(ROOT)), path


def test_every_path_that_a_page_names_exists() -> None:
    assert [(name, path) for name, path in named_paths() if not any(ROOT.glob(path.rstrip("/")))] == []


def test_the_architecture_tells_where_to_add_what() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in section(page("docs/architecture.md"), "Where to add what").splitlines()
        if line.startswith("| a")
    ]
    wanted = (
        "an article",
        "a legal route",
        "a kind of refusal",
        "a word that citizens read",
        "a question of the intake",
    )
    wanted += ("a channel", "another city", "a statistic", "another language model")
    assert {cells[0] for cells in rows} >= set(wanted)
    assert [cells[0] for cells in rows if not re.search(r"`[^`]+`", cells[1])] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_fits_on_a_page(path: Path) -> None:
    # Rules and bars of tables are no words.
    words = [word for word in path.read_text(encoding="utf-8").split() if re.search(r"\w", word)]
    assert len(words) <= 360


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py")))
def test_every_benchmark_can_be_loaded(name: str) -> None:
    import_module(f"benchmarks.{name}")
