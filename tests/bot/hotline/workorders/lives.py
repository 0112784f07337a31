"""An independent model of one life, for random walks: `by_hand` and a few facts, nothing of the code that it checks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.clock import ZONE
from bot.hotline.workorders.life import Happening
from tests.bot.hotline.workorders import by_hand
from tests.bot.hotline.workorders.factories import USUAL

FESTIVALS = {date.fromisoformat(f"2026-{day}") for day in by_hand.FESTIVALS}
SWAPPED = {date.fromisoformat(f"2026-{day}") for day in by_hand.SWAPPED}
KINDS = list(by_hand.LEADS_TO)
ROLES = ["requester", "hotline", "unit", "service"]
LAST_MOMENT = datetime(2026, 12, 20, 23, 59, tzinfo=ZONE)
"""Time stands still then: the next year's festivals are not written down by hand."""

BEGINNINGS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 9, 30), timezones=st.just(ZONE))
PAUSES = st.sampled_from([timedelta(hours=n) for n in (0, 0, 0, 1, 9, 24, 49, 100, 15 * 24, 31 * 24)])
DETAILS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "rated": {"rating": st.sampled_from(["satisfied", "neutral", "dissatisfied", "dissatisfied", "五星"])},
    "verified": {"sound": st.booleans()},
    "supervised": {"ground": st.sampled_from(["refused", "overdue", "repeated", "same_problem", "other", "slow"])},
}
"""What decides about a move and is drawn; the rest is the usual."""


def worked(day: date) -> bool:
    """Whether offices work on this day of 2026."""
    return day in SWAPPED or (day.weekday() < 5 and day not in FESTIVALS)


def next_worked(day: date) -> date:
    """The first working day after this one."""
    following = day + timedelta(days=1)
    return following if worked(following) else next_worked(following)


@dataclass
class Model:
    """What a clerk with the regulation at hand would keep in mind about one order."""

    due: date
    state: str = "registered"
    dispatched: date | None = None
    returning: str = "possible"
    """possible, asked, or decided: of the newest dispatch."""
    answered: date | None = None
    rating: str | None = None
    rated: bool = False
    """Whether the newest reply is rated."""
    left_out: bool = False
    sound: bool | None = None
    """What the verification since the order was sent back has found."""
    followed_up: bool = False
    urged: Counter[date] = field(default_factory=Counter)

    def possible(self) -> list[str]:
        """The moves that the table knows in this state."""
        return [kind for kind in KINDS if self.state in by_hand.LEADS_TO[kind]]

    def allows(self, move: Happening) -> bool:
        """Whether the move is legal now."""
        if move.by not in by_hand.MAKERS[move.kind].split() or move.kind not in self.possible():
            return False
        today, data, waiting = _day(move.at), move.data, self.returning == "asked"
        match move.kind:
            case "signed":
                return not waiting
            case "return_asked":
                return (
                    self.returning == "possible"
                    and self.dispatched is not None
                    and today <= next_worked(self.dispatched)
                )
            case "return_granted" | "return_refused":
                return waiting
            case "extended":
                return not waiting and data["due_date"] > max(self.due, today).isoformat()
            case "replied":
                return not waiting and (self.state != "reopened" or self.sound is True)
            case "put_right":
                return self.sound is False
            case "followed_up":
                return not self.followed_up
            case "rated":
                in_time = self.answered is not None and (today - self.answered).days <= 30
                return in_time and not self.rated and data["rating"] in ("satisfied", "neutral", "dissatisfied")
            case "rating_explained":
                return self.rating == "dissatisfied"
            case "excluded":
                return self.rating == "dissatisfied" and not self.left_out
            case "urged":
                return self.urged[today] < 2
            case "supervised":
                return not self.left_out and data["ground"] != "slow"
        return True

    def take(self, move: Happening) -> None:
        """Keeps in mind what the move changes."""
        self.state = by_hand.LEADS_TO[move.kind][self.state]
        match move.kind:
            case "dispatched":
                self.dispatched, self.returning = _day(move.at), "possible"
            case "return_asked":
                self.returning = "asked"
            case "return_granted" | "return_refused":
                self.returning = "decided"
            case "extended" | "rescheduled":
                self.due = date.fromisoformat(move.data["due_date"])
            case "replied" | "put_right":
                self.answered, self.rated = _day(move.at), False
            case "closed":
                self.followed_up = False
            case "followed_up":
                self.followed_up = True
            case "rated":
                self.rating, self.rated, self.left_out = move.data["rating"], True, False
            case "reopened":
                self.sound, self.due = None, _day(move.at)
                for _ in range(7):
                    self.due = next_worked(self.due)
            case "verified":
                self.sound = move.data["sound"]
            case "excluded":
                self.left_out = True
            case "urged":
                self.urged[_day(move.at)] += 1


def moves(kind: str, by: str, at: datetime) -> st.SearchStrategy[Happening]:
    """Moves of a kind that somebody makes at a time."""
    drawn = dict(DETAILS.get(kind, {}))
    if kind in ("extended", "rescheduled"):
        drawn["due_date"] = st.integers(-3, 40).map(lambda days: (_day(at) + timedelta(days=days)).isoformat())
    return st.fixed_dictionaries(drawn).map(lambda data: Happening(kind, by, at, USUAL[kind][1] | data))


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
