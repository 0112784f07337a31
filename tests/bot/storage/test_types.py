"""Encrypted values and instants come back as they were; digests tell nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select

from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import Notice, Observation
from bot.storage.types import digest


@pytest.mark.parametrize(
    "value", ["路灯坏了 13812345678", {"messages": [{"text": "好", "buttons": []}]}, [1, None, True, "😀"], "", 0]
)
async def test_an_encrypted_value_comes_back_as_it_was(store: Database, value: Any) -> None:
    await store.run(lambda session: session.add(Notice(visitor_id="v", content=value)))
    assert await store.run(lambda session: session.scalars(select(Notice.content)).one()) == value


async def test_nothing_stays_nothing(store: Database) -> None:
    await store.run(lambda session: session.add(Observation(kind="abuse", visitor_id="v")))
    assert await store.run(lambda session: session.scalars(select(Observation.content)).one()) is None


async def test_an_instant_is_the_same_whatever_zone_it_was_written_in(store: Database) -> None:
    moment = datetime(2026, 3, 10, 0, 30, tzinfo=timezone(timedelta(hours=8)))
    await store.run(lambda session: session.add(Observation(kind="abuse", visitor_id="v", created_at=moment)))
    found = await store.run(lambda session: session.scalars(select(Observation.created_at)).one())
    assert found == moment
    assert found.utcoffset() == timedelta(0)


def test_a_digest_finds_a_phone_again_and_can_only_be_made_with_the_key(
    environment: Callable[..., Settings],
) -> None:
    environment(BOT_SECRET_KEY="one key")
    first = digest("13812345678")
    assert digest("13812345678") == first
    assert digest("13812345679") != first
    assert first != hashlib.sha256(b"13812345678").hexdigest()
    environment(BOT_SECRET_KEY="another key")
    assert digest("13812345678") != first
