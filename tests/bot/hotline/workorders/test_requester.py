"""What a requester does with an order: adding, urging, withdrawing, and the uploads that belong to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import local_now
from bot.hotline import media
from bot.hotline.workorders.life import Refused
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import Media
from tests.bot.hotline.workorders.conftest import Clock
from tests.bot.hotline.workorders.factories import POTHOLE, WAYS, events_of, file, found, live, refusal, written
from tests.uploads import picture

# Adding, urging, withdrawing ------------------------------------------------------------------------------------------


async def test_supplements_are_kept_in_order(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await orders.supplement(number, "昨天又吵到三点", "me")
    await orders.supplement(number, "还有油烟", "me")
    assert (await found(store, number)).supplements == ["昨天又吵到三点", "还有油烟"]


@pytest.mark.parametrize("state", [state for state in WAYS if state != "withdrawn"])
async def test_what_is_new_can_be_added_until_the_order_is_withdrawn(store: Database, state: str) -> None:
    number, orders = await file(store), WorkOrders(store)
    await live(orders, number, *WAYS[state])
    order = await orders.supplement(number, "又开始了", "me")
    assert (order.supplements, order.status) == (["又开始了"], state)


async def test_nothing_can_be_added_to_a_withdrawn_order(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await orders.withdraw(number)
    assert await refusal(orders.supplement(number, "还有", "me")) == "withdrawn"
    assert (await found(store, number)).supplements == []


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_a_supplement_without_words_is_refused(store: Database, text: str) -> None:
    number, orders = await file(store), WorkOrders(store)
    assert await refusal(orders.supplement(number, text, "me")) == "missing_text"
    assert (await found(store, number)).supplements == []


async def test_an_order_can_be_urged_twice_a_day(store: Database, clock: Clock) -> None:
    number, orders = await file(store), WorkOrders(store)
    await orders.urge(number)
    await orders.urge(number)
    assert await refusal(orders.urge(number)) == "urged_enough"
    assert (await found(store, number)).status == "registered"


async def test_the_urgings_of_yesterday_do_not_count(store: Database, clock: Clock) -> None:
    number, orders = await file(store), WorkOrders(store)
    clock.set("2026-03-09T23:59")
    await orders.urge(number)
    await orders.urge(number)
    # In Greenwich it is still the same day.
    clock.set("2026-03-10T00:00")
    await orders.urge(number)
    await orders.urge(number)
    assert await refusal(orders.urge(number)) == "urged_enough"


async def test_urging_many_times_at_the_same_moment_counts_twice(store: Database, clock: Clock) -> None:
    number, orders = await file(store), WorkOrders(store)
    results = await asyncio.gather(*(orders.urge(number) for _ in range(6)), return_exceptions=True)
    refused = [result.reason for result in results if isinstance(result, Refused)]
    assert refused == ["urged_enough"] * 4
    assert (await events_of(store, number)).count("urged") == 2


@pytest.mark.parametrize("state", ["replied", "closed", "withdrawn"])
async def test_where_nothing_is_left_to_do_nothing_can_be_urged_or_withdrawn(store: Database, state: str) -> None:
    number, orders = await file(store), WorkOrders(store)
    await live(orders, number, *WAYS[state])
    before = await written(store)
    assert await refusal(orders.urge(number)) == state
    assert await refusal(orders.withdraw(number)) == state
    assert await written(store) == before


@pytest.mark.parametrize("state", ["registered", "dispatched", "in_progress", "extended", "reopened"])
async def test_an_order_under_way_can_be_withdrawn_and_stays_in_the_list(store: Database, state: str) -> None:
    number, orders = await file(store), WorkOrders(store)
    await live(orders, number, *WAYS[state])
    await orders.withdraw(number)
    assert [(order.number, order.status) for order in await orders.own("me")] == [(number, "withdrawn")]


async def test_a_requester_is_given_the_order_as_it_is_afterwards(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    for move in (orders.urge(number), orders.supplement(number, "还有油烟", "me"), orders.withdraw(number)):
        assert await move == await found(store, number)


@pytest.mark.parametrize(
    "move",
    [
        lambda orders: orders.supplement("LS20260309-222222", "还有", "me"),
        lambda orders: orders.urge("LS20260309-222222"),
        lambda orders: orders.withdraw("LS20260309-222222"),
        lambda orders: orders.rate("LS20260309-222222", "satisfied"),
        lambda orders: orders.explain_rating("LS20260309-222222", "还是吵"),
    ],
)
async def test_nothing_can_be_done_with_a_number_that_does_not_exist(store: Database, move: Any) -> None:
    await file(store)
    before = await written(store)
    with pytest.raises(KeyError):
        await move(WorkOrders(store))
    assert await written(store) == before


# Uploads --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def uploads(tmp_path: Path, environment: Callable[..., Settings]) -> None:
    environment(BOT_DATA_DIR=str(tmp_path / "data"))


async def upload(store: Database, visitor_id: str = "me") -> str:
    return await media.keep(store, visitor_id, "a.png", picture())


async def order_of(store: Database, media_id: str) -> str | None:
    return await store.run(lambda session: session.get(Media, media_id).order_number)


async def test_uploads_go_to_the_next_order_of_the_same_person(store: Database, uploads: None) -> None:
    mine, theirs, orders = await upload(store), await upload(store, "somebody"), WorkOrders(store)
    assert await orders.loose_media("me") == 1
    number = await file(store)
    assert await order_of(store, mine) == number
    assert await order_of(store, theirs) is None
    assert (await orders.loose_media("me"), await orders.loose_media("somebody")) == (0, 1)


async def test_later_uploads_go_with_the_supplement(store: Database, uploads: None) -> None:
    number, orders = await file(store), WorkOrders(store)
    later = await upload(store)
    await orders.urge(number)
    assert await order_of(store, later) is None
    await orders.supplement(number, "附上照片", "me")
    assert await order_of(store, later) == number


async def test_a_supplement_takes_the_uploads_of_who_adds_it(store: Database, uploads: None) -> None:
    number, orders = await file(store), WorkOrders(store)
    mine, theirs = await upload(store), await upload(store, "my phone")
    await orders.supplement(number, "附上照片", "my phone")
    assert await order_of(store, theirs) == number
    assert await order_of(store, mine) is None


async def test_a_supplement_that_is_refused_takes_no_uploads(store: Database, uploads: None) -> None:
    number, orders = await file(store), WorkOrders(store)
    await orders.withdraw(number)
    picture = await upload(store)
    assert await refusal(orders.supplement(number, "附上照片", "me")) == "withdrawn"
    assert await order_of(store, picture) is None


async def test_an_upload_is_not_moved_to_a_second_order(store: Database, uploads: None) -> None:
    picture = await upload(store)
    first = await file(store)
    await file(store, POTHOLE)
    assert await order_of(store, picture) == first


async def test_an_upload_of_the_day_before_yesterday_is_forgotten(store: Database, uploads: None) -> None:
    old = await upload(store)

    def age(session: Any) -> None:
        session.get(Media, old).created_at = local_now() - timedelta(days=2)

    await store.run(age)
    assert await WorkOrders(store).loose_media("me") == 0
    await file(store)
    assert await order_of(store, old) is None
