"""Passages (片段) of a message, in each of which danger is looked for by itself: a lamp told of before says nothing about
the fire told of after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.extract.matters import STRONG, WEAK

SHORT = 150
"""Characters up to which what long sentences are made of are passages, too; of a longer message only the sentences are."""
MOST = 40
"""Passages of a letter that are looked at: the first and the last ones."""
_WHOLE = 40
"""Characters of a sentence that is one passage; a longer one, as from voice, has passages within."""
_SIZES = (10, 24)
"""Characters from which clauses are a passage within a sentence."""
_STRETCH = 12
"""Characters of a stretch of a clause without signs."""
_LONGEST_CLAUSE = 32
_SENTENCE = re.compile(rf"[^{STRONG}]+[{STRONG}]*")
_CLAUSE = re.compile(rf"[^{STRONG + WEAK}]+[{STRONG + WEAK}]*")


def passages(text: str) -> list[str]:
    """The sentences of the message, where there are several, and what long sentences are made of; each once. A short message
    is one passage and gives none."""
    told = sentences(text)
    found = list(told) if len(told) > 1 else []
    if len(text) <= SHORT:
        for sentence in told:
            if len(sentence) > _WHOLE:
                found += _within(sentence)
    found = list(dict.fromkeys(found))
    return found if len(found) <= MOST else found[: MOST // 2] + found[-MOST // 2 :]


def sentences(text: str) -> list[str]:
    """The sentences with their signs, without such as have no word."""
    return [sentence for sentence in _SENTENCE.findall(text) if re.search(r"\w", sentence)]


def _within(sentence: str) -> list[str]:
    """What a long sentence is made of: clauses together, each passage beginning in the midst of the one before."""
    clauses = [stretch for clause in _CLAUSE.findall(sentence) for stretch in _stretches(clause)]
    found = [passage for size in _SIZES for passage in _together(clauses, size)]
    return [passage for passage in dict.fromkeys(found) if passage != sentence]


def _stretches(clause: str) -> list[str]:
    if len(clause) <= _LONGEST_CLAUSE:
        return [clause]
    return [clause[start : start + _STRETCH] for start in range(0, len(clause), _STRETCH)]


def _together(clauses: list[str], size: int) -> Iterator[str]:
    """Neighbouring clauses of at least ``size`` characters together."""
    start = 0
    while start < len(clauses):
        end, length = start, 0
        while end < len(clauses) and length < size:
            length += len(clauses[end])
            end += 1
        yield "".join(clauses[start:end])
        if end == len(clauses):
            return
        skipped = len(clauses[start])
        start += 1
        while start < end - 1 and skipped < size // 2:
            skipped += len(clauses[start])
            start += 1
