"""Learns ``kb/model.json`` from the articles: the centres of the vectors, and when to answer, ask or be silent.

Cross-validation: every question that citizens asked is searched in an index without it, and the first hit is right or
wrong; for the questions beyond the articles (答不了的问题) every hit is wrong. Nothing else is read; the held-out
questions never are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from bot.language.nlu.encoder import encoder
from kb.search import model
from kb.search.base import as_document, clean
from kb.search.index import Document, HybridIndex
from kb.search.lexical import Scores
from kb.search.store import load_articles
from kb.search.vectors import kept_vectors

FOLDS = 5
WRONG = 0.15
"""Share of the questions beyond the articles that may be answered. They were written to be near; most people's are not."""
LEAST = 0.25
"""Quantile of the answerable questions' similarity to the unanswerable ones below which it counts nothing."""
ASKED = 0.92
"""Share of the questions whose article is among the first three that are answered or asked back."""


@dataclass(frozen=True)
class Asked:
    """A question with the id of its article, None for one beyond them, and what it found."""

    name: str | None
    score: float
    lead: float
    beyond: Scores
    """Cosines to the nearest questions beyond the articles."""
    found: list[str]
    """The first three."""


def centres(documents: list[Document]) -> dict[str, list[float]]:
    """The means of the questions' and of the passages' vectors."""
    asks = [ask for doc in documents for ask in (doc.title, *doc.questions)]
    texts = [part for doc in documents for part in doc.parts]
    kept = kept_vectors()
    found = {"query": kept.encode(asks, "query", "questions"), "passage": kept.encode(texts, "passage", "texts")}
    return {kind: [round(float(value), 4) for value in vectors.mean(0)] for kind, vectors in found.items()}


def asked(documents: list[Document]) -> Iterator[Asked]:
    """Searches every question, those beyond the articles as well, in an index without it."""
    random = np.random.default_rng(0)
    fold_of: dict[str, int] = {}
    wanted: list[tuple[str | None, str]] = []
    for article in load_articles():
        for name, asks in ((article.id, article.asked), (None, article.beyond)):
            wanted += [(name, ask) for ask in asks]
            fold_of |= zip(asks, (random.permutation(len(asks)) % FOLDS).tolist(), strict=True)
    # The questions are content, too: their vectors are cached.
    kept_vectors().encode([clean(ask) for _, ask in wanted], progress="questions")
    for fold in range(FOLDS):
        left_out = [(name, ask) for name, ask in wanted if fold_of[ask] == fold]
        index = HybridIndex(
            [_without(document, {ask for _, ask in left_out}) for document in documents], kept_vectors()
        )
        for name, ask in tqdm(left_out, desc=f"fold {fold + 1}", unit="question"):
            like = index.likeness(clean(ask))
            scores = like.fused()
            best = np.argsort(-scores)[:3]
            first, second = scores[best[:2]]
            nearest = np.sort(like.beyond)[-model.NEAREST :]
            yield Asked(name, float(first), float(first - second), nearest, [like.documents[i].id for i in best])


def _without(document: Document, lines: set[str]) -> Document:
    questions, beyond = (tuple(x for x in some if x not in lines) for some in (document.questions, document.beyond))
    return replace(document, questions=questions, beyond=beyond)


def rule(known: list[Asked], beyond: list[Asked]) -> dict[str, float]:
    """The weights of the best score, its lead and the similarity to questions beyond the articles, and the thresholds
    from which it is answered or asked back."""
    least = float(np.quantile([one.beyond.mean() for one in known], LEAST))
    table = np.array([(one.score, one.lead, model.against(one.beyond, least)) for one in (*known, *beyond)])
    right = [one.found[0] == one.name for one in (*known, *beyond)]
    weights = LogisticRegression(C=1e3, class_weight="balanced").fit(table, right).coef_[0]
    sure = table @ weights
    return {
        **dict(zip(("score", "lead", "against"), weights.tolist(), strict=True)),
        "answer": float(np.quantile(sure[len(known) :], 1 - WRONG)),
        "ask": float(np.quantile([one.score for one in known if one.name in one.found], 1 - ASKED)),
        "least": least,
    }


def main() -> None:
    """Writes the file."""
    documents = [as_document(article) for article in load_articles()]
    made = {"encoder": encoder().fingerprint, "centre": centres(documents), "decision": {}}
    model.FILE.write_text(json.dumps(made), encoding="utf-8")
    model.model.cache_clear()
    found = list(asked(documents))
    bounds = rule([one for one in found if one.name], [one for one in found if not one.name])
    made["decision"] = {name: round(value, 4) for name, value in bounds.items()}
    model.FILE.write_text(json.dumps(made) + "\n", encoding="utf-8")
    print(made["decision"], file=sys.stderr)


if __name__ == "__main__":
    main()
