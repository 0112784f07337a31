"""What the search has learned from the articles alone: ``kb/model.json``, made by ``benchmarks/kb_tune.py``."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bot.language.nlu.encoder import Kind, Vectors

FILE = Path(__file__).parents[1] / "model.json"
FEW = 20
"""As many vectors the learned middle is worth beside those of an index."""

SAME = 0.75
"""Cosine to a line, seen from the middle of the vectors, from which it is the same question in other words. It is answered
whatever comes second, or not answered where the line is one beyond the document: what is learned of questions left out
says nothing about those that are there."""

NEAREST = 3
"""Of the questions beyond the articles so many, of different articles, are looked at."""

Verdict = Literal["answer", "ask", "silent"]


@lru_cache(maxsize=1)
def model() -> dict[str, Any]:
    """The file: the encoder it was made with, the centres of its vectors, and how it is decided."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def centre(encoder: object, kind: Kind, vectors: Vectors) -> Vectors:
    """The middle of all vectors of a kind, as far as these tell: that of the articles counts as some more of them.

    What is learned of questions stays: titles of another corpus say nothing about them.
    """
    learned = getattr(encoder, "fingerprint", None) == model()["encoder"]
    middle = np.array(model()["centre"][kind], np.float32) if learned else np.zeros(vectors.shape[1], np.float32)
    if learned and kind == "query":
        return middle
    return np.asarray((vectors.sum(0) + FEW * middle) / (len(vectors) + FEW), np.float32)


def against(nearest: Vectors, least: float | None = None) -> float:
    """How like a question is to those that no document answers, by the cosine to the nearest of each document (0 where it
    has none). It is at least ``least``, what is usual of questions with an answer: that nothing speaks against an answer
    does not speak for it, or a stranger to everything would be answered."""
    least = model()["decision"]["least"] if least is None else least
    found = np.maximum(np.concatenate([nearest, np.zeros(NEAREST, np.float32)]), least)
    return float(np.sort(found)[-NEAREST:].mean())


def decision(score: float, lead: float, same: float = 0, against: float | None = None) -> Verdict:
    """What to do when the best document has this score, this lead over the second, and a line as near as ``same`` (below 0:
    one beyond it); ``against`` is what `against` gave."""
    rule = model()["decision"]
    against = rule["least"] if against is None else against
    sure = rule["score"] * score + rule["lead"] * lead + rule["against"] * against >= rule["answer"]
    if same >= SAME or (sure and same > -SAME):
        return "answer"
    return "ask" if score >= rule["ask"] else "silent"
