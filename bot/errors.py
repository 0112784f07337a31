"""A refusal that every channel can render."""

from __future__ import annotations


class Refusal(Exception):
    """A message or call that is not taken, with the HTTP status and code that say why."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after
