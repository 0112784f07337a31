"""Two hotlines: our client (`bot.hotline.tickets.open311`) against our server, in both formats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.clock import local_now
from bot.dialogue.phrases import case_event
from bot.hotline.tickets.chores import take_reports
from bot.hotline.tickets.open311 import Open311Backend
from bot.hotline.tickets.outbox import Outbox, count
from bot.hotline.tickets.seam import Case, CaseEvent, Rejected, Unavailable
from bot.hotline.workorders.life import HOTLINE, REQUESTER, UNIT
from bot.hotline.workorders.number import new_number
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from tests.bot.hotline.tickets import draft, row_of
from tests.channels.open311.conftest import NOISE, Server

UNIT_NAME = "莲都区综合行政执法局"


@pytest.fixture(params=["json", "xml"])
async def backend(request: pytest.FixtureRequest, server: Server) -> AsyncIterator[Open311Backend]:
    """The client."""
    client = Open311Backend(f"{server.url}/open311/v2/", case_event, "k-city", "lishui.gov.cn", request.param)
    yield client
    await client.close()


def case(**values: Any) -> Case:
    """A case of the other hotline."""
    plain: dict[str, Any] = {
        "number": new_number(date.today()),
        "channel": "web",
        "kind": "report",
        "category": ["环境保护", "噪声污染"],
        "service_code": NOISE,
        "unit": UNIT_NAME,
        "co_units": ["丽水市公安局", "丽水市建设局"],
        "confidence": 0.8,
        "runner_up": ["城乡建设", "物业管理"],
        "region": "青田县",
        "location": "瓯南街道江滨路 5 号 & 7 号",
        "description": "半夜施工\n很吵",
        "occurred_at": "昨天半夜",
        "urgency": "expedited",
        "immediate": True,
        "confidential": False,
        "name": "王芳",
        "phone": "13812345678",
        "due_date": date(2026, 8, 10),
        "created_at": local_now(),
        "status": "registered",
        "cluster": None,
        "external_id": None,
    }
    return Case(**{**plain, **values})


async def test_a_case_arrives_whole(server: Server, backend: Open311Backend) -> None:
    sent = case()
    row = server.row(await backend.file(sent, sent.number, again=False))
    for name in ("kind", "category", "region", "location", "occurred_at", "urgency", "immediate", "confidential"):
        assert getattr(row, name) == getattr(sent, name), name
    assert row.requester == {"name": "王芳", "phone": "13812345678"}
    assert row.description == f"半夜施工\n很吵（12345工单号：{sent.number}）"


async def test_a_case_without_anything_optional_arrives(server: Server, backend: Open311Backend) -> None:
    sent = case(occurred_at=None, name=None, phone=None, co_units=[], runner_up=[], confidence=None)
    row = server.row(await backend.file(sent, sent.number, again=False))
    assert (row.occurred_at, row.requester) == (None, {"name": None, "phone": None})


async def test_a_repeat_with_the_same_key_files_nothing_twice(server: Server, backend: Open311Backend) -> None:
    sent, before = case(), server.count()
    first = await backend.file(sent, sent.number, again=False)
    assert await backend.file(sent, sent.number, again=False) == first
    assert await backend.file(sent, sent.number, again=True) == first
    assert server.count() == before + 1


async def test_after_a_lost_answer_the_case_is_found_by_its_number(server: Server, backend: Open311Backend) -> None:
    sent = case()
    first = await backend.file(sent, sent.number, again=False)
    before = server.count()
    # Another key, so that the server itself cannot know that it is the same case.
    assert await backend.file(sent, "another key", again=True) == first
    assert server.count() == before
    assert await backend.file(case(), "a third key", again=True) != first


async def test_a_filing_that_our_server_refuses_is_rejected_in_its_words(backend: Open311Backend) -> None:
    with pytest.raises(Rejected, match="needs address_string"):
        await backend.file(case(location=None), "without a place", again=False)


async def test_a_wrong_key_is_rejected(server: Server) -> None:
    backend = Open311Backend(f"{server.url}/open311/v2", case_event, "wrong")
    with pytest.raises(Rejected, match=r"403.*not known"):
        await backend.file(case(), "x", again=False)
    await backend.close()


# Events ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "data", "arrives"),
    [
        ("supplemented", {"text": "今天又吵"}, ("supplemented", {"text": "今天又吵"})),
        ("urged", {}, ("urged", {})),
        ("withdrawn", {}, ("withdrawn", {})),
        ("supervised", {"ground": "overdue"}, ("supplemented", {"text": "督办。"})),
        ("signed", {"deemed": True}, ("supplemented", {"text": "签收。"})),
    ],
)
async def test_events_of_an_open_case_arrive(
    server: Server, backend: Open311Backend, kind: str, data: dict[str, Any], arrives: tuple[str, Any]
) -> None:
    number = server.file()
    told = CaseEvent(kind, local_now(), data)
    for again in (False, True):
        await backend.tell(case(external_id=number), told, f"{number}-1", again)
    assert [(event.kind, event.data) for event in server.row(number).events][2:] == [arrives]


async def test_events_of_a_finished_case_arrive(server: Server, backend: Open311Backend) -> None:
    number = server.file()
    await server.close(number)
    known = case(external_id=number, status="closed")
    rated = CaseEvent("rated", local_now(), {"rating": "dissatisfied"})
    await backend.tell(known, rated, f"{number}-1", False)
    await backend.tell(known, CaseEvent("rating_explained", local_now(), {"text": "还是吵"}), f"{number}-2", False)
    await backend.tell(
        replace(known, status="reopened"), CaseEvent("reopened", local_now(), {"reason": "x"}), f"{number}-3", False
    )
    events = [(event.kind, event.data) for event in server.row(number).events][-4:]
    assert [kind for kind, _ in events] == ["rated", "reopened", "rating_explained", "supplemented"]
    assert events[0][1] == {"rating": "dissatisfied", "reason": "评价：不满意。"}
    assert server.row(number).status == "reopened"


async def test_an_event_that_our_server_refuses_is_rejected_in_its_words(
    server: Server, backend: Open311Backend
) -> None:
    known = case(external_id=server.file())
    with pytest.raises(Rejected, match="not answered yet"):
        await backend.tell(known, CaseEvent("rated", local_now(), {"rating": "neutral"}), "early", False)
    with pytest.raises(Rejected, match="filed no such order"):
        unknown = replace(known, external_id="LS20260803-ABCDEF")
        await backend.tell(unknown, CaseEvent("urged", local_now(), {}), "unknown", False)
    with pytest.raises(Unavailable):
        await backend.tell(case(), CaseEvent("urged", local_now(), {}), "not filed yet", False)


# Progress -------------------------------------------------------------------------------------------------------------


async def test_reports_lead_from_the_state_here_to_the_state_there(server: Server, backend: Open311Backend) -> None:
    number = server.file()
    known = case(external_id=number)

    async def reported(status: str = "registered") -> list[str]:
        return [report.kind for report in await backend.reports([replace(known, status=status)])]

    assert await reported() == []
    await server.move(number, "dispatched", HOTLINE, unit="青田县综合行政执法局")
    assert await reported() == ["dispatched", "signed"]
    assert await reported("dispatched") == ["signed"] and await reported("in_progress") == []
    [dispatched, signed] = await backend.reports([known])
    assert (dispatched.data, dispatched.by, signed.by) == ({"unit": "青田县综合行政执法局"}, HOTLINE, UNIT)
    assert dispatched.number == known.number and signed.who == "青田县综合行政执法局"
    for kind, data in (("signed", {}), ("replied", {"text": "已责令整改"}), ("closed", {})):
        await server.move(number, kind, **data)
    assert await reported() == ["dispatched", "signed", "replied", "closed"]
    assert await reported("extended") == ["replied", "closed"] and await reported("replied") == ["closed"]
    assert await reported("closed") == [] and await reported("withdrawn") == []
    [_, _, replied, closed] = first = await backend.reports([known])
    assert replied.data == {"text": "已责令整改"}
    assert closed.at == server.row(number).events[-1].created_at.replace(microsecond=0)
    assert [report.id for report in await backend.reports([known])] == [report.id for report in first]


async def test_many_cases_are_asked_about_in_groups(server: Server, backend: Open311Backend) -> None:
    numbers = [server.file() for _ in range(3)]
    await server.close(numbers[1])
    strangers = [case(external_id=f"LS20260803-{n:06}") for n in range(120)]
    ours = [case(external_id=number) for number in numbers]
    found = await backend.reports([ours[0], *strangers[:60], ours[1], *strangers[60:], ours[2], case()])
    assert {report.number for report in found} == {ours[1].number}


async def test_a_whole_life_between_two_hotlines(
    server: Server, backend: Open311Backend, sqlite_store: Database
) -> None:
    """Filed, dispatched, answered, rated as bad, answered again: each side knows the same."""
    here, outbox, orders = sqlite_store, Outbox(sqlite_store, backend), WorkOrders(sqlite_store)
    [order] = await orders.file([draft(location="丽阳街123号")])
    await outbox.deliver_due()
    there = str((await row_of(here, order.number)).external_id)
    assert server.row(there).status == "registered"

    await server.close(there, "已责令整改")
    assert await take_reports(here, backend) == 4
    assert await take_reports(here, backend) == 0
    assert (await row_of(here, order.number)).status == "closed"

    await orders.move(order.number, "rated", REQUESTER, {"rating": "dissatisfied"})
    # The other side does not know yet: its old reply must not close the case again.
    assert await take_reports(here, backend) == 0
    assert (await row_of(here, order.number)).status == "reopened"
    while await outbox.deliver_due():
        pass
    assert server.row(there).status == "reopened"
    assert await take_reports(here, backend) == 0

    # A day later: the standard's times have no parts of seconds to tell two closings in one second apart.
    for kind, data in (
        ("verified", {"text": "确实没办好", "sound": False}),
        ("put_right", {"text": "已停业整顿"}),
        ("closed", {}),
    ):
        await WorkOrders(server.store).move(there, kind, UNIT, data, at=local_now() + timedelta(days=1))
    assert await take_reports(here, backend) == 3
    assert await take_reports(here, backend) == 0
    row = await row_of(here, order.number)
    assert row.status == "closed"
    assert [(event.kind, event.data.get("text")) for event in row.events if event.actor == UNIT][-3:] == [
        ("verified", "已停业整顿"), ("replied", "已停业整顿"), ("closed", None)]  # fmt: skip
    assert await here.run(count) == {"pending": 0, "dead": 0}
