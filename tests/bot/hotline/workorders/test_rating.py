"""Rating an outcome, and what a bad rating brings about (Article 30)."""

from __future__ import annotations

import asyncio

import pytest

from bot.hotline.workorders.life import Refused, rating_counts
from bot.hotline.workorders.orders import WorkOrder
from bot.hotline.workorders.record import flag, history, locked
from bot.storage import Database
from tests.bot.hotline.workorders.conftest import Clock
from tests.bot.hotline.workorders.factories import (
    DISSATISFIED,
    REPLIED,
    SIGNED,
    SOUND,
    UNSOUND,
    WAYS,
    events_of,
    found,
    live,
    order_with,
    refusal,
    row_of,
    step,
    written,
)

# When it can be rated -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["replied", "closed"])
@pytest.mark.parametrize("rating", ["satisfied", "neutral"])
async def test_an_outcome_is_rated_after_the_reply(store: Database, state: str, rating: str) -> None:
    number, orders = await order_with(store, *WAYS[state])
    order = await orders.rate(number, rating)
    assert (order.rating, order.reply, order.status) == (rating, "已责令整改", state)
    assert order == await found(store, number)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("registered", "not_finished"),
        ("dispatched", "not_finished"),
        ("in_progress", "not_finished"),
        ("extended", "not_finished"),
        ("withdrawn", "withdrawn"),
    ],
)
async def test_a_matter_without_a_reply_cannot_be_rated(store: Database, state: str, reason: str) -> None:
    number, orders = await order_with(store, *WAYS[state])
    assert await refusal(orders.rate(number, "satisfied")) == reason
    assert (await found(store, number)).rating is None


async def test_what_the_hotline_has_sent_back_is_not_finished_and_not_rated_already(store: Database) -> None:
    back = step("reopened", by="hotline", reason="回访时诉求人说没解决")
    number, orders = await order_with(store, *REPLIED, back)
    assert await refusal(orders.rate(number, "satisfied")) == "not_finished"


async def test_a_second_rating_is_refused_and_changes_nothing(store: Database) -> None:
    number, orders = await order_with(store, *WAYS["closed"])
    results = await asyncio.gather(*(orders.rate(number, "satisfied") for _ in range(3)), return_exceptions=True)
    assert [result.rating for result in results if isinstance(result, WorkOrder)] == ["satisfied"]
    assert [result.reason for result in results if isinstance(result, Refused)] == ["rated_already"] * 2
    before = await written(store)
    assert await refusal(orders.rate(number, "dissatisfied")) == "rated_already"
    assert await written(store) == before


async def test_closing_does_not_open_a_second_rating(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, "rated", "closed")
    assert await refusal(orders.rate(number, "dissatisfied")) == "rated_already"


async def test_a_rating_that_is_none_is_refused(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED)
    assert await refusal(orders.rate(number, "五星")) == "unknown_rating"
    assert (await found(store, number)).rating is None


@pytest.mark.parametrize("replied", ["2026-03-09T00:00", "2026-03-09T23:59"])
async def test_until_the_end_of_the_thirtieth_day_a_rating_counts(store: Database, clock: Clock, replied: str) -> None:
    number, orders = await order_with(store, *SIGNED, step("replied", replied))
    clock.set("2026-04-08T23:59")
    assert (await orders.rate(number, "neutral")).rating == "neutral"


@pytest.mark.parametrize("replied", ["2026-03-09T00:00", "2026-03-09T23:59"])
async def test_from_the_thirty_first_day_on_a_rating_comes_too_late(
    store: Database, clock: Clock, replied: str
) -> None:
    number, orders = await order_with(store, *SIGNED, step("replied", replied))
    clock.set("2026-04-09T00:00")
    assert await refusal(orders.rate(number, "neutral")) == "rating_too_late"
    order = await found(store, number)
    assert (order.rating, order.status, order.rate_by and order.rate_by.isoformat()) == (None, "replied", "2026-04-08")


async def test_the_days_count_from_the_reply_and_not_from_the_closing(store: Database, clock: Clock) -> None:
    number, orders = await order_with(store, *SIGNED, step("replied", "2026-03-09T12:00"), step("closed", "2026-04-01"))
    clock.set("2026-04-09T00:00")
    assert await refusal(orders.rate(number, "neutral")) == "rating_too_late"


async def test_the_newest_reply_counts(store: Database, clock: Clock) -> None:
    number, orders = await order_with(
        store,
        *SIGNED,
        step("replied", "2026-01-20T12:00", text="第一次答复"),
        step("reopened", "2026-02-20T12:00", by="hotline"),
        step("verified", "2026-03-02T12:00", sound=True),
        step("replied", "2026-03-05T12:00", text="第二次答复"),
    )
    order = await orders.rate(number, "satisfied")
    assert (order.rating, order.reply) == ("satisfied", "第二次答复")


# A bad rating sends the order back ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["replied", "closed"])
async def test_a_bad_rating_sends_the_order_back_at_once(store: Database, state: str) -> None:
    number, orders = await order_with(store, *WAYS[state])
    order = await orders.rate(number, "dissatisfied")
    assert (order.status, order.rating) == ("reopened", "dissatisfied")
    assert (await events_of(store, number))[-2:] == ["rated", "reopened"]


@pytest.mark.parametrize("rating", ["satisfied", "neutral"])
async def test_another_rating_sends_nothing_back(store: Database, rating: str) -> None:
    number, orders = await order_with(store, *WAYS["closed"])
    await orders.rate(number, rating)
    assert "reopened" not in await events_of(store, number)


async def test_a_bad_rating_that_cannot_send_the_order_back_is_not_kept(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, orders = await order_with(store, *WAYS["closed"])
    before = await written(store)
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr("bot.hotline.workorders.record._follow", _break)
        await orders.rate(number, "dissatisfied")
    assert await written(store) == before
    assert (await found(store, number)).rating is None


def _break(*_: object) -> None:
    raise RuntimeError("the machine stops here")


async def test_a_bad_rating_cannot_be_given_twice(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED)
    assert await refusal(orders.rate(number, "satisfied")) == "rated_already"
    assert (await found(store, number)).rating == "dissatisfied"


async def test_a_matter_done_well_is_explained_by_a_new_reply(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED)
    assert await refusal(live(orders, number, "replied")) == "not_verified"
    await live(orders, number, SOUND)
    assert await refusal(live(orders, number, "put_right")) == "nothing_to_put_right"
    await live(orders, number, step("replied", text="店已停业，附照片"))
    order = await found(store, number)
    assert (order.status, order.reply, order.rating) == ("replied", "店已停业，附照片", None)


async def test_a_matter_not_done_well_is_put_right_and_told(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED)
    assert await refusal(live(orders, number, "put_right")) == "not_verified"
    await live(orders, number, UNSOUND, step("put_right", text="已经停业整顿"))
    order = await found(store, number)
    assert (order.status, order.reply, order.rating) == ("replied", "已经停业整顿", None)


@pytest.mark.parametrize("again", [(SOUND, "replied"), (UNSOUND, "put_right")])
async def test_a_new_reply_can_be_rated_again(store: Database, again: tuple[object, ...]) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED, *again)
    assert (await orders.rate(number, "satisfied")).rating == "satisfied"
    assert await refusal(orders.rate(number, "neutral")) == "rated_already"


# Why ------------------------------------------------------------------------------------------------------------------


async def test_the_reason_of_a_bad_rating_is_added_later(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED)
    await orders.rate(number, "dissatisfied")
    order = await orders.explain_rating(number, "半夜还是吵")
    assert (order.status, order.rating) == ("reopened", "dissatisfied")
    row = await row_of(store, number)
    assert (row.events[-1].kind, row.events[-1].data) == ("rating_explained", {"text": "半夜还是吵"})


@pytest.mark.parametrize("rating", ["satisfied", "neutral", None])
async def test_only_a_bad_rating_is_explained(store: Database, rating: str | None) -> None:
    number, orders = await order_with(store, *REPLIED, *([step("rated", rating=rating)] if rating else []))
    assert await refusal(orders.explain_rating(number, "半夜还是吵")) == "not_dissatisfied"


# Left out after a review ----------------------------------------------------------------------------------------------


async def counts(store: Database, number: str) -> bool:
    return await store.run(lambda session: rating_counts(history(locked(session, number))))


async def grounds(store: Database, number: str) -> list[str]:
    return [event.data["ground"] for event in (await row_of(store, number)).events if event.kind == "supervised"]


async def raise_flag(store: Database, number: str, ground: str) -> None:
    await store.run(lambda session: flag(session, locked(session, number), ground))


@pytest.mark.parametrize("before", [(), (SOUND, "replied"), (SOUND, "replied", "closed")])
async def test_after_a_review_a_bad_rating_does_not_count(store: Database, before: tuple[object, ...]) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED, *before)
    status = (await found(store, number)).status
    assert await counts(store, number)
    await live(orders, number, "excluded")
    assert not await counts(store, number)
    assert (await found(store, number)).status == status


async def test_a_rating_is_left_out_once(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED, "excluded")
    assert await refusal(live(orders, number, "excluded")) == "excluded_already"


@pytest.mark.parametrize("rating", ["satisfied", "neutral", None])
async def test_only_a_bad_rating_is_left_out(store: Database, rating: str | None) -> None:
    number, orders = await order_with(store, *REPLIED, *([step("rated", rating=rating)] if rating else []))
    assert await refusal(live(orders, number, "excluded")) == "not_dissatisfied"


async def test_what_was_left_out_is_not_supervised(store: Database) -> None:
    number, orders = await order_with(store, *REPLIED, DISSATISFIED)
    await raise_flag(store, number, "overdue")
    await live(orders, number, "excluded")
    await raise_flag(store, number, "same_problem")
    assert await refusal(live(orders, number, "supervised")) == "excluded_already"
    assert await grounds(store, number) == ["overdue"]


async def test_the_next_bad_rating_counts_and_is_supervised_again(store: Database) -> None:
    number, _ = await order_with(store, *REPLIED, DISSATISFIED, "excluded", SOUND, "replied", DISSATISFIED)
    assert await counts(store, number)
    assert await grounds(store, number) == ["repeated"]
