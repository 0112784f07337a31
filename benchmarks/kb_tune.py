"""Learns ``kb/model.json`` from the articles: the centres of the vectors, and when to answer, ask or be silent.

Every question that citizens asked is asked once of an index that does not have it: what comes first is right or wrong.
Questions beyond the articles (``kb/questions``) are asked as well: whatever comes first is wrong. Nothing else is read;
the held-out questions never are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from bot.nlu.encoder import encoder
from kb import model
from kb.index import Document, HybridIndex
from kb.search import as_document, clean
from kb.store import load_articles, load_beyond
from kb.vectors import kept_vectors

FOLDS = 5
WRONG = 0.15
"""Share of the questions beyond the articles that may be answered. They were written to be near; most people's are not."""
ASKED = 0.92
"""Share of the questions whose article is among the first three that are answered or asked back."""


@dataclass(frozen=True)
class Asked:
    """What one question found: the best score, its lead over the second, and whether it is right."""

    score: float
    lead: float
    right: bool = False
    among: bool = False
    """Whether the right one is among the first three."""


def centres(documents: list[Document]) -> dict[str, list[float]]:
    """The means of the questions' and of the passages' vectors."""
    asks = [ask for doc in documents for ask in (doc.title, *doc.questions)]
    texts = [part for doc in documents for part in doc.parts]
    kept = kept_vectors()
    found = {"query": kept.encode(asks, "query", "questions"), "passage": kept.encode(texts, "passage", "texts")}
    return {kind: [round(float(value), 4) for value in vectors.mean(0)] for kind, vectors in found.items()}


def answerable(documents: list[Document]) -> Iterator[Asked]:
    """Every question that citizens asked, of an index without it."""
    articles = load_articles()
    random = np.random.default_rng(0)
    folds = [random.permutation(len(article.asked)) % FOLDS for article in articles]
    for fold in range(FOLDS):
        left_out = [
            (article.id, ask)
            for article, of in zip(articles, folds, strict=True)
            for ask, its in zip(article.asked, of, strict=True)
            if its == fold
        ]
        out = {ask for _, ask in left_out}
        parts = [replace(doc, questions=tuple(ask for ask in doc.questions if ask not in out)) for doc in documents]
        yield from found(parts, left_out, f"fold {fold + 1}")


def found(documents: list[Document], questions: list[tuple[str | None, str]], label: str) -> Iterator[Asked]:
    """What an index of these documents finds for questions with the id of their article, None for those that have none."""
    # The questions are content, too: their vectors are kept.
    kept_vectors().encode([clean(ask) for _, ask in questions], progress=label)
    index = HybridIndex(documents, kept_vectors())
    for name, ask in tqdm(questions, desc=label, unit="question"):
        near, scores, _ = index.near(clean(ask))
        best = np.argsort(-scores)[:3]
        ids = [near[i].id for i in best]
        yield Asked(float(scores[best[0]]), float(scores[best[0]] - scores[best[1]]), ids[0] == name, name in ids)


def rule(known: list[Asked], beyond: list[Asked]) -> dict[str, float]:
    """Weights of the best score and its lead, and the bounds from which it is answered or asked back."""
    table = np.array([(one.score, one.lead) for one in (*known, *beyond)])
    right = [one.right for one in (*known, *beyond)]
    score, lead = LogisticRegression(C=1e3, class_weight="balanced").fit(table, right).coef_[0]
    sure = table @ (score, lead)
    return {
        "score": float(score),
        "lead": float(lead),
        "answer": float(np.quantile(sure[len(known) :], 1 - WRONG)),
        "ask": float(np.quantile([one.score for one in known if one.among], 1 - ASKED)),
    }


def main() -> None:
    """Writes the file."""
    documents = [as_document(article) for article in load_articles()]
    made = {"encoder": encoder().fingerprint, "centre": centres(documents), "decision": {}}
    model.FILE.write_text(json.dumps(made), encoding="utf-8")
    model.model.cache_clear()
    beyond = [(None, ask) for asks in load_beyond().values() for ask in asks]
    bounds = rule(list(answerable(documents)), list(found(documents, beyond, "beyond")))
    made["decision"] = {name: round(value, 4) for name, value in bounds.items()}
    model.FILE.write_text(json.dumps(made) + "\n", encoding="utf-8")
    print(made["decision"], file=sys.stderr)


if __name__ == "__main__":
    main()
