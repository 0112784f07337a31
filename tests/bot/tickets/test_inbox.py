"""What the ticket backend reports is genuine, fresh, applied once, and may come out of order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot.notices
from bot.clock import local_now
from bot.notices import Notices
from bot.storage import Database
from bot.storage.tables import Visitor
from bot.tickets import inbox
from bot.tickets.inbox import (
    BACKEND_MOVES,
    WINDOW,
    AppliedBefore,
    BadReport,
    BadSignature,
    Inbox,
    UnknownNumber,
    parse,
    sign,
    verify,
)
from bot.tickets.seam import Report
from bot.visitors import Visitors
from bot.workorders.life import MOVES, Refused
from bot.workorders.orders import WorkOrders
from tests.bot.tickets import PERSON, Clock, event_of, file, happened_at, kinds, notices, row_of

SECRET = "between the two of us"
UNIT = "莲都区综合行政执法局"
USUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "dispatched": ("hotline", {"unit": UNIT}),
    "signed": ("unit", {}),
    "return_asked": ("unit", {"reason": "不归我们管", "proposed_unit": "丽水市生态环境局"}),
    "return_granted": ("hotline", {}),
    "return_refused": ("hotline", {"reason": "按目录归你单位"}),
    "co_units_named": ("hotline", {"units": ["丽水市建设局"]}),
    "extended": ("unit", {"reason": "要等检测结果", "due_date": "2099-12-31"}),
    "replied": ("unit", {"text": "已经责令整改"}),
    "closed": ("unit", {}),
    "followed_up": ("hotline", {}),
    "reopened": ("hotline", {"reason": "还是吵"}),
    "verified": ("unit", {"text": "现场核实，确实还在营业", "sound": False}),
    "put_right": ("unit", {"text": "已经停业整顿"}),
    "excluded": ("hotline", {"evidence": "情况说明"}),
    "supervised": ("hotline", {"ground": "other"}),
}
SOUND = {"text": "现场核实，已经停业", "sound": True}


def report(number: str, kind: str, id: str | None = None, at: datetime | None = None, **data: Any) -> Report:
    """What a backend usually says about this kind of event."""
    by, usual = USUAL[kind]
    return Report(id or f"{number}/{kind}", number, kind, by, {**usual, **data}, UNIT if by == "unit" else None, at)


async def take(store: Database, number: str, *kinds_of: str) -> None:
    """Takes plain reports that all fit."""
    for kind in kinds_of:
        assert await Inbox(store).take(report(number, kind)) == "applied", kind


async def refusal(taking: Any) -> str:
    with pytest.raises(Refused) as refused:
        await taking
    return refused.value.reason


# Genuine and fresh ----------------------------------------------------------------------------------------------------


def now(shift: int = 0) -> str:
    return str(int(time.time()) + shift)


def test_a_report_that_was_signed_with_the_secret_is_genuine() -> None:
    body, at = b'{"id": "1"}', now()
    verify(SECRET, at, body, sign(SECRET, at, body))


def test_the_signature_is_the_one_that_the_documentation_names() -> None:
    # printf '%s.%s' 1785720600 '{}' | openssl dgst -sha256 -hmac key -hex
    assert sign("key", "1785720600", b"{}") == "a0f272a7ba036197df92c926cb36d333367f8313e3f989ac818d7431b1603e0c"


@pytest.mark.parametrize(
    ("timestamp", "signature"), [(None, "0" * 64), ("1785720600", None), (None, None), ("", ""), ("1785720600", "")]
)
def test_without_its_headers_a_report_is_refused(timestamp: str | None, signature: str | None) -> None:
    with pytest.raises(BadSignature, match="X-Hotline-Timestamp"):
        verify(SECRET, timestamp, b"{}", signature)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda at, body, signature: (at, body + b" ", signature), id="body"),
        pytest.param(lambda at, body, signature: (str(int(at) + 1), body, signature), id="timestamp"),
        pytest.param(lambda at, body, signature: (at, body, sign("a guess", at, body)), id="secret"),
        pytest.param(lambda at, body, signature: (at, body, signature[:-1]), id="cut"),
        pytest.param(lambda at, body, signature: (at, body, "ü" * 64), id="no hex"),
        pytest.param(lambda at, body, signature: (at[:-1], at[-1].encode() + body, signature), id="moved stop"),
    ],
)
def test_a_signature_of_anything_else_is_refused(change: Any) -> None:
    body, at = b'{"id": "1"}', now()
    changed_at, changed_body, signature = change(at, body, sign(SECRET, at, body))
    with pytest.raises(BadSignature, match="does not fit"):
        verify(SECRET, changed_at, changed_body, signature)


@pytest.mark.parametrize("shift", [-WINDOW - 60, WINDOW + 600])
def test_a_report_from_long_ago_or_from_the_future_is_refused(shift: int) -> None:
    at = now(shift)
    with pytest.raises(BadSignature, match="timestamp"):
        verify(SECRET, at, b"{}", sign(SECRET, at, b"{}"))


@pytest.mark.parametrize("at", ["0", "yesterday", "-1", "1e9", " ", "9" * 30])
def test_a_timestamp_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(BadSignature, match="timestamp"):
        verify(SECRET, at, b"{}", sign(SECRET, at, b"{}"))


@pytest.mark.parametrize("shift", [60 - WINDOW, WINDOW - 60])
def test_a_clock_that_is_a_little_off_is_no_matter(shift: int) -> None:
    at = now(shift)
    verify(SECRET, at, b"{}", sign(SECRET, at, b"{}"))


# Of the documented form -----------------------------------------------------------------------------------------------

PLAIN = {
    "id": "e-1",
    "number": "LS20261124-7K3M9Q",
    "event": "replied",
    "by": "unit",
    "who": "某某局",
    "at": "2026-11-26T10:00:00+08:00",
    "data": {"text": "已经修好"},
}


def test_a_report_is_read_as_it_was_written() -> None:
    moment = datetime(2026, 11, 26, 2, tzinfo=timezone.utc)
    data = {"text": "已经修好"}
    assert parse(PLAIN) == Report("e-1", "LS20261124-7K3M9Q", "replied", "unit", data, "某某局", moment)


def test_who_when_and_data_may_be_left_out() -> None:
    short = {name: PLAIN[name] for name in ("id", "number", "by")}
    assert parse({**short, "event": "closed"}) == Report("e-1", "LS20261124-7K3M9Q", "closed", "unit")
    nothing = {"data": None, "who": None, "at": None}
    assert parse({**short, **nothing, "event": "closed"}) == Report("e-1", "LS20261124-7K3M9Q", "closed", "unit")


def test_a_number_that_was_copied_by_hand_is_understood() -> None:
    assert parse({**PLAIN, "number": " ls20261124-7k3m9q\n"}).number == "LS20261124-7K3M9Q"


@pytest.mark.parametrize("kind", BACKEND_MOVES)
def test_every_event_of_hotline_and_units_may_be_reported(kind: str) -> None:
    by, data = USUAL[kind]
    assert parse({**PLAIN, "event": kind, "by": by, "data": data}).kind == kind


def test_what_the_requester_or_this_service_does_is_not_the_backends_to_report() -> None:
    assert set(MOVES) - set(BACKEND_MOVES) == {
        "registered", "accepted", "rated", "rating_explained", "withdrawn", "supplemented", "urged", "rescheduled"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *(({name: value}, name) for name in ("id", "number", "event", "by") for value in (None, "", "  ", 7, ["a"])),
        ({"id": "x" * 129}, "id is longer than 128"),
        ({"event": "rated", "by": "requester"}, "event is one of dispatched, signed"),
        ({"event": "blown_up"}, "event is one of"),
        ({"by": "requester"}, "replied is done by unit"),
        ({"event": "reopened", "by": "service"}, None),
        ({"by": "hotline"}, "replied is done by unit"),
        ({"data": "text"}, "data is no object"),
        ({"data": ["text"]}, "data is no object"),
        ({"data": 7}, "data is no object"),
        ({"data": {}}, "data.text is missing"),
        ({"data": {"text": "  "}}, "data.text is missing"),
        ({"data": {"text": 7}}, "data.text is missing or no text"),
        ({"event": "dispatched", "by": "hotline", "data": {"unit": ""}}, "data.unit is missing"),
        ({"event": "dispatched", "by": "hotline", "data": {"unit": "局" * 65}}, "data.unit is longer than 64"),
        ({"event": "extended", "data": {"reason": "等检测"}}, "data.due_date is missing"),
        ({"event": "extended", "data": {"reason": "等检测", "due_date": 20991231}}, "data.due_date is missing or no"),
        ({"event": "verified", "data": {"text": "好"}}, "data.sound is missing"),
        ({"event": "verified", "data": {"text": "好", "sound": "yes"}}, "neither true nor false"),
        ({"event": "co_units_named", "data": {"units": []}}, "data.units is missing"),
        ({"at": "yesterday"}, "at is no time"),
        ({"at": "2026-11-26"}, "at has no offset"),
        ({"at": "2026-11-26T10:00:00"}, "at has no offset"),
        ({"at": 1785720600}, "at is no time"),
        ({"who": 7}, "who is no text"),
        ({"who": "坐" * 65}, "who is longer than 64"),
        ({"id": "e\0"}, "NUL"),
        ({"who": "局\0"}, "NUL"),
        ({"event": "dispatched", "by": "hotline", "data": {"unit": "局\0"}}, "NUL"),
    ],
)
def test_a_report_of_another_form_is_refused_with_what_to_mend(change: dict[str, Any], told: str | None) -> None:
    with pytest.raises(BadReport, match=told):
        parse({**PLAIN, **change})


# Applied once ---------------------------------------------------------------------------------------------------------


async def test_a_report_moves_the_order_and_tells_who_did_it_and_when(store: Database) -> None:
    number = await file(store)
    await happened_at(store, number, "accepted", local_now() - timedelta(hours=2))
    at = local_now() - timedelta(hours=1)
    assert await Inbox(store).take(replace(report(number, "dispatched", at=at), who="坐席07")) == "applied"
    found, event = await row_of(store, number), await event_of(store, number, "dispatched")
    assert (found.status, found.unit) == ("dispatched", UNIT)
    assert (event.actor, event.who, event.data, event.created_at) == ("hotline", "坐席07", {"unit": UNIT}, at)


async def test_an_event_that_was_applied_is_not_applied_again(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed")
    before = await kinds(store, number)
    for kind in ("dispatched", "signed", "replied"):
        with pytest.raises(AppliedBefore):
            await Inbox(store).take(report(number, kind, id=f"{number}/signed"))
    assert await kinds(store, number) == before


async def test_the_same_event_twice_at_the_same_moment_is_applied_once(store: Database) -> None:
    number, other = await file(store), Database(store.url)
    await take(store, number, "dispatched", "signed")
    extended = report(number, "extended")
    for due_date in ("2098-12-31", "2099-12-31"):
        again = replace(extended, id=due_date, data={**extended.data, "due_date": due_date})
        taken = (Inbox(place).take(again) for place in (store, other) * 3)
        results = await asyncio.gather(*taken, return_exceptions=True)
        assert [result for result in results if not isinstance(result, AppliedBefore)] == ["applied"]
    assert (await kinds(store, number)).count("extended") == 2
    other.engine.dispose()


async def test_an_id_counts_for_all_orders_also_at_the_same_moment(store: Database) -> None:
    other = Database(store.url)
    for turn in range(5):
        numbers = [await file(store), await file(store)]
        taken = (
            Inbox(place).take(report(number, "dispatched", id=f"e-{turn}"))
            for place, number in zip((store, other), numbers, strict=True)
        )
        results = await asyncio.gather(*taken, return_exceptions=True)
        assert sorted(map(type, results), key=str) == [AppliedBefore, str]
        assert sorted([(await row_of(store, number)).status for number in numbers]) == ["dispatched", "registered"]
    other.engine.dispose()


async def test_two_events_at_the_same_moment_are_both_applied(store: Database) -> None:
    number, other = await file(store), Database(store.url)
    await take(store, number, "dispatched", "signed")
    named, supervised = report(number, "co_units_named"), report(number, "supervised")
    results = await asyncio.gather(Inbox(store).take(named), Inbox(other).take(supervised))
    assert results == ["applied", "applied"]
    assert set((await kinds(store, number))[-2:]) == {"co_units_named", "supervised"}
    other.engine.dispose()


async def test_a_move_that_several_report_at_the_same_moment_is_made_once(store: Database) -> None:
    number, other = await file(store), Database(store.url)
    await take(store, number, "dispatched")
    taken = (
        Inbox(place).take(report(number, "signed", id=f"e-{turn}")) for turn, place in enumerate((store, other) * 4)
    )
    results = await asyncio.gather(*taken, return_exceptions=True)
    assert results.count("applied") == 1
    assert (await kinds(store, number)).count("signed") == 1
    other.engine.dispose()


async def test_an_unknown_number_is_told(store: Database) -> None:
    with pytest.raises(UnknownNumber, match="LS20260309-222222"):
        await Inbox(store).take(report("LS20260309-222222", "signed"))


async def test_an_illegal_move_is_told_with_the_reason_and_can_be_mended_and_sent_again(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed")
    bad = report(number, "extended", id="e-1", due_date="2020-01-01")
    assert await refusal(Inbox(store).take(bad)) == "due_date_not_later"
    assert (await row_of(store, number)).status == "in_progress"
    assert await Inbox(store).take(report(number, "extended", id="e-1")) == "applied"
    assert (await row_of(store, number)).due_date.isoformat() == "2099-12-31"


async def test_a_second_request_to_return_an_order_is_an_illegal_move(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "return_asked", "return_refused")
    assert await refusal(Inbox(store).take(report(number, "return_asked", id="again"))) == "return_asked_already"
    assert await Inbox(store).waiting() == []


@pytest.mark.parametrize("kind", ["dispatched", "signed", "replied", "closed", "reopened", "verified"])
async def test_an_event_for_a_withdrawn_order_is_refused(store: Database, kind: str) -> None:
    number = await file(store)
    await WorkOrders(store).withdraw(number)
    assert await refusal(Inbox(store).take(report(number, kind))) == "withdrawn"
    assert await Inbox(store).waiting() == []


# In any order ---------------------------------------------------------------------------------------------------------


async def test_an_event_that_comes_too_early_waits_and_is_listed(store: Database) -> None:
    number, at = await file(store), local_now()
    await take(store, number, "dispatched")
    assert await Inbox(store).take(report(number, "replied", at=at)) == "waiting"
    assert await Inbox(store).take(report(number, "closed")) == "waiting"
    assert (await row_of(store, number)).status == "dispatched"
    first, second = await Inbox(store).waiting()
    assert (first["id"], first["number"], first["kind"]) == (f"{number}/replied", number, "replied")
    assert (first["data"], first["who"], first["at"]) == (USUAL["replied"][1], UNIT, at.isoformat())
    assert second["kind"] == "closed"


async def test_what_waited_is_applied_when_the_missing_event_has_come(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched")
    for kind in ("closed", "replied"):
        assert await Inbox(store).take(report(number, kind)) == "waiting"
    await take(store, number, "signed")
    assert (await kinds(store, number))[2:] == ["dispatched", "signed", "replied", "closed"]
    assert await Inbox(store).waiting() == []


async def test_an_event_that_waits_or_has_waited_is_not_taken_again(store: Database) -> None:
    number = await file(store)
    await Inbox(store).take(report(number, "signed"))
    for _ in range(2):
        with pytest.raises(AppliedBefore):
            await Inbox(store).take(report(number, "signed"))
        if await Inbox(store).waiting():
            await take(store, number, "dispatched")
    assert (await kinds(store, number)).count("signed") == 1


async def test_what_waits_is_applied_by_its_time_whatever_its_offset(store: Database) -> None:
    number = await file(store)
    await happened_at(store, number, "accepted", local_now() - timedelta(hours=9))
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    early, late = local_now() - timedelta(hours=3), local_now() - timedelta(hours=2)
    # The text of the later time sorts before that of the earlier one.
    for at, due_date in ((late.astimezone(west), "2099-12-31"), (early.astimezone(east), "2098-12-31")):
        found = report(number, "extended", id=due_date, at=at, due_date=due_date)
        assert await Inbox(store).take(found) == "waiting"
    await take(store, number, "dispatched")
    await Inbox(store).take(report(number, "signed", at=local_now() - timedelta(hours=4)))
    assert await Inbox(store).waiting() == []
    assert (await row_of(store, number)).due_date.isoformat() == "2099-12-31"


async def test_a_report_that_may_not_wait_is_refused_and_can_come_again(store: Database) -> None:
    number = await file(store)
    assert await refusal(Inbox(store).take(report(number, "signed"), may_wait=False)) == "registered"
    assert await Inbox(store).waiting() == []
    await take(store, number, "dispatched", "signed")


async def test_a_unit_that_puts_right_before_it_verified_waits(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed", "replied", "closed", "reopened")
    assert await Inbox(store).take(report(number, "put_right")) == "waiting"
    await take(store, number, "verified")
    assert (await kinds(store, number))[-2:] == ["verified", "put_right"]


LIVES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "plain": [(kind, {}) for kind in ("dispatched", "signed", "replied", "closed")],
    "long": [
        (kind, {})
        for kind in ("dispatched", "co_units_named", "signed", "extended", "replied", "closed", "followed_up")
    ],
    "a return that was refused": [
        (kind, {}) for kind in ("dispatched", "return_asked", "return_refused", "signed", "replied", "closed")
    ],
    "put right": [
        (kind, {})
        for kind in ("dispatched", "signed", "replied", "closed", "reopened", "verified", "put_right", "closed")
    ],
    "explained": [
        *((kind, {}) for kind in ("dispatched", "signed", "replied", "closed", "reopened")),
        ("verified", SOUND),
        ("replied", {"text": "已经停业，请您放心"}),
        ("closed", {}),
    ],
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_life_that_is_reported_in_any_order_ends_like_the_one_in_order(
    store: Database, life: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    arrival = data.draw(st.permutations(range(len(life))))
    number, begun = await file(store), local_now() - timedelta(hours=2)
    await happened_at(store, number, "accepted", begun)
    for place in arrival:
        kind, values = life[place]
        at = begun + timedelta(minutes=place + 1)
        await Inbox(store).take(report(number, kind, id=f"{number}/{place}", at=at, **values))
    assert (await row_of(store, number)).status == "closed"
    happened, told = await kinds(store, number), [kind for kind, _ in life]
    for answer in ("replied", "put_right"):
        assert happened.count(answer) == told.count(answer)
    if not {"reopened", "extended"} & set(told):
        assert [kind for kind in happened[2:] if MOVES[kind].target] == [kind for kind in told if MOVES[kind].target]


# Times ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(inbox, "local_now", clock)
    yield clock


async def test_a_time_in_the_future_counts_as_now(store: Database, clock: Clock) -> None:
    number = await file(store)
    for kind, ahead in (("dispatched", timedelta(seconds=1)), ("signed", timedelta(days=3000))):
        await Inbox(store).take(report(number, kind, at=clock.now + ahead))
        assert (await event_of(store, number, kind)).created_at == clock.now


async def test_a_time_before_the_last_event_counts_as_now(store: Database, clock: Clock) -> None:
    number = await file(store)
    await Inbox(store).take(report(number, "dispatched", at=datetime(1, 1, 1, tzinfo=timezone.utc)))
    assert (await event_of(store, number, "dispatched")).created_at == clock.now
    clock.move(hours=1)
    await Inbox(store).take(report(number, "signed", at=clock.now - timedelta(hours=2)))
    assert (await event_of(store, number, "signed")).created_at == clock.now


async def test_a_time_between_the_last_event_and_now_is_kept_and_none_counts_as_now(
    store: Database, clock: Clock
) -> None:
    number = await file(store)
    clock.move(hours=3)
    at = clock.now - timedelta(hours=1)
    await Inbox(store).take(report(number, "dispatched", at=at))
    assert (await event_of(store, number, "dispatched")).created_at == at
    await Inbox(store).take(report(number, "signed"))
    assert (await event_of(store, number, "signed")).created_at == clock.now


# What the requester is told -------------------------------------------------------------------------------------------


async def test_the_requester_is_told_of_dispatch_extension_reply_and_closing(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed", "co_units_named", "extended", "replied", "closed")
    told = await notices(store, number)
    assert [kind for kind, _ in told] == ["dispatched", "extended", "replied", "closed"]
    texts = dict(told)
    assert "要等检测结果" in texts["extended"] and "2099年12月31日" in texts["extended"]
    assert "已经责令整改" in texts["replied"] and UNIT in texts["replied"]
    assert all(number in text for text in texts.values())


async def test_the_requester_is_told_of_a_review_and_of_what_was_put_right(store: Database) -> None:
    number = await file(store)
    await take(store, number, "dispatched", "signed", "replied", "closed", "reopened", "verified", "put_right")
    told = (await notices(store, number))[3:]
    assert [kind for kind, _ in told] == ["reopened", "verified", "put_right"]
    assert "已经停业整顿" in told[2][1]


async def test_a_closing_offers_the_buttons_of_the_rating(store: Database) -> None:
    await store.run(lambda session: session.add(Visitor(id=PERSON, channel="web", offered=[])))
    number = await file(store)
    await take(store, number, "dispatched", "signed", "replied", "closed")
    offered = await Visitors(store).offered(PERSON)
    assert [button["title"] for button in offered if button["latest"]] == ["满意", "一般", "不满意"]
    assert all(number in button["payload"] for button in offered)


async def test_a_report_wakes_the_channel_that_waits_for_news(store: Database) -> None:
    number = await file(store)
    waiting = asyncio.create_task(Notices(store).after(PERSON, 0))
    while PERSON not in bot.notices._waiting:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await take(store, number, "dispatched")
    [(_, content)] = await asyncio.wait_for(waiting, 60)
    assert number in content["messages"][0]["text"]


async def test_what_is_refused_or_waits_tells_nobody_anything(store: Database) -> None:
    number = await file(store)
    await Inbox(store).take(report(number, "replied"))
    await take(store, number, "dispatched", "return_asked", "return_refused")
    await refusal(Inbox(store).take(report(number, "return_asked", id="again")))
    assert [kind for kind, _ in await notices(store, number)] == ["dispatched"]
