"""How well questions are answered: the figures of the held-out questions, and of other corpora where they are there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.language.nlu.encoder import encoder
from kb.search.base import KnowledgeBase, Searcher, clean, foreign_corpus
from tools.evaluation.measures import Figure, Floor, share


@dataclass(frozen=True)
class Sets:
    """Questions that articles answer (each with its ``id``), and questions that none does (``near`` or far)."""

    answerable: list[dict[str, Any]]
    unanswerable: list[dict[str, Any]]


def load(heldout: Path) -> Sets:
    """The held-out questions of a folder."""
    return Sets(_rows(heldout / "kb_questions.jsonl"), _rows(heldout / "kb_unanswerable.jsonl"))


def own(base: KnowledgeBase, sets: Sets) -> list[Figure]:
    """The figures of our own articles."""
    # Together, which is quicker than one by one; the encoder remembers them.
    encoder().encode([clean(row["query"]) for row in (*sets.answerable, *sets.unanswerable)])
    found = [(row["id"], base.search(row["query"], 10)) for row in sets.answerable]
    ranks = [[hit.document.id for hit in result.hits] for _, result in found]
    right = [hits[:1] == [name] for (name, _), hits in zip(found, ranks, strict=True)]
    answered = [result.answerable for _, result in found]
    helped = [
        hits[0] == name if result.answerable else name in [hit.document.id for hit in result.choices]
        for (name, result), hits in zip(found, ranks, strict=True)
    ]
    stranger = [(row["near"], base.search(row["query"], 3)) for row in sets.unanswerable]
    wrong = [result.answerable for _, result in stranger]
    near = [result.answerable for is_near, result in stranger if is_near]
    silent = [not result.answerable and not result.choices for _, result in stranger]
    third = [name in hits[:3] for (name, _), hits in zip(found, ranks, strict=True)]
    of_answered = [hit for hit, given in zip(right, answered, strict=True) if given]
    return [
        share("kb.first", "Right article first", right, floor=Floor("≥", 0.92)),
        share("kb.third", "Right article among the first three", third),
        share("kb.answered", "Answered, of the answerable", answered, floor=Floor("≥", 0.88)),
        share("kb.answered_right", "Right, of the answered", of_answered),
        share("kb.helped", "Answered rightly, or the right one among the choices", helped),
        share("kb.wrong", "Wrongly answered, of the unanswerable", wrong, floor=Floor("<", 0.05), unit="%"),
        share("kb.wrong_near", "The same, of those near an article", near, unit="%"),
        share("kb.silent", "Neither answered nor asked back, of the unanswerable", silent),
    ]


def foreign(shared: Path, progress: str | None = None) -> list[Figure]:
    """The figures of other corpora, as ``bot kb search --articles`` finds in them; those not there are left out."""
    figures = []
    for corpus, questions, top, floor in (
        ("policies", "policy", 1, Floor("≥", 0.83)),
        ("statutes", "statute", 10, None),
    ):
        articles, asked = shared / f"{corpus}.jsonl", shared / f"{questions}_questions.jsonl"
        if articles.is_file() and asked.is_file():
            hits = found_within(foreign_corpus(articles, progress and f"{progress} {corpus}"), _rows(asked), top)
            figures.append(share(f"{corpus}.hit@{top}", f"A right one in {top}, {corpus}", hits, floor=floor))
    return figures


def found_within(searcher: Searcher, rows: Sequence[dict[str, Any]], top: int) -> list[bool]:
    """Whether one of the relevant documents of each question is among the first."""
    return [any(hit.document.id in row["relevant"] for hit in searcher.search(row["query"], top).hits) for row in rows]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
