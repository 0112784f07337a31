"""Why a change of the knowledge base is not made, in words for the person who wanted it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.upkeep.faults import Fault


class Problem(Exception):
    """A change that is not made; ``code`` is for programs, the message for people."""

    code = "problem"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(Problem):
    """This editor may not do that."""

    code = "not_allowed"


class NoArticle(Problem):
    """There is no such article, version or question, or it is another unit's."""

    code = "not_found"


class WrongState(Problem):
    """The article is in a state in which this cannot be done."""

    code = "wrong_state"


class Unreadable(Problem):
    """A file that is no table of articles, or too large."""

    code = "unreadable"


class Invalid(Problem):
    """An article with faults; each says what to mend."""

    code = "invalid"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(str(fault).rstrip("。") for fault in faults) + "。")
        self.faults = tuple(faults)


class Conflict(Problem):
    """Somebody else has saved meanwhile: ``content`` is what stands there now, as version ``number`` (0: nothing).

    ``sent`` is what was to be saved, None where a version was to be decided on.
    """

    code = "conflict"

    def __init__(self, number: int, content: dict[str, Any], sent: dict[str, Any] | None = None) -> None:
        todo = "请看清两边的不同，再保存" if sent is not None else "请刷新，看过新的一版再处理"
        changed = f"您打开以后，别人已经改过，现在是第 {number} 版。{todo}。"
        super().__init__(changed if number else "还没有这个条目，请作为新条目保存。")
        self.number, self.content, self.sent = number, content, sent
