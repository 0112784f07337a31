"""Another matter begins where the clauses say something else; one matter stays whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bot.language.nlu.encoder import Vectors
from bot.language.nlu.separator import Separator, View

THINGS = ["路灯", "垃圾", "公交"]


def things(texts: Sequence[str]) -> Vectors:
    """By text, how often each of three things is told of."""
    told = np.array([[text.count(thing) for thing in THINGS] for text in texts], np.float32) + 0.01
    return np.asarray(told / np.linalg.norm(told, axis=1, keepdims=True), np.float32)


def encode(messages: Sequence[Sequence[str]]) -> list[Vectors]:
    return [things(pieces) for pieces in messages]


def see(texts: Sequence[str], vectors: Vectors) -> View:
    shares = (vectors / vectors.sum(axis=1, keepdims=True)).astype(np.float64)
    return View(vectors, things(texts), (shares, shares, shares))


@pytest.fixture(scope="module")
def separator() -> Separator:
    """Has learned from messages about three things, each told in two clauses."""
    told = [[f"{thing}坏了好几天，", f"{thing}没有人来修。"] for thing in THINGS]
    one = [["".join(clauses)] for clauses in told]
    several = [["".join(a), "".join(b)] for a in told for b in told if a is not b]
    return Separator.train((one * 2 + several) * 10, encode, see)


def test_a_message_is_parted_where_another_thing_is_told_of(separator: Separator) -> None:
    pieces = ["路灯坏了好几天，", "路灯没有人来修。", "公交坏了好几天，", "公交没有人来修。"]
    assert separator.parts(pieces, things(pieces), see) == ["".join(pieces[:2]), "".join(pieces[2:])]


def test_one_thing_stays_whole(separator: Separator) -> None:
    pieces = ["垃圾坏了好几天，", "垃圾没有人来修。"]
    assert separator.parts(pieces, things(pieces), see) == ["".join(pieces)]
