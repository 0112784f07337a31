"""Separate matters (诉求) in one message: which of its clauses begin another one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from bot.language.extract.matters import OPENINGS, STRONG, WEAK, clauses
from bot.language.nlu.encoder import Vectors
from bot.language.nlu.normaliser import normalise
from bot.language.nlu.trees import Trees
from bot.settings import ROOT

EXAMPLES = ROOT / "nlu_data" / "matters.jsonl"
"""Messages of one matter and of several: a line each, ``{"parts": […]}``; the parts put together are the message."""
APART = 0.6
"""Probability from which a clause begins another matter: who brings one matter seldom gets two work orders."""


class View(NamedTuple):
    """What is known of some texts, one row each."""

    vectors: Vectors
    """Sentence vectors less their mean, of unit length."""
    ngrams: Vectors
    """N-grams, reduced, of unit length."""
    shares: Sequence[npt.NDArray[np.float64]]
    """Probabilities of what two clauses can have in common: the class, its first level, the kind."""


Encode = Callable[[Sequence[Sequence[str]]], Sequence[Vectors]]
"""Gives for messages in pieces the vectors of their pieces."""
See = Callable[[Sequence[str], Vectors], View]
"""Gives the view of texts and their sentence vectors."""


@dataclass
class Separator:
    """Judges each clause by how unlike it is to the one before it, and all from there on to all before it, and by the words
    and signs between them."""

    trees: Trees

    @classmethod
    def train(cls, messages: Sequence[Sequence[str]], encode: Encode, see: See) -> Separator:
        """``messages``: each as its parts."""
        read = [[normalise(part) + " " * part[-1:].isspace() for part in parts] for parts in messages]
        several = [(parts, pieces) for parts in read if len(pieces := clauses("".join(parts))) > 1]
        evidence, begins = [], []
        for (parts, pieces), vectors in zip(several, encode([pieces for _, pieces in several]), strict=True):
            evidence.append(_evidence(pieces, vectors, see))
            starts = set(accumulate(map(len, parts)))
            begins += [at in starts for at in accumulate(map(len, pieces[:-1]))]
        model = HistGradientBoostingClassifier(
            max_iter=120,
            learning_rate=0.06,
            max_leaf_nodes=15,
            min_samples_leaf=30,
            l2_regularization=3,
            random_state=0,
        )
        return cls(Trees.of(model.fit(np.vstack(evidence), begins)))

    def parts(self, pieces: Sequence[str], vectors: Vectors, see: See, counted: int = 0) -> list[str]:
        """The matters, each as the clauses that belong together. ``vectors``: of the clauses; ``counted``: how many the person
        says that there are, where that is known."""
        likely = self.trees.probabilities(_evidence(pieces, vectors, see))
        begins = likely >= APART
        if 1 < counted <= len(pieces):
            begins = np.isin(np.arange(len(likely)), np.argsort(-likely, kind="stable")[: counted - 1])
        starts = [0, *(np.flatnonzero(begins) + 1).tolist(), len(pieces)]
        return ["".join(pieces[start:end]) for start, end in pairwise(starts)]


def examples() -> list[list[str]]:
    """The messages to learn from, each as its parts."""
    return [json.loads(line)["parts"] for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]


def _together(pieces: Sequence[str], vectors: Vectors) -> Vectors:
    """One vector of clauses, by their length."""
    total = np.array([len(piece) for piece in pieces], np.float32) @ vectors
    return np.asarray(total / np.linalg.norm(total), np.float32)


def _evidence(pieces: Sequence[str], vectors: Vectors, see: See) -> npt.NDArray[np.float64]:
    """One row for each clause but the first."""
    texts, rows = list(pieces), list(vectors)
    for start, end in [(0, at) for at in range(1, len(pieces))] + [(at, len(pieces)) for at in range(1, len(pieces))]:
        texts.append("".join(pieces[start:end]))
        rows.append(_together(pieces[start:end], vectors[start:end]))
    view = see(texts, np.stack(rows))
    count = len(pieces) - 1
    before = np.arange(count)
    beside = _pairs(view, before, before + 1)
    around = _pairs(view, before + count + 1, before + 2 * count + 1)
    return np.hstack([beside, around, [_words(texts, at, count) for at in range(count)]])


def _pairs(view: View, left: Any, right: Any) -> npt.NDArray[np.float64]:
    alike = [(rows[left] * rows[right]).sum(axis=1) for rows in (view.vectors, view.ngrams)]
    shared = [np.minimum(rows[left], rows[right]).sum(axis=1) for rows in view.shares]
    return np.column_stack([*alike, *shared])


def _words(texts: Sequence[str], at: int, count: int) -> list[float]:
    here, following = texts[at], texts[at + 1]
    lengths = [len(texts[row]) for row in (at, at + 1, at + count + 1, at + 2 * count + 1)]
    opened = [float(bool(opening.match(following.lstrip(STRONG + WEAK)))) for opening in OPENINGS]
    return [float(here[-1] in STRONG), float(here[-1] in WEAK), *opened, *np.log(lengths), float(count)]
