"""Rasa's tracker store on our tables: one bounded, encrypted row a person.

Rasa keeps every event of a conversation and replays all of them for each message. Here a conversation is kept as its
state (slots and the form under way) and its last turn, so that the 400th message costs what the first did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage import Database, database
from bot.storage.tables import Conversation

TURNS = 2
"""User turns whose events are kept."""


class ConversationStore(TrackerStore):
    """Named in ``endpoints.yml`` as the tracker store."""

    def __init__(self, domain: Domain, event_broker: Any = None, store: Database | None = None, **kwargs: Any) -> None:
        kwargs.pop("host", None)
        super().__init__(domain, event_broker, **kwargs)
        self._store = store or database()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the state of the conversation, in a thread."""
        await self.stream_events(tracker)
        state = bounded(tracker)

        def write(session: Session) -> None:
            session.merge(Conversation(visitor_id=tracker.sender_id, state=state))

        await self._store.run(write)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as it was saved, or None."""
        query = select(Conversation.state).where(Conversation.visitor_id == sender_id)
        state = await self._store.read(lambda session: session.scalars(query).first())
        if state is None:
            return None
        slots = self.domain.slots if self.domain else []
        return DialogueStateTracker.from_dict(sender_id, state, slots)

    async def keys(self) -> Iterable[str]:
        """The people who have a conversation."""
        return await self._store.read(lambda session: list(session.scalars(select(Conversation.visitor_id))))


def waits(tracker: DialogueStateTracker) -> bool:
    """Whether the conversation waits for the person."""
    last = next((event for event in reversed(tracker.events) if isinstance(event, ActionExecuted | UserUttered)), None)
    return isinstance(last, ActionExecuted) and last.action_name in (ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME)


def bounded(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """The conversation as few events: a summary of what went before, then the last turns as they were."""
    events = list(tracker.events)
    if events and not waits(tracker):
        # A turn that was broken off: the next message finds a conversation that waits for it.
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= TURNS:
        return [event.as_dict() for event in events]
    # A turn begins with the listening before the user's message.
    cut = starts[-TURNS]
    while cut > 0 and not (isinstance(events[cut], ActionExecuted) and events[cut].action_name == ACTION_LISTEN_NAME):
        cut -= 1
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], tracker.slots.values())
    summary: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    summary += [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value is not None]
    if before.active_loop_name:
        summary.append(ActiveLoop(before.active_loop_name))
    for event in summary:
        event.timestamp = events[cut].timestamp
    return [event.as_dict() for event in [*summary, *events[cut:]]]
