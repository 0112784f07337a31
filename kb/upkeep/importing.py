"""Taking many articles: each in a transaction of its own, so that bad ones hold no good ones up.

A run that was cut off loses nothing and publishes nothing half: run it again, and what was taken is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.storage import Database
from kb.search import published
from kb.upkeep import review
from kb.upkeep.editing import Editor, Saved, save
from kb.upkeep.exchange.entries import Entry
from kb.upkeep.faults import fault
from kb.upkeep.problems import Invalid, Problem


@dataclass(frozen=True)
class Outcome:
    """What became of one entry: what it has come to, or why it was not taken."""

    entry: Entry
    saved: Saved | None = None
    problem: Problem | None = None

    def __str__(self) -> str:
        where = f"第 {self.entry.line} 行 {self.entry.name or '（没有编号）'}"
        if self.saved is None:
            return f"{where}：{self.problem.message if self.problem else ''}"
        if not self.saved.changed:
            return f"{where}：没有变化"
        return f"{where}：第 {self.saved.number} 版，{'已发布' if self.saved.state == 'published' else '待审核'}"


class _DryRun(Exception):
    """Ends a transaction that was only tried."""


def take(
    store: Database, editor: Editor, entries: Iterable[Entry], *, publish: bool = False, dry_run: bool = False
) -> Iterator[Outcome]:
    """Saves every entry, for review or published at once; with ``dry_run`` only says what would become of each."""
    lines: dict[tuple[str, str], int] = {}
    for entry in entries:
        unit = entry.values.get("unit")
        first = lines.setdefault((str(unit), entry.name), entry.line)
        if first != entry.line:
            yield Outcome(entry, problem=Invalid([fault("id", f"和第 {first} 行的编号相同，请改掉一个。")]))
            continue
        try:
            yield Outcome(entry, _take(store, editor, entry, publish, dry_run))
        except Problem as problem:
            yield Outcome(entry, problem=problem)


def _take(store: Database, editor: Editor, entry: Entry, publish: bool, dry_run: bool) -> Saved:
    unit = entry.values.get("unit")
    done: Saved | None = None
    try:
        with store.transaction() as session:
            if publish:
                editor.needs("publish")
                published.lock(session)
            done = save(session, editor, entry.name, entry.values, unit=unit if isinstance(unit, str) else None)
            if publish and done.state != "published":
                done = review.publish(session, editor, done.external_id, done.number, unit=done.owner)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    assert done is not None  # noqa: S101
    return done
