"""Danger now (紧急事项), Article 15 (2), by rules: the first of two detectors, independent of what was learned.

Signs and doubts stand in a table (`danger.yml`); here they are weighed. A doubt counts where it belongs:
a word of fear holds for its clause, one of the past for what follows in its sentence, one of paperwork for the whole
message unless a word of now outweighs it. So "救命，我好怕，他拿着刀在门外" is heard for all its fear. Either detector is
enough: a miss can cost a life, a false alarm costs one sentence.
"""

from __future__ import annotations

import re
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
        last = max((span[0] for name in _REPORT for span in self._doubts[name]), default=-1)
        ends = [0, *(match.end() for match in _SENTENCE_END.finditer(self.text)), len(self.text)]
        for start, end in pairwise(ends):
            if last < end and any(start <= now[0] < end for now in self._now):
                # The blank is for signs of a bare cry, which stand at the beginning of a message.
                yield Passage(_BLANK + self.text[start:end])

    def _signs(self, sure: bool) -> Iterator[Sign]:
        """The first place of every pattern; of a sure one, the first that is not in doubt."""
        for kind in table().kinds:
            text = _blank(self.text, kind.unless) if kind.unless else self.text
            for pattern in kind.sure if sure else kind.likely:
                spans = (span for span in _spans(pattern, text) if not sure or not self._doubted(span))
                if span := next(spans, None):
                    yield Sign(kind, span)

    @cached_property
    def _now(self) -> list[Span]:
        return _spans(table().now, self.text)

    @cached_property
    def _doubts(self) -> dict[str, list[Span]]:
        return {name: _spans(row, self.text) for name, row in table().doubts.items()}

    def _doubted(self, span: Span) -> bool:
        start, end = span
        clause, sentence = self._around(span, _CLAUSE_END), self._around(span, _SENTENCE_END)
        doubts = self._doubts
        return (
            any(clause[0] <= no[0] < end and no[1] >= start - 1 for no in doubts["denied"])
            or any(_within(doubt, clause) for doubt in doubts["imagined"])
            or any(sentence[0] <= doubt[0] < end for doubt in doubts["condition"])
            or any(_within(doubt, sentence) for name in ("staged", "service") for doubt in doubts[name])
            or any(self._past(past, clause, sentence, end) for past in doubts["past"])
            or (not self._now and any(doubts[name] for name in _PAPERWORK))
        )

    def _past(self, past: Span, clause: Span, sentence: Span, end: int) -> bool:
        """Whether a word of the past holds for what ends at `end`, and no word of now came after it."""
        holds = _within(past, clause) or sentence[0] <= past[0] < end
        return holds and not any(past[1] <= now[0] < end for now in self._now)

    def _around(self, span: Span, mark: Row) -> Span:
        """The clause or sentence, by its end marks, that holds the span."""
        start = max((match.end() for match in mark.finditer(self.text, 0, span[0])), default=0)
        end = mark.search(self.text, span[1])
        return start, end.start() if end else len(self.text)


def _apart(signs: list[Sign]) -> int:
    """How many signs there are, where those that share words are one."""
    count, last = 0, 0
    for start, end in sorted((sign.span for sign in signs), key=lambda span: span[1]):
        if start >= last:
            count, last = count + 1, end
    return count


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _spans(row: Row, text: str) -> list[Span]:
    return [match.span() for match in row.finditer(text)]


def _plain(text: str) -> str:
    """The text as the table expects it: a space between Chinese words is a comma, slips are put right."""
    text = _SPACE.sub("，", text.strip().lower().replace("’", "'"))
    text = table().slips.sub(lambda slip: table().spoken[slip[0]], text)
    return _blank(text, table().figures)


def _blank(text: str, row: Row) -> str:
    """The text without what the row finds; what stood apart still does."""
    return row.sub(lambda match: _BLANK * len(match[0]), text)
