"""What people should look at (预警与留痕): emergencies, abuse, unanswered questions, verdicts on answers."""

from __future__ import annotations

from typing import Literal

from bot.storage import Database
from bot.storage.tables import Observation

Kind = Literal["emergency", "abuse", "unanswered", "solved", "unsolved", "refused", "dead_letter", "follow_up_due"]


async def observe(
    store: Database, kind: Kind, visitor_id: str, subject: str | None = None, content: str | None = None
) -> None:
    """Keeps an observation; ``subject`` names a line, an article or a reason, ``content`` what was written."""
    row = Observation(kind=kind, visitor_id=visitor_id, subject=subject, content=content)
    await store.run(lambda session: session.add(row))
