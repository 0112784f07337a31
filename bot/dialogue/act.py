"""One act (言语行为) of a message, and what the message is read against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.language.turns import Said

Kind = Literal["answer", "correct", "replace", "rewrite", "amend", "drop", "drop_matter", "unclear",
               "remove", "refuse", "publish", "reclassify", "merge", "several", "ask",
               "grumble", "yes", "doubt_unit", "tell"]  # fmt: skip


@dataclass(frozen=True)
class Act:
    """One thing that a message does.

    ``answer``, ``correct``, ``remove`` and ``refuse`` are about the fact ``field``; ``replace`` puts ``value`` for the
    words ``old`` of the account, ``amend`` tells it beside them, ``rewrite`` puts it for all of it, ``drop`` takes what is told of ``old`` out (the last
    sentence without it), ``drop_matter`` the matter of the number or kind ``value``; ``unclear`` wants something changed that cannot be made out; ``publish`` says that name and
    number need not be kept from the unit; ``reclassify`` names another kind; ``merge`` says that it is one matter, ``several`` that it is more than one;
    ``doubt_unit`` says that the matter is not the proposed unit's;
    ``ask`` has the question as ``value`` and, where it is about the process, its topic as ``field``; ``tell`` is anything
    else that belongs to the matter.
    """

    kind: Kind
    field: str | None = None
    value: str | None = None
    old: str | None = None


@dataclass(frozen=True)
class Context:
    """What a message is read against: what was asked, the place so far, and the account so far."""

    question: str
    place: str | None = None
    account: str = ""
    matters: int = 1
    said: tuple[Said, ...] = ()
    """What the parts of the message do, as learned."""
    listed: bool = False
    """Whether the sentences of the account were shown to choose from."""
