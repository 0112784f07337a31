"""What people should look at is kept."""

from __future__ import annotations

from sqlalchemy import select

from bot.hotline.observations import observe
from bot.storage import Database
from bot.storage.tables import Observation


async def test_an_observation_is_kept_with_who_what_and_when(store: Database) -> None:
    await observe(store, "unanswered", "v1", content="火星上能落户吗")
    await observe(store, "emergency", "v2", subject="119", content="我家着火了")
    await observe(store, "solved", "v3", subject="id-card")
    rows = await store.run(
        lambda session: [
            (row.kind, row.visitor_id, row.subject, row.content)
            for row in session.scalars(select(Observation).order_by(Observation.id))
        ]
    )
    assert rows == [
        ("unanswered", "v1", None, "火星上能落户吗"),
        ("emergency", "v2", "119", "我家着火了"),
        ("solved", "v3", "id-card", None),
    ]
