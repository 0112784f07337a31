"""Filing work orders, finding them, and what a requester may do with one."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import media
from bot.clock import local_now
from bot.deadlines import due_date
from bot.settings import Settings
from bot.storage import Database
from bot.storage.tables import Media, WorkOrderEvent, WorkOrderRow
from bot.workorders.orders import Draft, Refused, WorkOrder, WorkOrders, new_number

PHONE = "13812345678"
DRAFT = Draft(
    key="key-0",
    visitor_id="me",
    channel="web",
    kind="complaint",
    category=["环境保护", "噪声污染"],
    unit="莲都区综合行政执法局",
    region="莲都区",
    description="丽阳街123号楼下的烧烤店每天半夜两点还在营业，很吵，睡不着",
    location="丽阳街123号",
    occurred_at="每天半夜",
    name="王芳",
    phone=PHONE,
)
POTHOLE = replace(
    DRAFT,
    key="pothole",
    category=["城乡建设", "市政设施"],
    description="大洋路中间有一个很深的坑，昨天有老人骑车摔伤了",
    location="大洋路",
)


async def file(store: Database, draft: Draft = DRAFT) -> str:
    return (await WorkOrders(store).file([draft]))[0].number


async def happen(store: Database, number: str, kind: str, when: datetime | None = None, **data: Any) -> None:
    """Writes straight to the table what a unit does."""

    def work(session: Any) -> None:
        order = session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number)).one()
        session.add(WorkOrderEvent(order_id=order.id, kind=kind, data=data, created_at=when or local_now()))

    await store.run(work)


async def found(store: Database, number: str) -> WorkOrder:
    order = await WorkOrders(store).find(number, "me")
    assert order is not None
    return order


async def refusal(move: Any) -> str:
    with pytest.raises(Refused) as refused:
        await move
    return refused.value.reason


# Filing ---------------------------------------------------------------------------------------------------------------


async def test_a_filed_order_holds_what_the_draft_said(store: Database) -> None:
    [order] = await WorkOrders(store).file([DRAFT])
    for name in ("kind", "category", "unit", "region", "description", "location", "occurred_at", "urgency"):
        assert getattr(order, name) == getattr(DRAFT, name)
    assert (order.status, order.rating, order.supplements, order.reply) == ("registered", None, [], None)
    assert abs(local_now() - order.created_at) < timedelta(minutes=1)


@pytest.mark.parametrize("urgency", ["standard", "expedited"])
async def test_the_due_date_counts_from_the_day_of_filing(store: Database, urgency: str) -> None:
    [order] = await WorkOrders(store).file([replace(DRAFT, urgency=urgency)])
    due = due_date(order.created_at.astimezone(local_now().tzinfo), urgency)
    assert (order.due_date, order.due_provisional) == (due.day, due.provisional)


async def test_filing_the_same_draft_twice_gives_the_same_number(store: Database) -> None:
    first = await file(store)
    assert await file(store) == first
    assert await file(store, replace(DRAFT, description="anders")) == first
    assert len(await WorkOrders(store).own("me")) == 1


async def test_filing_the_same_draft_at_the_same_moment_gives_one_order(store: Database, tmp_path: Path) -> None:
    other_process = Database(f"sqlite:///{tmp_path}/x.db")
    numbers = await asyncio.gather(*(file(place) for place in (store, other_process) * 4))
    assert len(set(numbers)) == 1
    assert await store.run(lambda session: session.scalar(select(func.count()).select_from(WorkOrderRow))) == 1


async def test_two_matters_become_two_orders(store: Database) -> None:
    first, second = await WorkOrders(store).file([DRAFT, POTHOLE])
    assert first.number != second.number
    assert [order.number for order in await WorkOrders(store).own("me")] == [second.number, first.number]


async def test_nothing_is_filed_when_one_of_two_drafts_fails(store: Database) -> None:
    with pytest.raises(KeyError):
        await WorkOrders(store).file([DRAFT, replace(POTHOLE, urgency="no such urgency")])
    assert await WorkOrders(store).own("me") == []


async def test_the_json_of_an_order_has_the_shape_of_the_contracts(store: Database) -> None:
    [order] = await WorkOrders(store).file([DRAFT])
    shown = order.to_json()
    wanted = (
        "number status kind category unit region urgency due_date location description created_at rating supplements"
    )
    assert set(shown) >= set(wanted.split())
    assert date.fromisoformat(shown["due_date"]) == order.due_date
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", shown["created_at"])
    assert datetime.fromisoformat(shown["created_at"]) == order.created_at.replace(microsecond=0)


# Numbers --------------------------------------------------------------------------------------------------------------


def test_a_number_names_the_city_and_the_day_and_has_no_sign_that_is_misread() -> None:
    assert re.fullmatch(r"LS20260309-[2-9A-HJKMNP-Z]{6}", new_number(date(2026, 3, 9)))


def test_another_city_has_its_own_letters(environment: Callable[..., Settings]) -> None:
    environment(BOT_NUMBER_PREFIX="QZ")
    assert new_number(date(2026, 3, 9)).startswith("QZ20260309-")


def test_two_thousand_numbers_of_a_day_do_not_repeat_and_use_every_sign() -> None:
    numbers = {new_number(date(2026, 3, 9)) for _ in range(2000)}
    # Two equal ones of 2,000 among 31**6 are drawn once in 400 runs; five of them never.
    assert len(numbers) >= 1996
    for place in range(6):
        assert len({number[-6 + place] for number in numbers}) == 31


async def test_a_number_that_was_drawn_before_is_drawn_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # The dice fall the same way for the first two orders.
    dice = iter("222222" + "222222" + "333333")
    monkeypatch.setattr(secrets, "choice", lambda signs: next(dice))
    first, second = await file(store), await file(store, POTHOLE)
    assert first.endswith("-222222") and second.endswith("-333333")


# Finding --------------------------------------------------------------------------------------------------------------


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


async def test_somebody_elses_number_is_like_one_that_does_not_exist(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    for phone in (None, "", "13900000000", "1381234567", "%"):
        assert await orders.find(number, "somebody", phone) is None
        assert await orders.find("LS20260309-222222", "somebody", phone) is None
    assert await orders.own("somebody") == []


async def test_a_phone_without_its_number_shows_nothing(store: Database) -> None:
    await file(store)
    assert await WorkOrders(store).find("LS20260309-222222", "somebody", PHONE) is None


async def test_an_order_without_phone_is_found_in_its_own_session_only(store: Database) -> None:
    number = await file(store, replace(DRAFT, phone=None))
    assert await WorkOrders(store).find(number, "somebody", "") is None
    assert await WorkOrders(store).find(number, "me") is not None


# The same fact (Article 15 (5)) ---------------------------------------------------------------------------------------


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
    again = await WorkOrders(store).same_fact(replace(DRAFT, key="again", description=description))
    assert again is not None and again.number == number


async def test_a_phone_alone_does_not_tell_what_its_owner_has_reported(store: Database) -> None:
    await file(store)
    assert await WorkOrders(store).same_fact(replace(DRAFT, key="again", visitor_id="somebody")) is None


async def test_the_same_fact_of_somebody_else_is_not_shown(store: Database) -> None:
    await file(store)
    other = replace(DRAFT, key="other", visitor_id="somebody", phone="13900000000")
    assert await WorkOrders(store).same_fact(other) is None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(POTHOLE, id="another matter"),
        pytest.param(replace(DRAFT, location="大洋路88号"), id="another place"),
        pytest.param(
            replace(DRAFT, description="小区的路灯坏了一个月没人修，老人晚上出门摔倒了"), id="another account"
        ),
    ],
)
async def test_another_fact_is_not_taken_for_the_same(store: Database, other: Draft) -> None:
    await file(store)
    assert await WorkOrders(store).same_fact(replace(other, key="other")) is None


async def test_a_withdrawn_order_does_not_hinder_filing_again(store: Database) -> None:
    orders = WorkOrders(store)
    await orders.withdraw(await file(store))
    assert await orders.same_fact(replace(DRAFT, key="again")) is None


async def test_a_finished_order_still_is_the_same_fact(store: Database) -> None:
    number = await file(store)
    await happen(store, number, "closed")
    again = await WorkOrders(store).same_fact(replace(DRAFT, key="again"))
    assert again is not None and (again.number, again.status) == (number, "closed")


# Similar ones of others -----------------------------------------------------------------------------------------------


async def test_open_orders_of_others_at_the_same_place_are_counted(store: Database) -> None:
    orders = WorkOrders(store)
    assert await orders.similar_of_others(DRAFT) == 0
    for number in range(3):
        await file(store, replace(DRAFT, key=f"o{number}", visitor_id=f"o{number}", phone=f"1390000000{number}"))
    assert await orders.similar_of_others(DRAFT) == 3


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(DRAFT, id="in my own session"),
        pytest.param(replace(DRAFT, visitor_id="my phone"), id="with my own phone"),
        pytest.param(replace(DRAFT, visitor_id="o", phone=None, location="大洋路"), id="at another place"),
        pytest.param(replace(DRAFT, visitor_id="o", phone=None, region="龙泉市"), id="in another county"),
        pytest.param(
            replace(DRAFT, visitor_id="o", phone=None, category=["环境保护", "水污染"]), id="of another class"
        ),
    ],
)
async def test_other_orders_are_not_counted_as_similar(store: Database, other: Draft) -> None:
    await file(store, replace(other, key="other"))
    assert await WorkOrders(store).similar_of_others(replace(DRAFT, key="mine")) == 0


async def test_a_finished_or_old_order_is_not_counted_as_similar(store: Database) -> None:
    other = replace(DRAFT, visitor_id="o", phone=None)
    finished, old = await file(store, replace(other, key="a")), await file(store, replace(other, key="b"))
    await happen(store, finished, "closed")

    def age(session: Any) -> None:
        row = session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == old)).one()
        row.created_at = local_now() - timedelta(days=31)

    await store.run(age)
    assert await WorkOrders(store).similar_of_others(DRAFT) == 0


async def test_without_a_place_nothing_is_similar(store: Database) -> None:
    nowhere = replace(DRAFT, location=None)
    await file(store, replace(nowhere, key="other", visitor_id="o", phone=None))
    assert await WorkOrders(store).similar_of_others(nowhere) == 0


# Adding, urging, withdrawing ------------------------------------------------------------------------------------------


async def test_supplements_are_kept_in_order(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await orders.supplement(number, "昨天又吵到三点", "me")
    await orders.supplement(number, "还有油烟", "me")
    assert (await found(store, number)).supplements == ["昨天又吵到三点", "还有油烟"]


@pytest.mark.parametrize("state", ["replied", "closed"])
async def test_what_is_new_can_be_added_to_a_finished_order(store: Database, state: str) -> None:
    number = await file(store)
    await happen(store, number, state, text="已处理")
    await WorkOrders(store).supplement(number, "又开始了", "me")
    assert (await found(store, number)).supplements == ["又开始了"]


async def test_nothing_can_be_added_to_a_withdrawn_order(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await orders.withdraw(number)
    assert await refusal(orders.supplement(number, "还有", "me")) == "withdrawn"
    assert (await found(store, number)).supplements == []


async def test_an_order_can_be_urged_twice_a_day(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await orders.urge(number)
    await orders.urge(number)
    assert await refusal(orders.urge(number)) == "urged_enough"
    assert (await found(store, number)).status == "registered"


async def test_the_urgings_of_yesterday_do_not_count(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    midnight = local_now().replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(2):
        await happen(store, number, "urged", midnight - timedelta(seconds=1))
    await orders.urge(number)


async def test_urging_many_times_at_the_same_moment_counts_twice(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    results = await asyncio.gather(*(orders.urge(number) for _ in range(6)), return_exceptions=True)
    assert results.count(None) == 2
    assert [error.reason for error in results if error] == ["urged_enough"] * 4  # type: ignore[union-attr]


@pytest.mark.parametrize("state", ["replied", "closed", "withdrawn"])
async def test_where_nothing_is_left_to_do_nothing_can_be_urged_or_withdrawn(store: Database, state: str) -> None:
    number, orders = await file(store), WorkOrders(store)
    await happen(store, number, state, text="已处理")
    assert await refusal(orders.urge(number)) == state
    assert await refusal(orders.withdraw(number)) == state


@pytest.mark.parametrize("state", ["dispatched", "signed", "extended", "reopened"])
async def test_an_order_under_way_can_be_withdrawn_and_stays_in_the_list(store: Database, state: str) -> None:
    number, orders = await file(store), WorkOrders(store)
    await happen(store, number, state)
    await orders.withdraw(number)
    assert [(order.number, order.status) for order in await orders.own("me")] == [(number, "withdrawn")]


# Rating (Article 30) --------------------------------------------------------------------------------------------------


async def test_an_outcome_is_rated_after_the_reply(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await happen(store, number, "replied", text="已责令整改")
    await orders.rate(number, "dissatisfied", "没解决")
    order = await found(store, number)
    assert (order.rating, order.reply, order.status) == ("dissatisfied", "已责令整改", "replied")


@pytest.mark.parametrize("state", [None, "dispatched", "signed", "extended", "withdrawn"])
async def test_a_matter_without_a_reply_cannot_be_rated(store: Database, state: str | None) -> None:
    number, orders = await file(store), WorkOrders(store)
    if state:
        await happen(store, number, state)
    assert await refusal(orders.rate(number, "satisfied")) == "not_finished"
    assert (await found(store, number)).rating is None


async def test_a_second_rating_is_refused_and_changes_nothing(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await happen(store, number, "closed")
    results = await asyncio.gather(*(orders.rate(number, "satisfied") for _ in range(3)), return_exceptions=True)
    assert results.count(None) == 1
    assert await refusal(orders.rate(number, "dissatisfied")) == "rated_already"
    assert (await found(store, number)).rating == "satisfied"


async def test_a_rating_comes_within_thirty_days_of_the_reply(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await happen(store, number, "replied", local_now() - timedelta(days=30, minutes=1), text="好了")
    assert await refusal(orders.rate(number, "satisfied")) == "rating_too_late"


async def test_on_the_last_of_thirty_days_a_rating_still_counts(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await happen(store, number, "replied", local_now() - timedelta(days=29, hours=23), text="好了")
    await orders.rate(number, "neutral")
    assert (await found(store, number)).rating == "neutral"


async def test_the_newest_reply_counts(store: Database) -> None:
    number, orders = await file(store), WorkOrders(store)
    await happen(store, number, "replied", local_now() - timedelta(days=50), text="第一次答复")
    await happen(store, number, "reopened", local_now() - timedelta(days=20))
    await happen(store, number, "replied", local_now() - timedelta(days=5), text="第二次答复")
    await orders.rate(number, "satisfied")
    order = await found(store, number)
    assert (order.rating, order.reply) == ("satisfied", "第二次答复")


# Uploads --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def uploads(tmp_path: Path, environment: Callable[..., Settings]) -> None:
    environment(BOT_DATA_DIR=str(tmp_path / "data"))


async def upload(store: Database, visitor_id: str = "me") -> str:
    return await media.keep(store, visitor_id, "a.png", "image/png", b"picture")


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
