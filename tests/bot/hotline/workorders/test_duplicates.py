"""The same fact again (Article 15 (5)), and the same problem of several people (Article 32 (4))."""

from __future__ import annotations

from typing import Any

import pytest

from bot.hotline.workorders import duplicates
from bot.hotline.workorders.orders import Draft, WorkOrders
from bot.storage import Database
from tests.bot.hotline.workorders.conftest import Clock
from tests.bot.hotline.workorders.factories import DRAFT, POTHOLE, WAYS, changed, events_of, file, live, row_of


def of(who: str, **changes: Any) -> Draft:
    """The same matter as somebody else tells it, with a telephone of their own."""
    phone = f"139{sum(who.encode()):08d}"
    return changed(DRAFT, **{"key": f"of {who}", "visitor_id": who, "phone": phone, **changes})


# The same fact of the same person -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "description",
    [
        DRAFT.description,
        "丽阳街123号楼下的烧烤店每天半夜两点还在营业，很吵，睡不着觉！",
        "楼下烧烤店每天半夜两点还在营业，很吵，根本睡不着",
    ],
)
async def test_the_same_fact_told_again_leads_to_the_order_that_is_there(store: Database, description: str) -> None:
    number = await file(store)
    again = await WorkOrders(store).same_fact(changed(DRAFT, key="again", description=description))
    assert again is not None and again.number == number


async def test_the_newest_order_about_the_same_fact_is_the_one_that_is_told(store: Database) -> None:
    await file(store)
    second = await file(store, changed(DRAFT, key="second"))
    again = await WorkOrders(store).same_fact(changed(DRAFT, key="again"))
    assert again is not None and again.number == second


async def test_a_phone_alone_does_not_tell_what_its_owner_has_reported(store: Database) -> None:
    await file(store)
    assert await WorkOrders(store).same_fact(changed(DRAFT, key="again", visitor_id="somebody")) is None


async def test_the_same_fact_of_somebody_else_is_not_shown(store: Database) -> None:
    await file(store)
    assert await WorkOrders(store).same_fact(of("somebody")) is None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(POTHOLE, id="another matter"),
        pytest.param(changed(DRAFT, location="大洋路88号"), id="another place"),
        pytest.param(
            changed(DRAFT, description="小区的路灯坏了一个月没人修，老人晚上出门摔倒了"), id="another account"
        ),
    ],
)
async def test_another_fact_is_not_taken_for_the_same(store: Database, other: Draft) -> None:
    await file(store)
    assert await WorkOrders(store).same_fact(changed(other, key="other")) is None


async def test_a_withdrawn_order_does_not_hinder_filing_again(store: Database) -> None:
    orders = WorkOrders(store)
    await orders.withdraw(await file(store))
    assert await orders.same_fact(changed(DRAFT, key="again")) is None


@pytest.mark.parametrize("state", ["in_progress", "replied", "closed", "reopened"])
async def test_an_order_under_way_or_finished_still_is_the_same_fact(store: Database, state: str) -> None:
    number, orders = await file(store), WorkOrders(store)
    await live(orders, number, *WAYS[state])
    again = await orders.same_fact(changed(DRAFT, key="again"))
    assert again is not None and (again.number, again.status) == (number, state)


@pytest.mark.parametrize(("day", "known"), [("2027-03-09T09:30", True), ("2027-03-10T09:30", False)])
async def test_a_fact_is_remembered_for_a_year(store: Database, clock: Clock, day: str, known: bool) -> None:
    await file(store)
    clock.set(day)
    again = await WorkOrders(store).same_fact(changed(DRAFT, key="again"))
    assert (again is not None) == known


# The same problem of several people -----------------------------------------------------------------------------------


async def test_open_orders_of_others_at_the_same_place_are_counted(store: Database) -> None:
    orders = WorkOrders(store)
    assert await orders.similar_of_others(DRAFT) == 0
    for number in range(3):
        await file(store, of(f"o{number}"))
    assert await orders.similar_of_others(DRAFT) == 3


@pytest.mark.parametrize(
    "place", ["丽阳街123号附近", "丽阳街 123号", "丽阳街123号楼下", "（丽阳街123号）", "丽阳街，123号的门口"]
)
async def test_the_same_place_in_other_words_is_the_same_place(store: Database, place: str) -> None:
    number = await file(store, of("somebody", location=place))
    assert await WorkOrders(store).similar_of_others(DRAFT) == 1
    mine = await row_of(store, await file(store))
    assert mine.cluster == number


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(DRAFT, id="in my own session"),
        pytest.param(of("o", location="大洋路"), id="at another place"),
        pytest.param(of("o", location="丽阳街125号"), id="at another house"),
        pytest.param(of("o", region="龙泉市"), id="in another county"),
        pytest.param(of("o", category=["环境保护", "水污染"]), id="of another class"),
    ],
)
async def test_other_orders_are_not_counted_as_similar(store: Database, other: Draft) -> None:
    number = await file(store, changed(other, key="other"))
    assert await WorkOrders(store).similar_of_others(changed(DRAFT, key="mine")) == 0
    mine = await row_of(store, await file(store, changed(DRAFT, key="mine")))
    assert mine.cluster == mine.number != number


async def test_the_phone_does_not_change_how_many_others_are_told_of_and_one_phone_is_one_person(
    store: Database,
) -> None:
    number = await file(store, changed(DRAFT, visitor_id="my phone", key="other"))
    for phone in (DRAFT.requester.phone, "13900000000", None):
        mine = changed(DRAFT, phone=phone)
        assert await WorkOrders(store).similar_of_others(mine) == 1, "whoever tries phones learns nothing"
    row = await row_of(store, await file(store, changed(DRAFT, key="mine")))
    assert row.cluster == row.number != number


@pytest.mark.parametrize("state", ["replied", "closed", "withdrawn"])
async def test_a_finished_order_is_not_counted_as_similar(store: Database, state: str) -> None:
    orders = WorkOrders(store)
    await live(orders, await file(store, of("o")), *WAYS[state])
    assert await orders.similar_of_others(DRAFT) == 0


async def test_an_order_whose_reply_did_not_solve_it_is_counted_again(store: Database) -> None:
    orders = WorkOrders(store)
    await live(orders, await file(store, of("o")), *WAYS["reopened"])
    assert await orders.similar_of_others(DRAFT) == 1


@pytest.mark.parametrize(("day", "others"), [("2026-04-08T09:30", 1), ("2026-04-08T09:31", 0)])
async def test_an_order_is_similar_for_thirty_days(store: Database, clock: Clock, day: str, others: int) -> None:
    await file(store, of("o"))
    clock.set(day)
    assert await WorkOrders(store).similar_of_others(DRAFT) == others


@pytest.mark.parametrize("nowhere", [None, "", "附近", "门口 旁边"])
async def test_without_a_place_nothing_is_similar(store: Database, nowhere: str | None) -> None:
    await file(store, of("o", location=nowhere))
    assert await WorkOrders(store).similar_of_others(changed(DRAFT, location=nowhere)) == 0


async def test_a_cluster_is_named_after_its_first_order(store: Database) -> None:
    first = await file(store, of("first"))
    numbers = [first, await file(store, of("second")), await file(store, of("third"))]
    assert [(await row_of(store, number)).cluster for number in numbers] == [first] * 3


async def people(store: Database, cluster: str) -> int:
    return await store.run(lambda session: duplicates.people_of(session, cluster))


async def test_people_are_counted_not_their_orders(store: Database) -> None:
    first = await file(store, of("first"))
    await file(store, of("second"))
    # The second one again, from another session with the same telephone.
    await file(store, of("second", key="again", visitor_id="second, at home"))
    assert (await row_of(store, first)).cluster == first
    assert await people(store, first) == 2


async def test_people_without_a_telephone_are_told_apart_by_their_sessions(store: Database) -> None:
    first = await file(store, of("first", phone=None))
    await file(store, of("second", phone=None))
    await file(store, of("second", key="again", phone=None))
    assert await people(store, first) == 2


async def test_who_withdrew_does_not_count_among_the_people(store: Database) -> None:
    first, second = await file(store, of("first")), await file(store, of("second"))
    await WorkOrders(store).withdraw(second)
    assert await people(store, first) == 1


async def grounds(store: Database, number: str) -> list[str]:
    return [event.data["ground"] for event in (await row_of(store, number)).events if event.kind == "supervised"]


async def test_from_the_third_person_on_the_problem_is_flagged_for_supervision(store: Database) -> None:
    numbers = [await file(store, of(f"person {n}")) for n in range(4)]
    assert [await grounds(store, number) for number in numbers] == [[], [], ["same_problem"], ["same_problem"]]


async def test_the_same_two_people_are_not_flagged_however_often_they_file(store: Database) -> None:
    numbers = [await file(store, of(f"person {n % 2}", key=f"{n}")) for n in range(6)]
    assert [await grounds(store, number) for number in numbers] == [[]] * 6


async def test_a_flag_leaves_the_order_where_it_is(store: Database) -> None:
    numbers = [await file(store, of(f"person {n}")) for n in range(3)]
    assert await events_of(store, numbers[2]) == ["registered", "accepted", "supervised"]
    assert (await row_of(store, numbers[2])).status == "registered"
