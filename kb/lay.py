"""What people ask about rules of law (百姓问法), for texts that have no questions of their own.

A statute speaks of the lessor, a citizen of the landlord who will not repair. ``kb/rules/`` holds rules of Chinese law, each
with a question that it answers. A text of another corpus that states one of them is searched by that question, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from kb.search.directions import around
from kb.search.index import Document, Encodes
from kb.search.model import centre

FOLDER = Path(__file__).parent / "rules"
"""JSON Lines of ``{"ask", "law"}``."""
STATES = 0.6
"""Cosine, seen from the middle of their kind, from which a text states a rule."""
SHARED = 0.3
"""Of a rule's pairs of characters a text that states it has at least this share: the other rules need no vector."""
TOGETHER = 1_000
"""Texts whose pairs are compared at once."""


@dataclass(frozen=True)
class Rule:
    """``ask``: what a person asks; ``law``: what the law says to it."""

    ask: str
    law: str


@lru_cache(maxsize=1)
def rules() -> list[Rule]:
    """All rules, by file."""
    lines = (line for file in sorted(FOLDER.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines())
    return [Rule(**json.loads(line)) for line in lines]


def asked_by_people(documents: Sequence[Document], encoder: Encodes, progress: str | None = None) -> list[Document]:
    """The documents, each with the questions about the rules that it states: a rule goes to the text nearest to it."""
    owners = [number for number, document in enumerate(documents) for _ in document.parts]
    parts = [part for document in documents for part in document.parts]
    likely = _likely(parts)
    if not likely:
        return list(documents)
    texts = encoder.encode(parts, "passage", progress and f"{progress}: texts")
    laws = encoder.encode([rule.law for rule in likely], "passage", progress and f"{progress}: rules of law")
    laws, texts = around(laws, centre(encoder, "passage", laws)), around(texts, centre(encoder, "passage", texts))
    lay: dict[int, list[str]] = {}
    for rule, law in zip(likely, laws, strict=True):
        likeness = texts @ law
        nearest = int(likeness.argmax())
        if likeness[nearest] >= STATES:
            lay.setdefault(owners[nearest], []).append(rule.ask)
    return [replace(document, lay=tuple(lay.get(number, ()))) for number, document in enumerate(documents)]


def _likely(texts: Sequence[str]) -> list[Rule]:
    """The rules that one of the texts may state."""
    pairs = CountVectorizer(analyzer="char", ngram_range=(2, 2), binary=True, dtype=np.float32)
    laws = pairs.fit_transform(rule.law for rule in rules())
    most = np.zeros(len(rules()))
    for start in range(0, len(texts), TOGETHER):
        shared = laws @ pairs.transform(texts[start : start + TOGETHER]).T
        most = np.maximum(most, shared.max(axis=1).toarray().ravel())
    likely = np.flatnonzero(most >= SHARED * laws.sum(axis=1).A1)
    return [rules()[number] for number in likely]
