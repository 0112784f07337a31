"""Learns ``kb/model.json`` from the articles: the centres of the vectors, and when to answer, ask or be silent.

Every phrasing is asked once of an index that does not have it: what comes first is right or wrong. Asked once more
without its article, whatever comes first is wrong. Nothing else is read; the held-out questions never are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from bot.nlu.encoder import encoder
from kb import model
from kb.index import Document, HybridIndex, passages
from kb.search import Searcher, as_document, clean
from kb.store import load_articles
from kb.vectors import kept_vectors

FOLDS = 5
WRONG = 0.08
"""Share of the questions without their article that may be answered. A neighbour often does answer them."""
ASKED = 0.95
"""Share of the questions whose article is among the first three that are answered or asked back."""

Scores = npt.NDArray[np.float64]


def centres(documents: list[Document]) -> dict[str, list[float]]:
    """The means of the questions' and of the passages' vectors."""
    asks = [ask for doc in documents for ask in (doc.title, *doc.questions)]
    texts = [f"{doc.title} {part}" for doc in documents for part in passages(doc.text)]
    kept = kept_vectors()
    found = {"query": kept.encode(asks, "query", "questions"), "passage": kept.encode(texts, "passage", "texts")}
    return {kind: [round(float(value), 4) for value in vectors.mean(0)] for kind, vectors in found.items()}


def asked(documents: list[Document]) -> Iterator[tuple[int, Scores]]:
    """For every phrasing, the number of its document and the scores of all documents that do not have it."""
    random = np.random.default_rng(0)
    folds = [random.permutation(len(doc.questions)) % FOLDS for doc in documents]
    for fold in range(FOLDS):
        parts = [
            replace(doc, questions=tuple(ask for ask, its in zip(doc.questions, of, strict=True) if its != fold))
            for doc, of in zip(documents, folds, strict=True)
        ]
        left_out = [
            (number, ask)
            for number, (doc, of) in enumerate(zip(documents, folds, strict=True))
            for ask, its in zip(doc.questions, of, strict=True)
            if its == fold
        ]
        # The phrasings are content, too: their vectors are kept.
        kept_vectors().encode([clean(ask) for _, ask in left_out])
        searcher = Searcher(HybridIndex(parts, kept_vectors()))
        for number, ask in tqdm(left_out, desc=f"fold {fold + 1}", unit="question"):
            yield number, np.asarray(searcher.scores(clean(ask)), np.float64)


def rule(rows: list[tuple[int, Scores]]) -> dict[str, float]:
    """Weights of the best score and its lead, and the bounds from which it is answered or asked back."""
    facts, right, among = [], [], []
    for number, scores in rows:
        first, second, third = np.argsort(-scores)[:3]
        facts.append((scores[first], scores[first] - scores[second]))
        right.append(first == number)
        among.append(number in (first, second, third))
    for number, scores in rows:
        best = np.sort(np.delete(scores, number))[-2:]
        facts.append((best[1], best[1] - best[0]))
        right.append(False)
    table, half = np.array(facts), len(rows)
    score, lead = LogisticRegression(C=1e3).fit(table, right).coef_[0]
    sure = table @ (score, lead)
    return {
        "score": float(score),
        "lead": float(lead),
        "answer": float(np.quantile(sure[half:], 1 - WRONG)),
        "ask": float(np.quantile(table[:half, 0][np.array(among)], 1 - ASKED)),
    }


def main() -> None:
    """Writes the file."""
    documents = [as_document(article) for article in load_articles()]
    made = {"encoder": encoder().fingerprint, "centre": centres(documents), "decision": {}}
    model.FILE.write_text(json.dumps(made), encoding="utf-8")
    model.model.cache_clear()
    found = rule(list(asked(documents)))
    made["decision"] = {name: round(value, 4) for name, value in found.items()}
    model.FILE.write_text(json.dumps(made) + "\n", encoding="utf-8")
    print(made["decision"], file=sys.stderr)


if __name__ == "__main__":
    main()
