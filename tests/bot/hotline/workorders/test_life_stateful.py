"""Random lives with time moving on: the code and a clerk with the regulation at hand agree about every move."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import event, select

from bot.hotline.workorders.life import Happening, Refused, check, state
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import OutboxRow
from tests.bot.hotline.workorders import by_hand
from tests.bot.hotline.workorders.conftest import Clock
from tests.bot.hotline.workorders.factories import DRAFT, STRAIGHT, USUAL, WAYS, Step, file, row_of, step
from tests.bot.hotline.workorders.lives import BEGINNINGS, KINDS, LAST_MOMENT, PAUSES, ROLES, Model, moves

WALKS = count(1)


class Walk(RuleBasedStateMachine):
    """One life: somebody tries something, time moves on, somebody tries something."""

    now: datetime
    model: Model

    def try_(self, move: Happening) -> None:
        """Tries the move, and compares what happens with the model: each walk in its own way."""

    def go(self, way: tuple[str | Step, ...]) -> None:
        for move in way:
            self.try_((move if isinstance(move, Step) else step(move)).happening(self.now))

    def time_moves_on(self, pause: timedelta) -> None:
        self.now = min(self.now + pause, LAST_MOMENT)

    @rule(data=st.data(), pause=PAUSES)
    def somebody_goes_on_with_the_matter(self, data: st.DataObject, pause: timedelta) -> None:
        self.time_moves_on(pause)
        legal = [kind for kind in self.model.possible() if self.model.allows(step(kind).happening(self.now))]
        kind = data.draw(st.sampled_from([kind for kind in legal if kind != "withdrawn"] or ["urged"]))
        self.try_(data.draw(moves(kind, USUAL[kind][0], self.now)))

    @rule(data=st.data(), pause=PAUSES)
    def somebody_does_what_the_state_allows(self, data: st.DataObject, pause: timedelta) -> None:
        self.time_moves_on(pause)
        kind = data.draw(st.sampled_from(self.model.possible() or ["urged"]))
        by = data.draw(st.sampled_from(by_hand.MAKERS[kind].split()))
        self.try_(data.draw(moves(kind, by, self.now)))

    @rule(data=st.data(), pause=PAUSES, kind=st.sampled_from(KINDS), by=st.sampled_from(ROLES))
    def somebody_tries_anything(self, data: st.DataObject, pause: timedelta, kind: str, by: str) -> None:
        self.time_moves_on(pause)
        self.try_(data.draw(moves(kind, by, self.now)))


class Lives(Walk):
    """Lives that are not stored."""

    @initialize(begins=BEGINNINGS, way=st.sampled_from(list(STRAIGHT.values())[:-1]))
    def register(self, begins: datetime, way: tuple[str | Step, ...]) -> None:
        self.now = begins
        self.history = [step("registered", due_date=begins.date().isoformat()).happening(begins)]
        self.model = Model(due=begins.date())
        self.go(way)

    def try_(self, move: Happening) -> None:
        try:
            check(self.history, move)
        except Refused as refused:
            assert not self.model.allows(move), f"{move} is refused: {refused.reason}"
        else:
            assert self.model.allows(move), f"{move} is allowed"
            self.history.append(move)
            self.model.take(move)

    @invariant()
    def the_state_is_the_one_that_the_clerk_has_in_mind(self) -> None:
        assert state(told.kind for told in self.history) == self.model.state
        assert self.model.state in by_hand.STATES

    @invariant()
    def nothing_happens_after_a_withdrawal(self) -> None:
        assert "withdrawn" not in [told.kind for told in self.history[:-1]]

    @invariant()
    def a_reply_is_rated_at_most_once(self) -> None:
        ratings = 0
        for told in self.history:
            ratings = 0 if told.kind in ("replied", "put_right") else ratings + (told.kind == "rated")
            assert ratings <= 1

    @invariant()
    def nothing_is_rated_or_closed_before_it_was_answered(self) -> None:
        kinds = [told.kind for told in self.history]
        answered = next((place for place, kind in enumerate(kinds) if kind in ("replied", "put_right")), len(kinds))
        assert not {"rated", "closed", "reopened", "excluded", "followed_up"} & set(kinds[:answered])


Lives.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
test_code_and_clerk_agree_about_lives = Lives.TestCase


class StoredLives(Walk):
    """Lives in a store, where things follow by themselves. Each walk begins with a fresh order in the same store."""

    def __init__(self, store: Database, clock: Clock) -> None:
        super().__init__()
        self.store, self.clock, self.orders = store, clock, WorkOrders(store)

    @initialize(begins=BEGINNINGS, way=st.sampled_from(list(WAYS.values())[:-1]))
    def file(self, begins: datetime, way: tuple[str | Step, ...]) -> None:
        self.now = begins
        self.clock.set(begins)
        self.number = asyncio.run(file(self.store, replace(DRAFT, key=f"walk {next(WALKS)}")))
        self.row = asyncio.run(row_of(self.store, self.number))
        self.model = Model(due=self.row.due_date)
        self.go(way)

    def try_(self, move: Happening) -> None:
        known = self.row.events
        try:
            asyncio.run(self.orders.move(self.number, move.kind, move.by, move.data, at=move.at))
        except Refused as refused:
            expected = []
            assert not self.model.allows(move), f"{move} is refused: {refused.reason}"
        else:
            assert self.model.allows(move), f"{move} is allowed"
            expected = [(move.kind, move.by), *self.what_follows(move)]
            self.model.take(move)
            if ("reopened", "service") in expected[1:]:
                self.model.take(step("reopened").happening(move.at))
        self.row = asyncio.run(row_of(self.store, self.number))
        assert [told.id for told in self.row.events[: len(known)]] == [told.id for told in known]
        assert [(told.kind, told.actor) for told in self.row.events[len(known) :]] == expected

    def what_follows(self, move: Happening) -> list[tuple[str, str]]:
        """A bad rating sends the order back; what is sent back again is flagged, once."""
        dissatisfied = move.kind == "rated" and move.data["rating"] == "dissatisfied"
        back = dissatisfied or move.kind == "reopened"
        before = [(told.kind, (told.data or {}).get("ground")) for told in self.row.events]
        again = back and ("reopened", None) in before and ("supervised", "repeated") not in before
        # A new rating counts until a review has left it out, too.
        flagged = again and (dissatisfied or not self.model.left_out)
        return [("reopened", "service")] * dissatisfied + [("supervised", "service")] * flagged

    @invariant()
    def the_row_has_the_state_of_its_history(self) -> None:
        assert self.row.status == state(told.kind for told in self.row.events) == self.model.state
        assert self.row.due_date == self.model.due

    @invariant()
    def a_bad_rating_is_followed_by_the_reopening(self) -> None:
        for rated, following in pairwise([*self.row.events, None]):
            if rated.kind == "rated" and rated.data["rating"] == "dissatisfied":
                assert following is not None and following.kind == "reopened"

    @invariant()
    def the_outbox_has_one_row_for_each_event_of_requester_and_service(self) -> None:
        own = [row for row in self.row.events if row.actor in ("requester", "service")]
        told = [row.id for row in own if row.kind not in ("registered", "accepted", "rescheduled")]
        with self.store.transaction() as session:
            query = select(OutboxRow.event_id).where(OutboxRow.order_id == self.row.id).order_by(OutboxRow.id)
            assert list(session.scalars(query)) == [None, *told]


def test_in_a_store_everything_follows_that_must_and_nothing_else(sqlite_store: Database, clock: Clock) -> None:
    # No power is cut here: the disk need not be waited for.
    event.listen(sqlite_store.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    walks = settings(max_examples=16, stateful_step_count=25)
    run_state_machine_as_test(lambda: StoredLives(sqlite_store, clock), settings=walks)
