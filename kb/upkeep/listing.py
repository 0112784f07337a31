"""Finding articles to work on: filters, pages, and what is due for a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement

from bot.storage.tables_knowledge import ArticleRow, ArticleVersion
from kb.search.published import today
from kb.upkeep.editing import Editor

LARGEST_PAGE = 200
REVIEW_EVERY = timedelta(days=365)
"""After this time an article is to be looked at again."""
ENDS_SOON = timedelta(days=30)
"""How long before its last day an article is brought up."""

State = Literal["draft", "in_review", "published", "withdrawn", "expired"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Filter:
    """What to list. ``published`` and ``expired`` look at what citizens see, the other states at the newest version."""

    unit: str | None = None
    state: State | None = None
    category: str | None = None
    text: str | None = None
    due: bool = False
    """Only what `reminders` would bring up."""


@dataclass(frozen=True)
class Page:
    """Rows of `ArticleRow`, the newest change first, and how many there are in all."""

    rows: list[ArticleRow]
    total: int
    page: int
    size: int


def listed(session: Session, editor: Editor, wanted: Filter, page: int = 1, size: int = 50) -> Page:
    """One page of the articles within the editor's reach."""
    editor.needs("read")
    conditions = _conditions(editor, wanted)
    total = session.scalar(select(func.count()).select_from(ArticleRow).where(*conditions))
    order = (ArticleRow.updated_at.desc(), ArticleRow.id)
    query = select(ArticleRow).where(*conditions).order_by(*order).limit(size).offset((page - 1) * size)
    return Page(list(session.scalars(query)), int(total), page, size)


@dataclass(frozen=True)
class Reminder:
    """A published article that wants a look, and why: ``expired``, ``expires`` soon, or ``review`` is over a year ago."""

    row: ArticleRow
    why: Literal["expired", "expires", "review"]


def reminders(session: Session, editor: Editor, day: date | None = None) -> list[Reminder]:
    """What is due, by unit; the most urgent of each unit first."""
    editor.needs("read")
    day = day or today()
    rows = session.scalars(select(ArticleRow).where(*_conditions(editor, Filter(due=True), day)))
    found = [Reminder(row, _why(row, day)) for row in rows]
    urgent = {"expired": 0, "expires": 1, "review": 2}
    return sorted(found, key=lambda r: (r.row.owner, urgent[r.why], r.row.reviewed_on or day, r.row.id))


def _why(row: ArticleRow, day: date) -> Literal["expired", "expires", "review"]:
    if row.valid_to and row.valid_to < day:
        return "expired"
    return "expires" if row.valid_to and row.valid_to <= day + ENDS_SOON else "review"


def _conditions(editor: Editor, wanted: Filter, day: date | None = None) -> list[ClauseElement]:
    day = day or today()
    live = ArticleRow.published.is_not(None)
    conditions = [ArticleRow.owner == unit for unit in (editor.unit, wanted.unit) if unit]
    if wanted.state == "published":
        conditions += [live, or_(ArticleRow.valid_to.is_(None), ArticleRow.valid_to >= day)]
    elif wanted.state == "expired":
        conditions += [live, ArticleRow.valid_to < day]
    elif wanted.state:
        conditions.append(ArticleRow.state == wanted.state)
    if wanted.category and "/" in wanted.category:
        conditions.append(ArticleRow.category == wanted.category)
    elif wanted.category:
        conditions.append(ArticleRow.category.startswith(f"{wanted.category}/", autoescape=True))
    for word in (wanted.text or "").split():
        conditions.append(func.lower(ArticleRow.words).contains(word.lower(), autoescape=True))
    if wanted.due:
        old, ends = ArticleRow.reviewed_on < day - REVIEW_EVERY, ArticleRow.valid_to <= day + ENDS_SOON
        conditions.append(and_(live, or_(old, ends)))
    return conditions


def exported(session: Session, editor: Editor, wanted: Filter) -> list[tuple[str, dict[str, Any]]]:
    """The unit's own name and the content of every article: as citizens see it where the filter looks at that."""
    editor.needs("read")
    live = wanted.state in ("published", "expired")
    number = ArticleRow.published if live else ArticleRow.newest
    this = and_(ArticleVersion.article_id == ArticleRow.id, ArticleVersion.number == number)
    query = select(ArticleRow.external_id, ArticleVersion.content).join(ArticleVersion, this)
    rows = session.execute(query.where(*_conditions(editor, wanted)).order_by(ArticleRow.owner, ArticleRow.id))
    return [(name, dict(content)) for name, content in rows]
