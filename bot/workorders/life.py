"""The life of a work order: its events, and the state that follows from them."""

from __future__ import annotations

from collections.abc import Iterable

STATES = ("registered", "dispatched", "in_progress", "extended", "replied", "closed", "reopened", "withdrawn")

_LEADS_TO = {
    "registered": "registered",
    "dispatched": "dispatched",
    "signed": "in_progress",
    "extended": "extended",
    "replied": "replied",
    "closed": "closed",
    "reopened": "reopened",
    "withdrawn": "withdrawn",
}
OPEN = ("registered", "dispatched", "in_progress", "extended", "reopened")
"""States in which a unit still works on the matter (办理中)."""


def state(events: Iterable[str]) -> str:
    """The state after these kinds of events; events such as an urging leave it as it is."""
    current = "registered"
    for kind in events:
        current = _LEADS_TO.get(kind, current)
    return current
