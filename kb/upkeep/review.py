"""From draft to citizen (审核): submit, publish with a second pair of eyes, send back, withdraw, confirm."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.storage.tables import now
from bot.storage.tables_knowledge import ArticleRow, ArticleVersion
from kb.search import published
from kb.search.schema import tidy
from kb.upkeep.editing import LONGEST_NOTE, Editor, Saved, append, get, saved, take_dates, version
from kb.upkeep.faults import checked, fault
from kb.upkeep.problems import Conflict, Invalid, NotAllowed, WrongState


def submit(session: Session, editor: Editor, name: str, number: int, unit: str | None = None) -> Saved:
    """Hands a draft in for review."""
    editor.needs("write")
    row, newest = _newest(session, editor, name, number, unit)
    if newest.state == "in_review":
        return saved(session, row, False)
    if newest.state != "draft":
        raise WrongState("只有草稿可以提交审核。")
    _, faults = checked(row.id, newest.content)
    if faults:
        raise Invalid(faults)
    newest.state = row.state = "in_review"
    return saved(session, row, True)


def publish(session: Session, editor: Editor, name: str, number: int, note: str = "", unit: str | None = None) -> Saved:
    """Makes a version under review what citizens see. Not by whoever wrote it, unless they may act ``alone``."""
    editor.needs("publish")
    published.lock(session)
    row, newest = _newest(session, editor, name, number, unit)
    if newest.state == "published":
        return saved(session, row, False)
    if newest.state != "in_review":
        raise WrongState("先提交审核，才能发布。")
    if newest.author == editor.name and not editor.alone:
        raise NotAllowed("自己写的，要由另一个人审核后发布。")
    _fit_to_show(row, newest.content)
    _decide(newest, editor, "published", note)
    show(session, row, newest)
    return saved(session, row, True)


def send_back(session: Session, editor: Editor, name: str, number: int, note: str, unit: str | None = None) -> Saved:
    """Returns a version to its author, with what to mend (退回)."""
    editor.needs("publish")
    row, newest = _newest(session, editor, name, number, unit)
    if newest.state != "in_review":
        raise WrongState("只有待审核的条目可以退回。")
    _because(note)
    _decide(newest, editor, "draft", note)
    row.state = "draft"
    return saved(session, row, True)


def withdraw(session: Session, editor: Editor, name: str, note: str, unit: str | None = None) -> Saved:
    """Takes an article from the citizens at once (撤回), or drops a draft; its versions stay."""
    published.lock(session)
    row = get(session, editor, name, unit, lock=True)
    newest = version(session, row)
    if newest.state == "withdrawn":
        return saved(session, row, False)
    editor.needs("publish" if row.published else "write")
    _because(note)
    append(session, editor, row, dict(newest.content), note, "withdrawn", decided=True)
    if row.published:
        row.published = None
        row.revision = published.grow(session)
    return saved(session, row, True)


def confirm(session: Session, editor: Editor, name: str, number: int, unit: str | None = None) -> Saved:
    """Says that an article is still right (复核): the same words with today as the day of review, published at once."""
    editor.needs("publish")
    published.lock(session)
    row, newest = _newest(session, editor, name, number, unit)
    if row.published != row.newest:
        raise WrongState("这个条目有没发布的修改，请先发布或撤回。")
    content = {**newest.content, "reviewed_on": published.today().isoformat()}
    _fit_to_show(row, content)
    if content == newest.content:
        return saved(session, row, False)
    show(session, row, append(session, editor, row, content, "复核：内容仍然正确", "published", decided=True))
    return saved(session, row, True)


def show(session: Session, row: ArticleRow, chosen: ArticleVersion) -> None:
    """Makes a version the one that citizens see; the caller holds the publications' lock."""
    row.published = chosen.number
    row.state = "published"
    take_dates(row, chosen.content)
    row.revision = published.grow(session)


def _newest(
    session: Session, editor: Editor, name: str, number: int, unit: str | None
) -> tuple[ArticleRow, ArticleVersion]:
    """The article, locked, and its newest version, which is the one that the editor has seen."""
    row = get(session, editor, name, unit, lock=True)
    newest = version(session, row)
    if number != row.newest:
        raise Conflict(row.newest, dict(newest.content))
    return row, newest


def _fit_to_show(row: ArticleRow, content: dict[str, Any]) -> None:
    """Raises `Invalid` for what has faults, or is out of date already."""
    article, faults = checked(row.id, content)
    if article and article.valid_to and article.valid_to < published.today():
        faults.append(fault("valid_to", f"已经在 {article.valid_to} 失效，请改日期，或者撤回。"))
    if faults:
        raise Invalid(faults)


def _decide(decided: ArticleVersion, editor: Editor, state: str, note: str) -> None:
    decided.state, decided.decided_by, decided.decided_at = state, editor.name, now()
    decided.decision = tidy(note, lines=True)[:LONGEST_NOTE] or None


def _because(note: str) -> None:
    if not tidy(note):
        raise Invalid([fault("note", "写明原因，别人才知道该怎么办。")])
    if len(note) > LONGEST_NOTE:
        raise Invalid([fault("note", f"最多 {LONGEST_NOTE} 个字。")])
