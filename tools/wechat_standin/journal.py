"""What the platform saw of the account: the raw exchange, counts, and every breach of the protocol."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tools.wechat_standin.feed import Feed, Item

LONGEST = 20_000
"""Characters of a body that the log keeps."""


class Journal:
    """``log`` is for people, ``violations`` and ``counts`` for tests."""

    def __init__(self) -> None:
        self.log = Feed()
        self.violations: list[Item] = []
        self.calls: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.pushes: Counter[str] = Counter()
        self.tries: Counter[str] = Counter()

    def violation(self, code: str, detail: str, at: float, **more: Any) -> None:
        """Notes that the account did what the documentation forbids."""
        self.violations.append({"code": code, "detail": detail, "at": at, **more})
        self.log.add({"kind": "violation", "at": at, "code": code, "detail": detail})

    def counts(self) -> dict[str, Any]:
        """``calls`` by path and errcode, ``pushes`` by type, ``tries`` (with repeats) by type."""
        return {
            "calls": {path: dict(codes) for path, codes in self.calls.items()},
            "pushes": dict(self.pushes),
            "tries": dict(self.tries),
        }


def readable(body: bytes) -> str:
    """A body for the log."""
    if body[:1] in b"<{[" or body.isascii():
        return body[:LONGEST].decode(errors="replace")
    try:
        return body.decode()[:LONGEST]
    except UnicodeDecodeError:
        return f"（{len(body)} 字节）"
