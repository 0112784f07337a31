"""Trouble that tests order: the next calls of a path, or the next pushes, go wrong."""

from __future__ import annotations

from dataclasses import dataclass

PUSH = "push"
"""Instead of a path: the account's answer to a push gets lost, so the platform sends again."""


@dataclass
class Fault:
    """What happens to the next ``times`` calls of ``path`` (``*``: any).

    ``latency`` seconds pass first; ``drop`` then closes the connection without an answer, ``errcode`` answers so.
    With ``after`` the call is carried out before it goes wrong: done, but the caller cannot know.
    """

    path: str
    errcode: int | None = None
    latency: float = 0.0
    drop: bool = False
    after: bool = False
    times: int = 1


class Faults:
    """The trouble that is still to come."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, path: str) -> Fault | None:
        """The trouble that this call meets."""
        for fault in self.waiting:
            if fault.path == path or (fault.path == "*" and path != PUSH):
                fault.times -= 1
                self.waiting = [one for one in self.waiting if one.times > 0]
                return fault
        return None
