"""Danger now (紧急事项), Article 15 (2), by rules: the first of two detectors, independent of what was learned.

Signs and doubts stand in a table (`danger.yml`); here they are weighed. A doubt counts where it belongs:
a word of fear holds for its clause, one of the past for what follows in its sentence, one of paperwork for the whole
message unless a word of now outweighs it. So "救命，我好怕，他拿着刀在门外" is heard for all its fear. Either detector is
enough: a miss can cost a life, a false alarm costs one sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.language.danger.table import Kind, Row, table

LETTER = 100
"""Characters beyond which a message is a letter, where danger is mostly background."""

_CLAUSE_END = re.compile(r"[，,、：:。！!？?；;~\n]|\.(?=\s|$)")
_SENTENCE_END = re.compile(r"[。！!？?；;~\n]|\.(?=\s|$)")
_SPACE = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")
_BLANK = "□"
_PAPERWORK = ("aftermath", "question", "habit")
_REPORT = ("past", "condition", "service", *_PAPERWORK)
"""What letters are full of that only report."""

MOST_SENTENCES = 40
"""Sentences of a letter that are weighed each by itself; those that follow are weighed as one."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Sign:
    """A sign of danger, and where in its passage it stands."""

    kind: Kind
    span: Span


def detect(text: str) -> str | None:
    """The line (110, 119, 120, 122) that the message needs now by the rules, or None."""
    return line_of(find(text))


def line_of(signs: list[Sign]) -> str | None:
    """The line with the most signs; of those with as many, that of the kind that comes first in the table."""
    weights = shares(signs)
    return max(weights, key=lambda line: weights[line]) if weights else None


def shares(signs: list[Sign]) -> dict[str, float]:
    """Which part of the signs speaks for each line, in the order of the table; together 1. Empty without a sign."""
    lines = dict.fromkeys(sign.kind.line for sign in signs)
    counts = {line: _apart([sign for sign in signs if sign.kind.line == line]) for line in lines}
    return {line: count / sum(counts.values()) for line, count in counts.items()}


def find(text: str) -> list[Sign]:
    """The signs of danger now in the message: all sure ones, or all likely ones, that no doubt takes away."""
    message = Passage(_plain(text))
    if len(text) <= LETTER:
        return message.sure_signs() or message.likely_signs()
    passages = message.present() if message.reports() else [message]
    return [sign for passage in passages for sign in passage.sure_signs()]


class Found:
    """The places of one row in a text, from left to right without overlaps: starts and ends both grow, so that each
    question costs the logarithm of their number."""

    def __init__(self, row: Row, text: str) -> None:
        spans = [match.span() for match in row.finditer(text)]
        self.starts, self.ends = [start for start, _ in spans], [end for _, end in spans]

    def __bool__(self) -> bool:
        return bool(self.starts)

    def within(self, outer: Span) -> bool:
        """Whether one stands between these bounds."""
        first = bisect_left(self.starts, outer[0])
        return first < len(self.ends) and self.ends[first] <= outer[1]

    def last_begun(self, before: int) -> Span:
        """The last that begins before this point; one that ends before every text if there is none."""
        return self._at(bisect_left(self.starts, before) - 1)

    def last_ended(self, by: int) -> Span:
        """The last that ends there or before."""
        return self._at(bisect_right(self.ends, by) - 1)

    def _at(self, index: int) -> Span:
        return (self.starts[index], self.ends[index]) if index >= 0 else (-1, -1)


class Passage:
    """A message, or a sentence of a letter, that is weighed by itself."""

    def __init__(self, text: str) -> None:
        self.text = text

    def sure_signs(self) -> list[Sign]:
        """The signs that are enough alone, without those that their surroundings take away."""
        return list(self._signs(sure=True))

    def likely_signs(self) -> list[Sign]:
        """The signs that are enough together, or with a word of now or a plea, where nothing at all is in doubt."""
        signs = list(self._signs(sure=False))
        urged = bool(self._now or table().plea.search(self.text))
        enough = signs and (urged or _apart(signs) > 1)
        return signs if enough and not any(self._doubts.values()) else []

    def reports(self) -> bool:
        """Whether it tells of anything past, possible, usual or asked for, or about a service."""
        return any(self._doubts[name] for name in _REPORT)

    def present(self) -> Iterator[Passage]:
        """The sentences that say now, with nothing after them that only reports."""
        last = max(self._doubts[name].last_begun(len(self.text))[0] for name in _REPORT)
        ends = [0, *(match.end() for match in _SENTENCE_END.finditer(self.text)), len(self.text)]
        now = [(start, end) for start, end in pairwise(ends) if last < end and self._now.last_begun(end)[0] >= start]
        if len(now) > MOST_SENTENCES:
            now[MOST_SENTENCES:] = [(now[MOST_SENTENCES][0], now[-1][1])]
        for start, end in now:
            # The blank is for signs of a bare cry, which stand at the beginning of a message.
            yield Passage(_BLANK + self.text[start:end])

    def _signs(self, sure: bool) -> Iterator[Sign]:
        """The first place of every pattern; of a sure one, the first that is not in doubt."""
        for kind in table().kinds:
            text = _blank(self.text, kind.unless) if kind.unless else self.text
            for pattern in kind.sure if sure else kind.likely:
                spans = (match.span() for match in pattern.finditer(text))
                if span := next((span for span in spans if not sure or not self._doubted(span)), None):
                    yield Sign(kind, span)

    @cached_property
    def _now(self) -> Found:
        return Found(table().now, self.text)

    @cached_property
    def _doubts(self) -> dict[str, Found]:
        return {name: Found(row, self.text) for name, row in table().doubts.items()}

    @cached_property
    def _clause_ends(self) -> Found:
        return Found(_CLAUSE_END, self.text)

    @cached_property
    def _sentence_ends(self) -> Found:
        return Found(_SENTENCE_END, self.text)

    def _doubted(self, span: Span) -> bool:
        start, end = span
        clause, sentence = self._around(span, self._clause_ends), self._around(span, self._sentence_ends)
        doubts = self._doubts
        denied = doubts["denied"].last_begun(end)
        return (
            (clause[0] <= denied[0] and denied[1] >= start - 1)
            or doubts["imagined"].within(clause)
            or sentence[0] <= doubts["condition"].last_begun(end)[0]
            or any(doubts[name].within(sentence) for name in ("staged", "service"))
            or self._past(clause, sentence, end)
            or (not self._now and any(doubts[name] for name in _PAPERWORK))
        )

    def _past(self, clause: Span, sentence: Span, end: int) -> bool:
        """Whether a word of the past holds for what ends at `end`, and no word of now came after it."""
        now = self._now.last_begun(end)[0]
        past = self._doubts["past"]
        beside, before = past.last_ended(clause[1]), past.last_begun(end)
        return (beside[0] >= clause[0] and beside[1] > now) or (before[0] >= sentence[0] and before[1] > now)

    def _around(self, span: Span, marks: Found) -> Span:
        """The clause or sentence, by its end marks, that holds the span."""
        start = marks.last_ended(span[0])[1]
        if self.text[span[0] - 1 : span[0]] == ".":
            start = span[0]
        end = bisect_left(marks.starts, span[1])
        return max(start, 0), marks.starts[end] if end < len(marks.starts) else len(self.text)


def _apart(signs: list[Sign]) -> int:
    """How many signs there are, where those that share words are one."""
    count, last = 0, 0
    for start, end in sorted((sign.span for sign in signs), key=lambda span: span[1]):
        if start >= last:
            count, last = count + 1, end
    return count


def _plain(text: str) -> str:
    """The text as the table expects it: a space between Chinese words is a comma, slips are put right."""
    text = _SPACE.sub("，", text.strip().lower().replace("’", "'"))
    text = table().slips.sub(lambda slip: table().spoken[slip[0]], text)
    return _blank(text, table().figures)


def _blank(text: str, row: Row) -> str:
    """The text without what the row finds; what stood apart still does."""
    return row.sub(lambda match: _BLANK * len(match[0]), text)
