"""Turns (话轮): what the parts of a message do, given what the assistant has said last; the labels, and how a message is cut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

ASKED = ("nothing", "description", "location", "occurred_at", "region", "phone", "confirm", "answer", "filed")
"""What the assistant has said last: nothing that wants an answer, one of the questions of the form, the summary, an answer
from the knowledge base, or the number of an order just filed."""
LABELS = (
    *("place", "time", "name", "phone", "skip", "story"),
    *("yes", "no", "fix_place", "fix_time", "fix_name", "fix_phone", "fix_story", "remove", "kind", "one", "several"),
    *("ask", "process", "order", "cancel", "later", "restart", "back", "human"),
    *("grumble", "mood", "abuse", "thanks", "hello", "chat", "over", "danger"),
)
"""What a part of a message may do; `nlu_data/README.md` tells what each means."""
_CUT = re.compile(r"[。！？!?；;\n，,、～~…]+[^\w]*|(?<=[一-鿿])[ \t]+")


@dataclass(frozen=True)
class Said:
    """One part of a message: its words as they stand there, what they do, and how sure that is (0 to 1)."""

    words: str
    label: str
    sure: float


def pieces(text: str) -> list[str]:
    """The message cut behind its signs, and at the blanks behind Chinese words; together the pieces are the message."""
    ends = [match.end() for match in _CUT.finditer(text)]
    found = [text[start:end] for start, end in pairwise([0, *ends, len(text)]) if start < end]
    return found or [text]
