"""Separate matters (诉求) in one message: where a writer says that another thing begins."""

from __future__ import annotations

import re

SHORTEST = 8
"""Characters that a matter needs at least."""

_NUMBERED = re.compile(
    r"(?:^|[。;；\s,，:：!！])\s*(?:[1-9一二三四五][、.．)）]|第[一二三四五](?:件事?|个问题|点|是|,|，)?|[一二三四五]是|[①②③④⑤])"
)
_ANOTHER = re.compile(
    r"[。;；!！,，\s](?=(?:另外|还有(?:一件事|个事|一个|就是|个)?|再一个|再有|此外|顺便(?:问|说|反映)?|另一件事|第二件事|对了|同时(?:也)?反映))"
)


def candidates(text: str) -> list[str]:
    """The parts of a message that may be matters of their own; one part if nothing says so."""
    marks = [match.start() for match in _NUMBERED.finditer(text)]
    if len(marks) >= 2:
        parts = [text[a:b] for a, b in zip(marks, [*marks[1:], len(text)], strict=True)]
        parts = [_NUMBERED.sub("", part, count=1) for part in parts]
    else:
        parts = _ANOTHER.split(text)
    parts = [part.strip(" ,，。;；!！\n") for part in parts]
    return parts if len(parts) > 1 and all(len(part) >= SHORTEST for part in parts) else [text]
