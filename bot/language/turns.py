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
_CUT = re.compile(r"[。！？!?；;\n，,～~…]+[^\w]*|(?<=[一-鿿])[ \t]+")
_VOICE = re.compile(
    r"(?<=[说讲写记搞弄]错了)(?=[一-鿿]{3})|(?<=[一-鿿]{4}[啊呀吗嘛呢哦吧哈喏])(?=[一-鿿0-9]{3})"
    r"|(?<=[一-鿿0-9]{5})(?:(?=还有|另外|但是|不过|而且|然后|对了|同志|电话是|我电话)|(?<![是的跟给叫让被找问和])(?=我姓|我叫|我说|我讲|我问|我先|我没))"
)
"""Where a sentence ends that was dictated without signs."""
_LONG = 16
"""Characters of a piece within which such ends are looked for."""
_SHORTEST = 4


@dataclass(frozen=True)
class Said:
    """One part of a message: its words as they stand there, what they do, and how sure that is (0 to 1)."""

    words: str
    label: str
    sure: float


def pieces(text: str) -> list[str]:
    """The message cut behind its signs, at the blanks behind Chinese words, and where it is long, behind the words that end
    a sentence; together the pieces are the message."""
    ends = [match.end() for match in _CUT.finditer(text)]
    found = [text[start:end] for start, end in pairwise([0, *ends, len(text)]) if start < end]
    return [part for piece in found for part in dictated(piece)] or [text]


def dictated(piece: str) -> list[str]:
    """The sentences of a piece that was dictated without signs, where it is long."""
    cuts = [0]
    for match in _VOICE.finditer(piece) if len(piece) > _LONG else ():
        if match.start() - cuts[-1] >= _SHORTEST:
            cuts.append(match.start())
    return [piece[start:end] for start, end in pairwise([*cuts, len(piece)])]
