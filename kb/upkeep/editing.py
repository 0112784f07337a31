"""Writing articles: who may, what is kept, and what happens when two write at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import local_now
from bot.storage.tables import now
from bot.storage.tables_knowledge import ArticleRow, ArticleVersion
from kb.search.schema import SEVERAL_LINES, Article, tidied, tidy
from kb.upkeep.faults import Fault, checked, fault
from kb.upkeep.problems import Conflict, Invalid, NoArticle, NotAllowed

LONGEST_ID = 64
LONGEST_NOTE = 500
LONGEST_CONTENT = 32_000
"""Characters of an article as JSON; what is longer was never meant for a chat."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Editor:
    """Who works on the articles: ``unit`` None reaches those of every unit.

    ``alone`` may publish what it wrote itself; the others need a second person (四眼原则).
    """

    name: str
    unit: str | None
    may: frozenset[str]
    alone: bool = False

    def needs(self, scope: str) -> None:
        """Raises `NotAllowed` without this scope."""
        if scope not in self.may:
            raise NotAllowed(f"这个密钥没有“{SCOPES[scope]}”的权限。")

    def reaches(self, owner: str) -> bool:
        """Whether the articles of this unit may be seen and changed."""
        return self.unit is None or self.unit == owner


SCOPES = {"read": "查看", "write": "编写", "publish": "审核发布"}


@dataclass(frozen=True)
class Saved:
    """What came of it; ``changed`` is False where the same was kept already."""

    article_id: str
    external_id: str
    owner: str
    number: int
    state: str
    published: int | None
    changed: bool
    faults: tuple[Fault, ...] = ()


def normal(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept: tidy, without empty ones and without the id."""
    content = {name: tidied(value, name in SEVERAL_LINES) for name, value in values.items() if name != "id"}
    if isinstance(source := content.get("source"), dict):
        told = {name: tidied(value) for name, value in source.items()}
        content["source"] = {name: value for name, value in told.items() if value is not None}
    return {name: value for name, value in content.items() if value not in (None, [], {}, "")}


def sent(editor: Editor, values: Mapping[str, Any], unit: str | None = None) -> dict[str, Any]:
    """What an editor sends, as it is kept: where it names no unit it is his, or the one that he means."""
    named = editor.unit or unit
    return normal({**({"unit": named} if named else {}), **values})


def content_of(article: Article) -> dict[str, Any]:
    """An article as it is kept."""
    content: dict[str, Any] = json.loads(article.json(exclude={"id"}))
    return normal(content)


def digest(content: Mapping[str, Any]) -> str:
    """By which equal contents are told."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def find(session: Session, editor: Editor, name: str, unit: str | None = None, lock: bool = False) -> ArticleRow | None:
    """The article that the editor calls so: by its unit's own name for it, or by its id; None if there is none."""
    name, unit = str(tidied(name) or ""), tidied(unit)
    owner = editor.unit or unit
    # `populate_existing`: whoever waited for the lock must see what the other has written.
    query = select(ArticleRow).execution_options(populate_existing=True)
    query = query.with_for_update() if lock else query
    row = None
    if owner:
        row = session.scalars(query.where(ArticleRow.owner == owner, ArticleRow.external_id == name)).first()
    if row is None and (found := session.scalars(query.where(ArticleRow.id == name)).first()):
        row = found if editor.reaches(found.owner) and unit in (None, found.owner) else None
    return row


def get(session: Session, editor: Editor, name: str, unit: str | None = None, lock: bool = False) -> ArticleRow:
    """The same; raises `NoArticle`."""
    row = find(session, editor, name, unit, lock)
    if row is None:
        raise NoArticle(f"没有编号为“{name}”的条目。")
    return row


def version(session: Session, row: ArticleRow, number: int | None = None) -> ArticleVersion:
    """A version of the article, the newest unless named; raises `NoArticle`."""
    found = session.get(ArticleVersion, (row.id, number or row.newest), populate_existing=True)
    if found is None:
        raise NoArticle(f"条目“{row.external_id}”没有第 {number} 版。")
    return found


def save(
    session: Session,
    editor: Editor,
    name: str,
    values: Mapping[str, Any],
    *,
    unit: str | None = None,
    based_on: int | None = None,
    note: str = "",
    draft: bool = False,
) -> Saved:
    """Keeps a new version, for review unless a ``draft``, which may be unfinished.

    ``name`` is the unit's own name for the article, or its id where an editor of all units names no ``unit``.
    ``based_on`` is the number of the version that the editor has seen, 0 for none: raises `Conflict` where somebody
    was faster. Raises `Invalid` with every fault.
    """
    editor.needs("write")
    name, unit = str(tidied(name) or ""), tidied(unit)
    row = find(session, editor, name, unit, lock=True)
    content = sent(editor, values, unit)
    article, faults = checked(row.id if row else "new", content)
    content = content_of(article) if article else content
    _unchanged_since(session, row, based_on, content)
    faults += _faults_of_saving(editor, name, content, article)
    if any(f.shape for f in faults) or (faults and not draft):
        raise Invalid(faults)
    if row is None:
        row = _created(session, content["unit"], name)
        _unchanged_since(session, row if row.newest else None, based_on, content)
    changed = _add(session, editor, row, content, note, draft)
    return saved(session, row, changed, faults)


def _unchanged_since(session: Session, row: ArticleRow | None, based_on: int | None, content: dict[str, Any]) -> None:
    if based_on is not None and based_on != (row.newest if row else 0):
        raise Conflict(row.newest if row else 0, dict(version(session, row).content) if row else {}, content)


def saved(session: Session, row: ArticleRow, changed: bool, faults: list[Fault] | None = None) -> Saved:
    """What the article has come to."""
    session.flush()
    return Saved(row.id, row.external_id, row.owner, row.newest, row.state, row.published, changed, tuple(faults or ()))


def append(
    session: Session,
    editor: Editor,
    row: ArticleRow,
    content: dict[str, Any],
    note: str,
    state: str,
    decided: bool = False,
) -> ArticleVersion:
    """A version more; the one before is no longer under review."""
    if row.newest and (before := version(session, row)).state == "in_review":
        before.state = "draft"
    row.newest += 1
    unit, name = str(content.get("unit", row.owner))[:64], row.external_id
    fresh = ArticleVersion(
        article_id=row.id,
        number=row.newest,
        content=content,
        digest=digest(content),
        state=state,
        author=editor.name,
        unit=unit,
        note=tidy(note, lines=True)[:LONGEST_NOTE],
        decided_by=editor.name if decided else None,
        decided_at=now() if decided else None,
    )
    session.add(fresh)
    row.owner = unit
    row.state = state
    row.title = str(content.get("title", ""))[:64]
    row.category = "/".join(map(str, content.get("category", [])))[:72]
    phrasings = [text for text in content.get("phrasings", []) if isinstance(text, str)]
    row.words = "\n".join([row.title, *phrasings, str(content.get("answer", "")), name])
    if row.published is None:
        take_dates(row, content)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid([fault("unit", f"“{unit}”已经有编号为“{name}”的条目。")]) from error
    return fresh


def take_dates(row: ArticleRow, content: dict[str, Any]) -> None:
    """Sets by which dates the article is found and reminded of."""
    article, _ = checked(row.id, content)
    row.reviewed_on = article.reviewed_on if article else None
    row.valid_from = article.valid_from if article else None
    row.valid_to = article.valid_to if article else None


def blank(article_id: str, owner: str, external_id: str) -> ArticleRow:
    """The row of an article that has no version yet."""
    return ArticleRow(
        id=article_id,
        owner=owner,
        external_id=external_id,
        newest=0,
        state="draft",
        title="",
        category="",
        words="",
        revision=0,
    )


def _add(session: Session, editor: Editor, row: ArticleRow, content: dict[str, Any], note: str, draft: bool) -> bool:
    newest = version(session, row) if row.newest else None
    if newest and newest.digest == digest(content) and newest.state != "withdrawn":
        handed_in = newest.state == "draft" and not draft
        if handed_in:
            newest.state = row.state = "in_review"
        return handed_in
    append(session, editor, row, content, note, "draft" if draft else "in_review")
    return True


def _faults_of_saving(editor: Editor, name: str, content: dict[str, Any], article: Article | None) -> list[Fault]:
    """What the schema cannot know: who writes, when, and how much. Those that not even a draft may have are `shape`."""
    faults = []
    if not name or len(name) > LONGEST_ID or "/" in name:
        faults.append(fault("id", f"写 1 到 {LONGEST_ID} 个字，不用斜线。", True))
    unit = content.get("unit")
    if not isinstance(unit, str) or not 2 <= len(unit) <= 64:
        faults.append(fault("unit", "写明由哪个单位负责，草稿也要写。", True))
    elif not editor.reaches(unit):
        faults.append(fault("unit", f"这个密钥只能写“{editor.unit}”的条目。", True))
    # A day of grace: the unit's clock may be ahead of ours.
    if article and article.reviewed_on > local_now().date() + timedelta(days=1):
        faults.append(fault("reviewed_on", "这一天还没有到，请写已经复核的日期。"))
    if len(json.dumps(content, ensure_ascii=False)) > LONGEST_CONTENT:
        faults.append(Fault("", "条目", f"内容太多了：全部最多 {LONGEST_CONTENT} 个字。", True))
    return faults


def _created(session: Session, owner: str, external_id: str) -> ArticleRow:
    """The row of a new article; whoever else makes it at the same moment is waited for.

    Its id is the unit's own name for it, where that is free and fit; the same on every machine.
    """
    own = hashlib.sha256(f"{owner}\0{external_id}".encode()).hexdigest()[:12]
    slug = external_id if _SLUG.fullmatch(external_id) else None
    for article_id in filter(None, (slug, f"{slug[:51].rstrip('-') if slug else 'a'}-{own}")):
        try:
            with session.begin_nested():
                row = blank(article_id, owner, external_id)
                session.add(row)
                session.flush()
                return row
        except IntegrityError:
            query = select(ArticleRow).where(ArticleRow.owner == owner, ArticleRow.external_id == external_id)
            query = query.with_for_update().execution_options(populate_existing=True)
            there: ArticleRow | None = session.scalars(query).first()
            if there:
                return there
    raise NoArticle(f"条目“{external_id}”正在被别人建立，请再试一次。")
