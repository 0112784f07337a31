"""Finding work orders: one's own, and those that are proven by number and telephone."""

from __future__ import annotations

from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from tests.bot.hotline.workorders.factories import DRAFT, PHONE, POTHOLE, changed, file


async def test_an_order_is_found_in_its_own_session_and_by_number_with_phone(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    by_session, by_phone = await orders.find(number, "me"), await orders.find(number, "somebody", PHONE)
    assert by_session is not None and by_phone == by_session


async def test_an_order_proven_once_is_ones_own_for_the_rest_of_the_session(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    assert await orders.find(number, "my phone") is None
    proven = await orders.find(number, "my phone", PHONE)
    assert proven is not None
    assert await orders.find(number, "my phone") == proven
    assert await orders.own("my phone") == [proven]
    assert await orders.own("somebody") == []


async def test_an_order_can_be_proven_again_and_its_owner_need_not_prove_it(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    for visitor_id in ("my phone", "my phone", "me"):
        order = await orders.find(number, visitor_id, PHONE)
        assert order is not None
        assert await orders.own(visitor_id) == [order]


async def test_own_orders_come_newest_first(store: Database) -> None:
    first, second = await file(store), await file(store, POTHOLE)
    assert [order.number for order in await WorkOrders(store).own("me")] == [second, first]


async def test_somebody_elses_number_is_like_one_that_does_not_exist(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    for who, phone in enumerate((None, "", "13900000000", "1381234567", "%")):
        assert await orders.find(number, f"somebody {who}", phone) is None
        assert await orders.find("LS20260309-222222", f"somebody {who}", phone) is None
        assert await orders.own(f"somebody {who}") == []


async def test_a_phone_without_its_number_shows_nothing(store: Database) -> None:
    await file(store)
    assert await WorkOrders(store).find("LS20260309-222222", "somebody", PHONE) is None


async def test_an_order_without_phone_is_found_in_its_own_session_only(store: Database) -> None:
    number = await file(store, changed(DRAFT, phone=None))
    assert await WorkOrders(store).find(number, "somebody", "") is None
    assert await WorkOrders(store).find(number, "me") is not None
