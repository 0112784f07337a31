"""The life of a work order (工单流转): which moves are legal, who may make them, and the state that follows.

Pure: it reads a history and says yes, or the reason why not. Articles are those of Lishui's regulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.clock import local
from bot.hotline.deadlines import rate_by, return_by

STATES = ("registered", "dispatched", "in_progress", "extended", "replied", "closed", "reopened", "withdrawn")
OPEN = ("registered", "dispatched", "in_progress", "extended", "reopened")
"""States in which somebody still works on the matter (办理中)."""
WORKED_ON = ("dispatched", "in_progress", "extended", "reopened")
ANSWERED = ("replied", "closed")
NOT_WITHDRAWN = tuple(state for state in STATES if state != "withdrawn")

REQUESTER, HOTLINE, UNIT, SERVICE = "requester", "hotline", "unit", "service"
"""Who moves: 诉求人, 热线工作机构, 承办单位, and this service when a term or a rule makes the move."""

URGES_A_DAY = 2
SUPERVISION = ("refused", "overdue", "repeated", "same_problem", "other")
"""Grounds of supervision, Article 32: 拒不接收, 逾期, 多次反映未解决, 多人反映同一问题, 其他."""
RATINGS = ("satisfied", "neutral", "dissatisfied")


class Refused(Exception):
    """A move that is not allowed; ``reason`` says why, and is a key of the phrases where a citizen can meet it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Happening:
    """Something that happened, or is about to, to a work order. ``by`` is the role, ``at`` an aware datetime."""

    kind: str
    by: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """A legal move: who, from which states, to which (None: it stays), and what must be told with it."""

    by: tuple[str, ...]
    source: tuple[str, ...]
    target: str | None = None
    needs: tuple[str, ...] = ()


MOVES: dict[str, Move] = {
    # event             by                  from                              to             needs
    "registered": Move((REQUESTER,), (), "registered"),  # 登记
    "accepted": Move((HOTLINE, SERVICE), ("registered",)),  # 受理
    "dispatched": Move((HOTLINE,), ("registered",), "dispatched", ("unit",)),  # 派单
    "signed": Move((UNIT, SERVICE), ("dispatched",), "in_progress"),  # 签收
    "return_asked": Move((UNIT,), ("dispatched", "in_progress"), None, ("reason", "proposed_unit")),  # 申请退回
    "return_granted": Move((HOTLINE,), ("dispatched", "in_progress"), "registered"),  # 同意退回
    "return_refused": Move((HOTLINE,), ("dispatched", "in_progress"), None, ("reason",)),  # 不同意退回
    "co_units_named": Move((HOTLINE, UNIT), WORKED_ON, None, ("units",)),  # 确定协办单位
    "extended": Move((UNIT,), ("in_progress", "extended"), "extended", ("reason", "due_date")),  # 延期
    "replied": Move((UNIT,), ("in_progress", "extended", "reopened"), "replied", ("text",)),  # 答复
    "closed": Move((UNIT, HOTLINE), ("replied",), "closed"),  # 办结
    "followed_up": Move((HOTLINE, SERVICE), ("closed",)),  # 回访
    "rated": Move((REQUESTER,), ANSWERED, None, ("rating",)),  # 评价
    "rating_explained": Move((REQUESTER,), (*ANSWERED, "reopened"), None, ("text",)),  # 评价原因
    "reopened": Move((HOTLINE, SERVICE), ANSWERED, "reopened", ("reason",)),  # 退回核实
    "verified": Move((UNIT,), ("reopened",), None, ("text", "sound")),  # 核实
    "put_right": Move((UNIT,), ("reopened",), "replied", ("text",)),  # 整改
    "excluded": Move((HOTLINE,), (*ANSWERED, "reopened"), None, ("evidence",)),  # 不纳入评价
    "withdrawn": Move((REQUESTER,), OPEN, "withdrawn"),  # 撤回
    "supplemented": Move((REQUESTER,), NOT_WITHDRAWN, None, ("text",)),  # 补充
    "urged": Move((REQUESTER,), OPEN),  # 催办
    "supervised": Move((HOTLINE, SERVICE), NOT_WITHDRAWN, None, ("ground",)),  # 督办
    "rescheduled": Move((SERVICE,), OPEN, None, ("due_date",)),  # 重算期限
}
"""The table of moves. A unit that verified (核实) and finds the matter done well explains it with ``replied``;
one that finds it not done well puts it right (``put_right``), Article 30."""


def state(events: Iterable[str]) -> str:
    """The state after these kinds of events; events such as an urging leave it as it is."""
    current = "registered"
    for kind in events:
        move = MOVES.get(kind)
        current = (move and move.target) or current
    return current


History = Sequence[Happening]


def check(history: History, next_: Happening) -> None:
    """Raises `Refused` with the reason, if ``next_`` may not follow this history."""
    move = MOVES.get(next_.kind)
    if move is None:
        raise Refused("unknown_event")
    if next_.by not in move.by:
        raise Refused("not_yours_to_do")
    current = state(event.kind for event in history)
    if current not in move.source:
        raise Refused(_unfit(history, next_, current))
    for name in move.needs:
        if _lacks(name, next_.data.get(name)):
            raise Refused(f"missing_{name}")
    if (guard := _GUARDS.get(next_.kind)) and (reason := guard(history, next_)):
        raise Refused(reason)


def _unfit(history: History, next_: Happening, current: str) -> str:
    if next_.kind == "rated" and current != "withdrawn":
        # An order that the hotline sent back was perhaps not rated at all.
        return "rated_already" if happened(since(history, "replied", "put_right"), "rated") else "not_finished"
    return current


def _lacks(name: str, value: Any) -> bool:
    """Whether what a move needs is not told. A ticket backend may report anything: the type counts too."""
    if name in ("unit", "proposed_unit", "reason", "text"):
        return not (isinstance(value, str) and value.strip())
    if name == "units":
        return not value or not _are_names(value)
    if name == "sound":
        return not isinstance(value, bool)
    return value in (None, "", [])


def _are_names(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(name, str) and name.strip() for name in value)


def last(history: History, *kinds: str) -> Happening | None:
    """The newest event of these kinds."""
    return next((event for event in reversed(history) if event.kind in kinds), None)


def since(history: History, *kinds: str) -> list[Happening]:
    """The events after the newest of these kinds; all of them if there is none."""
    for place in range(len(history) - 1, -1, -1):
        if history[place].kind in kinds:
            return list(history[place + 1 :])
    return list(history)


def happened(events: Iterable[Happening], *kinds: str) -> bool:
    """Whether one of these kinds is among the events."""
    return any(event.kind in kinds for event in events)


def return_is_open(history: History) -> bool:
    """Whether a unit has asked to return the order and nobody has decided yet."""
    newest = last(history, "return_asked", "return_granted", "return_refused", "dispatched")
    return newest is not None and newest.kind == "return_asked"


def rating_of(history: History) -> str | None:
    """The rating that stands: that of the newest reply, or the last one given."""
    rated = last(history, "rated")
    return rated.data["rating"] if rated else None


def rating_counts(history: History) -> bool:
    """False after a review found that a negative rating is not to count (Article 30, fourth paragraph)."""
    return not happened(since(history, "rated"), "excluded")


# Guards ---------------------------------------------------------------------------------------------------------------


def _dispatching(history: History, next_: Happening) -> str | None:
    return None if _are_names(next_.data.get("co_units") or []) else "bad_co_units"


def _signing(history: History, next_: Happening) -> str | None:
    return "return_pending" if return_is_open(history) else None


def _asking_return(history: History, next_: Happening) -> str | None:
    dispatched = last(history, "dispatched")
    if happened(since(history, "dispatched"), "return_asked"):
        return "return_asked_already"
    if dispatched and local(next_.at).date() > return_by(local(dispatched.at)):
        return "return_too_late"
    return None


def _deciding_return(history: History, next_: Happening) -> str | None:
    return None if return_is_open(history) else "no_return_asked"


def _extending(history: History, next_: Happening) -> str | None:
    if return_is_open(history):
        return "return_pending"
    try:
        until = date.fromisoformat(next_.data["due_date"])
    except (TypeError, ValueError):
        return "bad_due_date"
    earlier = last(history, "extended", "rescheduled")
    known = (
        date.fromisoformat(earlier.data["due_date"])
        if earlier
        else date.fromisoformat(history[0].data.get("due_date", "0001-01-01"))
    )
    return None if until > max(known, local(next_.at).date()) else "due_date_not_later"


def _replying(history: History, next_: Happening) -> str | None:
    if return_is_open(history):
        return "return_pending"
    if state(event.kind for event in history) != "reopened":
        return None
    verified = last(since(history, "reopened"), "verified")
    if verified is None:
        return "not_verified"
    # What was found not done well is put right; it cannot be explained away.
    return None if verified.data["sound"] else "to_be_put_right"


def _putting_right(history: History, next_: Happening) -> str | None:
    verified = last(since(history, "reopened"), "verified")
    if verified is None:
        return "not_verified"
    return "nothing_to_put_right" if verified.data["sound"] else None


def _rating(history: History, next_: Happening) -> str | None:
    if next_.data["rating"] not in RATINGS:
        return "unknown_rating"
    reply = last(history, "replied", "put_right")
    # A closing without a reply happens where an order came from elsewhere: then it counts from there.
    answered = reply or last(history, "closed")
    if answered is None:
        return "not_finished"
    if happened(since(history, "replied", "put_right") if reply else history, "rated"):
        return "rated_already"
    return "rating_too_late" if local(next_.at).date() > rate_by(local(answered.at)) else None


def _explaining(history: History, next_: Happening) -> str | None:
    return None if rating_of(history) == "dissatisfied" else "not_dissatisfied"


def _excluding(history: History, next_: Happening) -> str | None:
    if rating_of(history) != "dissatisfied":
        return "not_dissatisfied"
    return None if rating_counts(history) else "excluded_already"


def _urging(history: History, next_: Happening) -> str | None:
    today = local(next_.at).date()
    urged = sum(event.kind == "urged" and local(event.at).date() == today for event in history)
    return "urged_enough" if urged >= URGES_A_DAY else None


def _following_up(history: History, next_: Happening) -> str | None:
    return "followed_up_already" if happened(since(history, "closed"), "followed_up") else None


def _supervising(history: History, next_: Happening) -> str | None:
    if next_.data["ground"] not in SUPERVISION:
        return "unknown_ground"
    # Article 32 leaves out the demands that Article 30, fourth paragraph, speaks of.
    return None if rating_counts(history) else "excluded_already"


_GUARDS: dict[str, Callable[[History, Happening], str | None]] = {
    "dispatched": _dispatching,
    "signed": _signing,
    "return_asked": _asking_return,
    "return_granted": _deciding_return,
    "return_refused": _deciding_return,
    "extended": _extending,
    "replied": _replying,
    "put_right": _putting_right,
    "rated": _rating,
    "rating_explained": _explaining,
    "excluded": _excluding,
    "urged": _urging,
    "followed_up": _following_up,
    "supervised": _supervising,
}
