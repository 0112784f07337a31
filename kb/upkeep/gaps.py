"""Questions without an answer (未答问题), Article 13: grouped by meaning, for the unit whose field they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache
from sklearn.cluster import AgglomerativeClustering
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.hotline.catalogue import catalogue
from bot.language.extract.conceal import conceal
from bot.storage import Database
from bot.storage.tables import Observation
from bot.storage.tables_knowledge import ArticleRow, GapMark
from kb.search.language import Guess, Language
from kb.search.schema import LONGEST_LINE, MOST_ASKED, MOST_PHRASINGS, tidy
from kb.upkeep.editing import Editor, Saved, get, save, version
from kb.upkeep.faults import LABELS
from kb.upkeep.problems import NoArticle

NEWEST = 1000
"""Questions that are looked at, the newest."""
APART = 0.10
"""Mean cosine distance from which two groups are not the same question; of e5, strangers are about 0.2 apart."""
BATCH = 16
"""Questions encoded in one go, so that citizens' messages come in between."""


@dataclass(frozen=True)
class Question:
    """Something that was asked; what gives the person away is taken out. ``article_id`` is what was given and did not help."""

    id: int
    text: str
    visitor_id: str
    article_id: str | None
    at: datetime


@dataclass(frozen=True)
class Gap:
    """Questions that mean the same, the most typical first."""

    questions: tuple[Question, ...]
    unit: str
    category: tuple[str, ...]
    article_id: str | None

    @property
    def people(self) -> int:
        """How many people asked."""
        return len({question.visitor_id for question in self.questions})


class Gaps:
    """The gaps of one store; remembers vectors and guesses between calls. May be used from several threads."""

    def __init__(self, store: Database, language: Language) -> None:
        self._store, self._language = store, language
        self._vectors: LRUCache[str, Any] = LRUCache(4 * NEWEST)
        self._guesses: LRUCache[str, Guess | None] = LRUCache(NEWEST)
        self._lock = Lock()

    def groups(self, editor: Editor) -> list[Gap]:
        """The gaps within the editor's reach, those that most people asked first."""
        editor.needs("read")
        with self._store.transaction() as session:
            questions = _open_questions(session)
            given = {question.article_id for question in questions if question.article_id}
            rows = session.execute(select(ArticleRow.id, ArticleRow.owner).where(ArticleRow.id.in_(given)))
            owners: dict[str, str] = {row.id: row.owner for row in rows}
        with self._lock:
            gaps = [self._gap(group, owners) for group in self._alike(questions)]
        gaps = [gap for gap in gaps if editor.reaches(gap.unit)]
        return sorted(gaps, key=lambda gap: (-gap.people, -len(gap.questions), -gap.questions[0].id))

    def draft(self, editor: Editor, ids: Sequence[int]) -> Saved:
        """Begins an article with the questions as its title, phrasings, and what citizens asked; they are no gap any
        more."""
        gap = self._chosen(editor, ids)
        first = gap.questions[0]
        texts = list(dict.fromkeys(question.text for question in gap.questions))
        lines = [text for text in texts[1:] if len(text) <= LONGEST_LINE]
        content = {
            "title": first.text,
            "phrasings": lines[:MOST_PHRASINGS],
            "asked": lines[MOST_PHRASINGS:][:MOST_ASKED],
            "unit": gap.unit,
            "category": list(gap.category),
        }
        with self._store.transaction() as session:
            name = f"question-{min(ids)}"
            note = f"由 {len(ids)} 个没答上的问题整理"
            done = save(session, editor, name, content, unit=gap.unit, note=note, draft=True)
            _mark(session, editor, ids, done.article_id)
        return done

    def add(self, editor: Editor, ids: Sequence[int], to: Literal["asked", "beyond"]) -> Saved:
        """Adds the questions to the article that was given and did not help, as what it answers or as what no article
        does, and takes them out of the other; they are no gap any more. A version for review, as by hand."""
        gap = self._chosen(editor, ids)
        if gap.article_id is None:
            raise NoArticle("这些问题没有给过条目，请写成新条目。")
        lines = [question.text[:LONGEST_LINE] for question in gap.questions]
        with self._store.transaction() as session:
            row = get(session, editor, gap.article_id, lock=True)
            content = dict(version(session, row).content)
            other = "beyond" if to == "asked" else "asked"
            content[to] = list(dict.fromkeys([*content.get(to, []), *lines]))
            content[other] = [line for line in content.get(other, []) if line not in lines]
            done = save(session, editor, gap.article_id, content, note=f"{LABELS[to]}：加进没解决的问题")
            _mark(session, editor, ids, done.article_id)
        return done

    def dismiss(self, editor: Editor, ids: Sequence[int]) -> None:
        """Puts questions aside for which no article is wanted."""
        editor.needs("write")
        self._chosen(editor, ids)
        with self._store.transaction() as session:
            _mark(session, editor, ids, None)

    def _chosen(self, editor: Editor, ids: Sequence[int]) -> Gap:
        for gap in self.groups(editor):
            own = tuple(question for question in gap.questions if question.id in ids)
            if own and len(own) == len(set(ids)):
                return Gap(own, gap.unit, gap.category, gap.article_id)
        raise NoArticle("这些问题已经有人处理过，或者不归您的单位，请刷新再看。")

    def _alike(self, questions: list[Question]) -> list[list[Question]]:
        """Groups of questions; in each the one nearest to all others comes first."""
        texts = list(dict.fromkeys(question.text for question in questions))
        if not texts:
            return []
        vectors = self._encoded(texts)
        labels = np.zeros(len(texts), int)
        if len(texts) > 1:
            clustering = AgglomerativeClustering(
                n_clusters=None, metric="cosine", linkage="average", distance_threshold=APART
            )
            labels = clustering.fit_predict(vectors)
        groups = []
        for label in np.unique(labels):
            members = np.flatnonzero(labels == label)
            closeness = vectors[members] @ vectors[members].sum(axis=0)
            places = {texts[members[k]]: place for place, k in enumerate(np.argsort(-closeness, kind="stable"))}
            own = [question for question in questions if question.text in places]
            groups.append(sorted(own, key=lambda question, order=places: (order[question.text], question.id)))  # type: ignore[misc]
        return groups

    def _encoded(self, texts: list[str]) -> npt.NDArray[np.float32]:
        missing = [text for text in texts if text not in self._vectors]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            self._vectors.update(zip(batch, self._language.encoder.encode(batch, "query"), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def _gap(self, questions: list[Question], owners: dict[str, str]) -> Gap:
        given = Counter(question.article_id for question in questions if question.article_id in owners)
        article_id = given.most_common(1)[0][0] if given else None
        first = questions[0].text
        if first not in self._guesses:
            self._guesses[first] = self._language.guess(first)
        guess = self._guesses[first]
        unit = owners[article_id] if article_id else None
        unit = unit or (guess.unit if guess else catalogue().responsible_unit([], None))
        return Gap(tuple(questions), unit, guess.category if guess else (), article_id)


def _open_questions(session: Session) -> list[Question]:
    query = (
        select(Observation)
        .outerjoin(GapMark, GapMark.observation_id == Observation.id)
        .where(Observation.kind.in_(("unanswered", "unsolved")), GapMark.observation_id.is_(None))
        .order_by(Observation.id.desc())
        .limit(NEWEST)
    )
    found = []
    for row in session.scalars(query):
        text = conceal(tidy(row.content or ""))[:200]
        if text:
            article = row.subject if row.kind == "unsolved" else None
            found.append(Question(row.id, text, row.visitor_id, article, row.created_at))
    return found


def _mark(session: Session, editor: Editor, ids: Sequence[int], article_id: str | None) -> None:
    for observation_id in set(ids):
        session.merge(GapMark(observation_id=observation_id, article_id=article_id, marked_by=editor.name))
