"""Many articles at once: bad ones hold no good ones up, a run that was cut off is finished by running it again."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.storage import Database
from bot.storage.tables_knowledge import ArticleRow, ArticleVersion
from kb.search.published import load_published
from kb.upkeep import exchange
from kb.upkeep.editing import Editor
from kb.upkeep.exchange.entries import Entry
from kb.upkeep.importing import Outcome, take
from kb.upkeep.problems import Invalid, NotAllowed
from tests.kb.writing import BOTH, HOTLINE, OTHER_UNIT, REVIEWER, WRITER, fields, row_of

BOT = Path(sys.executable).with_name("bot")
OPERATOR = Editor("命令行", None, frozenset({"read", "write", "publish"}), alone=True)


def entries(*names: str, **values: object) -> list[Entry]:
    return [Entry(line, name, fields(**values)) for line, name in enumerate(names, 2)]


def run(store: Database, given: list[Entry], editor: Editor = WRITER, **options: bool) -> list[Outcome]:
    return list(take(store, editor, given, **options))


def test_good_ones_are_kept_and_bad_ones_say_what_to_mend(store: Database) -> None:
    given = entries("one", "two", "three", "four")
    given[1].values["answer"] = "短"
    given[2].values["colour"] = "red"
    done = run(store, given)
    assert [bool(outcome.saved) for outcome in done] == [True, False, False, True]
    assert str(done[0]) == "第 2 行 one：第 1 版，待审核"
    assert str(done[1]).startswith("第 3 行 two：回答：太短了")
    assert "colour：没有这个字段" in str(done[2])
    assert row_of(store, "two") is None and row_of(store, "four").state == "in_review"


def test_the_same_file_again_changes_nothing(store: Database) -> None:
    run(store, entries("one", "two"))
    done = run(store, entries("one", "two"))
    assert [outcome.saved.changed for outcome in done if outcome.saved] == [False, False]
    assert str(done[0]) == "第 2 行 one：没有变化"


def test_an_article_stands_in_a_file_once(store: Database) -> None:
    [_, second] = run(store, entries("one", "one"))
    assert "和第 2 行的编号相同" in str(second)
    units = [Entry(2, "one", fields()), Entry(3, "one", fields(unit=OTHER_UNIT))]
    assert all(outcome.saved for outcome in run(store, units, HOTLINE))
    assert row_of(store, "one").newest == 1


def test_an_article_without_a_name_is_told_so(store: Database) -> None:
    [outcome] = run(store, [Entry(2, "", fields())])
    assert str(outcome).startswith("第 2 行 （没有编号）：编号")


def test_a_dry_run_says_the_same_and_keeps_nothing(store: Database) -> None:
    given = entries("one", "two")
    given[1].values["title"] = ""
    tried = run(store, given, dry_run=True)
    assert row_of(store, "one") is None
    assert [str(outcome) for outcome in tried] == [str(outcome) for outcome in run(store, given)]


def test_an_import_may_publish_where_one_person_may(store: Database) -> None:
    done = run(store, entries("one", "two"), OPERATOR, publish=True)
    assert [str(outcome) for outcome in done] == ["第 2 行 one：第 1 版，已发布", "第 3 行 two：第 1 版，已发布"]
    assert len(load_published(store).articles) == 2
    [outcome] = run(store, entries("three"), BOTH, publish=True)
    assert isinstance(outcome.problem, NotAllowed) and row_of(store, "three") is None
    [outcome] = run(store, entries("three"), WRITER, publish=True)
    assert isinstance(outcome.problem, NotAllowed)


def test_a_unit_imports_only_its_own(store: Database) -> None:
    run(store, [Entry(2, "one", fields(unit=OTHER_UNIT))], HOTLINE)
    [outcome] = run(store, [Entry(2, "one", fields(unit=OTHER_UNIT))], WRITER)
    assert isinstance(outcome.problem, Invalid)
    [outcome] = run(store, entries("one"), REVIEWER)
    assert isinstance(outcome.problem, NotAllowed)


# From the command line ------------------------------------------------------------------------------------------------


def command(folder: Path, *arguments: str, url: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "BOT_DATA_DIR": str(folder), **({"BOT_DATABASE_URL": url} if url else {})}
    return subprocess.run([BOT, "kb", *arguments], env=env, capture_output=True, text=True, timeout=300)


def test_a_file_is_checked_mended_imported_and_exported(tmp_path: Path) -> None:
    good, bad = ("good", fields(steps=["先拍照"])), ("bad", fields(phrasings=["一", "二"]))
    file = tmp_path / "articles.csv"
    file.write_bytes(exchange.write("csv", [good, bad]))
    told = command(tmp_path, "import", str(file), "--dry-run")
    assert told.returncode == 1
    assert told.stdout == ("第 3 行 bad：问法：至少写 4 条，现在 2 条。\n可以导入 1 条，没有变化 0 条，需要修改 1 条\n")
    assert "100%" in told.stderr
    file.write_bytes(exchange.write("csv", [good, ("bad", fields())]))
    assert command(tmp_path, "import", str(file), "--publish").stdout == "已导入 2 条，没有变化 0 条，需要修改 0 条\n"
    assert command(tmp_path, "import", str(file)).stdout == "已导入 0 条，没有变化 2 条，需要修改 0 条\n"
    out = tmp_path / "out.md"
    assert command(tmp_path, "export", "--format", "md", "--output", str(out)).returncode == 0
    assert command(tmp_path, "import", str(out)).stdout == "已导入 0 条，没有变化 2 条，需要修改 0 条\n"
    assert command(tmp_path, "export", "--unit", OTHER_UNIT).stdout.startswith("\ufeff编号,标题")


def test_a_file_that_is_none_says_so(tmp_path: Path) -> None:
    file = tmp_path / "articles.xlsx"
    file.write_bytes(b"hello")
    told = command(tmp_path, "import", str(file))
    assert told.returncode == 1 and "不是完整的 Excel" in told.stderr and told.stdout == ""


def test_an_import_that_is_killed_is_finished_by_running_it_again(store: Database, tmp_path: Path) -> None:
    # So many that the first of them are seen long before the last.
    many = 1200
    names = [f"article-{n}" for n in range(many)]
    file = tmp_path / "articles.csv"
    file.write_bytes(exchange.write("csv", [(name, fields()) for name in names]))
    url = store.url
    env = {**os.environ, "BOT_DATA_DIR": str(tmp_path / "data"), "BOT_DATABASE_URL": url}
    process = subprocess.Popen(
        [BOT, "kb", "import", str(file), "--publish"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and count(store) < 5:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    half = count(store)
    assert 5 <= half < many
    with store.transaction() as session:
        whole = session.scalar(select(func.count()).select_from(ArticleRow).where(ArticleRow.published == 1))
        versions = session.scalar(select(func.count()).select_from(ArticleVersion))
    # Whatever is there is published whole, with its version; the revision has counted each.
    assert (whole, versions) == (half, half)
    found = load_published(store)
    assert (len(found.articles), found.revision) == (half, half)
    told = command(tmp_path / "data", "import", str(file), "--publish", url=url)
    assert told.stdout == f"已导入 {many - half} 条，没有变化 {half} 条，需要修改 0 条\n"
    assert {article.id for article in load_published(store).articles} == set(names)


def count(store: Database) -> int:
    """Without the lock of a writer, for which one waits on SQLite until the import is through, if it comes to that."""
    return asyncio.run(store.read(lambda session: int(session.scalar(select(func.count()).select_from(ArticleRow)))))


@pytest.mark.parametrize("name", ["import", "export", "seed", "check", "search"])
def test_every_command_explains_itself(tmp_path: Path, name: str) -> None:
    assert command(tmp_path, name, "--help").returncode == 0
