"""The queue for agents: first come, first served, one place a person."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select

from bot.hotline.handoff import Queue
from bot.storage import Database
from bot.storage.tables import Handoff


async def serve(store: Database, visitor_id: str, state: str = "served") -> None:
    """What the desk does when an agent takes the conversation."""

    def work(session: Any) -> None:
        session.scalars(select(Handoff).where(Handoff.visitor_id == visitor_id)).one().state = state

    await store.run(work)


async def test_people_wait_in_the_order_in_which_they_asked(store: Database) -> None:
    queue = Queue(store)
    assert [await queue.join(who) for who in ("a", "b", "c")] == [1, 2, 3]


async def test_asking_again_keeps_the_place(store: Database) -> None:
    queue = Queue(store)
    await queue.join("a")
    await queue.join("b")
    assert await queue.join("a") == 1
    assert await queue.join("b") == 2
    assert await queue.join("c") == 3


async def test_asking_twice_at_the_same_moment_gives_one_place(store: Database) -> None:
    queue = Queue(store)
    assert set(await asyncio.gather(*(queue.join("a") for _ in range(5)))) == {1}
    assert await queue.join("b") == 2


async def test_who_leaves_frees_the_place(store: Database) -> None:
    queue = Queue(store)
    for who in ("a", "b", "c"):
        await queue.join(who)
    assert await queue.leave("a")
    assert await queue.join("b") == 1
    assert await queue.join("c") == 2


async def test_who_left_and_asks_again_is_the_last(store: Database) -> None:
    queue = Queue(store)
    await queue.join("a")
    await queue.join("b")
    await queue.leave("a")
    assert await queue.join("a") == 2


async def test_leaving_without_a_place_says_so(store: Database) -> None:
    queue = Queue(store)
    assert not await queue.leave("a")
    await queue.join("a")
    assert await queue.leave("a")
    assert not await queue.leave("a")


async def test_every_queue_has_its_own_positions(store: Database) -> None:
    queue = Queue(store)
    await queue.join("a", "general")
    assert await queue.join("b", "foreign_language") == 1
    assert await queue.join("c", "general") == 2


async def test_the_state_follows_the_person_from_bot_to_queue_to_agent_and_back(store: Database) -> None:
    queue = Queue(store)
    assert await queue.state("a") == "bot"
    await queue.join("a")
    assert await queue.state("a") == "queued"
    assert await queue.state("b") == "bot"
    await serve(store, "a")
    assert await queue.state("a") == "agent"
    await serve(store, "a", "ended")
    assert await queue.state("a") == "bot"


async def test_who_is_served_does_not_make_others_wait(store: Database) -> None:
    queue = Queue(store)
    await queue.join("a")
    await queue.join("b")
    await serve(store, "a")
    assert await queue.join("b") == 1


async def test_a_conversation_that_an_agent_holds_cannot_be_left_like_a_queue(store: Database) -> None:
    queue = Queue(store)
    await queue.join("a")
    await serve(store, "a")
    assert not await queue.leave("a")
    assert await queue.state("a") == "agent"
