"""Why an article is or is not found: what a question shares with its words, its phrasings and its text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.search.base import as_document, clean
from kb.search.index import Encodes
from kb.search.language import Parts
from kb.search.lexical import tokens
from kb.search.schema import Article

STRANGER = 0.8
"""Cosine of e5 below which two texts have nothing in common; equal ones have 1."""


def explained(question: str, article: Article, encoder: Encodes, kept: Encodes) -> Parts:
    """The parts of one article; ``kept`` has the vectors of what the article says."""
    asked = clean(question)
    document = as_document(article)
    asks = document.asks
    vector = encoder.encode([asked], "query")[0]
    near, beyond = (kept.encode(lines, "query") @ vector for lines in (asks, document.beyond))
    within = kept.encode(document.parts, "passage") @ vector
    words, own = set(tokens(asked)), set(tokens(document.words))
    return Parts(
        len(words & own) / max(len(words), 1),
        _spread(near),
        _spread(within),
        asks[int(near.argmax())],
        document.beyond[int(beyond.argmax())] if beyond.size and beyond.max() > near.max() else None,
    )


def _spread(cosines: Sequence[float]) -> float:
    return round(float(np.clip((max(cosines) - STRANGER) / (1 - STRANGER), 0, 1)), 4)
