"""Words of documents: the Chinese words that full text finds them by, and how often each has the grams of a question."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from kb.search.lexical import Scores

_SIGNS = 1 << 16
"""Runs have signs of the first plane only."""


@lru_cache(maxsize=1)
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


def words_of(runs: Iterable[str]) -> list[str]:
    """The words of runs, long ones also in their parts; single Chinese signs are not among them."""
    found = dict.fromkeys(word for run in runs for word in _jieba().cut_for_search(run))
    return [word for word in found if len(word) > 1 or word.isascii()]


def framed(runs: Iterable[str]) -> str:
    """Runs in one text in which `often` counts."""
    return "".join(f" {run} " for run in runs)


def often(texts: Sequence[str], grams: Sequence[str]) -> Scores:
    """How often each text (framed) has each gram, shape (texts, grams)."""
    found = np.zeros((len(texts), len(grams)), np.float32)
    if not texts or not grams:
        return found
    place = {gram: number for number, gram in enumerate(grams)}
    signs = {
        sign: number for number, sign in enumerate({sign for gram in grams for sign in gram if not gram.isascii()})
    }
    # Two tables instead of a look at each gram: a long story has hundreds of grams, and there are hundreds of texts.
    alone, pairs = np.full(_SIGNS, len(signs), np.intp), np.full((len(signs) + 1, len(signs) + 1), -1, np.intp)
    singles = np.full(len(signs) + 1, -1, np.intp)
    for sign, number in signs.items():
        alone[ord(sign)] = number
        singles[number] = place.get(sign, -1)
    for gram, number in place.items():
        if len(gram) == 2 and not gram.isascii():
            pairs[signs[gram[0]], signs[gram[1]]] = number
    at = alone[np.frombuffer("".join(texts).encode("utf-16-le"), np.uint16)]
    of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    for hit, owner in ((singles[at], of), (pairs[at[:-1], at[1:]], of[1:])):
        cells = (owner * len(grams) + hit)[hit >= 0]
        found += np.bincount(cells, minlength=found.size).reshape(found.shape)
    for gram, number in place.items():
        if gram.isascii():
            found[:, number] = [text.count(f" {gram} ") for text in texts]
    return found
