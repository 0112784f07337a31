"""Orders are found, and read in the standard's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.clock import local
from bot.hotline.classification import Classification
from bot.hotline.workorders.life import HOTLINE, OPEN
from bot.hotline.workorders.orders import WorkOrders
from tests.bot.hotline.workorders.factories import DRAFT
from tests.channels.open311.calls import FREE, PLACED, error, told, xml
from tests.channels.open311.conftest import NOISE, Server


async def test_the_state_of_an_order_in_the_standards_words(server: Server) -> None:
    number = server.file()
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("dispatched", HOTLINE, {"unit": "莲都区综合行政执法局"}),
        ("signed", "unit", {}),
        ("replied", "unit", {"text": "已责令整改"}),
        ("closed", "unit", {}),
        ("reopened", HOTLINE, {"reason": "诉求人不满意"}),
    ]
    found = server.one(number)
    assert (found["status"], found["agency_responsible"], found["status_notes"]) == ("open", None, None)
    for kind, by, data in steps:
        await server.move(number, kind, by, **data)
        found, row = server.one(number), server.row(number)
        assert found["status"] == ("open" if row.status in OPEN else "closed")
        assert found["agency_responsible"] == "莲都区综合行政执法局"
        assert found["status_notes"] == ("已责令整改" if kind in ("replied", "closed", "reopened") else None)
        assert found["extended_attributes"]["status"] == row.status
        assert found["updated_datetime"] == local(row.events[-1].created_at).isoformat(timespec="seconds")


def test_an_order_has_the_fields_of_the_standard_and_ours(server: Server) -> None:
    number = server.file(address_string="莲都区丽阳街1号", **{"attribute[occurred_at]": "昨晚"})
    told(server, number, f"more-{number}", description="今天又吵")
    found = server.one(number)
    assert (found["service_code"], found["service_name"]) == (NOISE, "噪声污染")
    assert (found["description"], found["address"]) == ("楼下烧烤店半夜很吵", "莲都区丽阳街1号")
    assert date.fromisoformat(found["expected_datetime"][:10]) == server.row(number).due_date
    assert found["extended_attributes"] == {
        "number": number,
        "kind": "complaint",
        "category": "环境保护/噪声污染",
        "region": "莲都区",
        "urgency": PLACED.urgency,
        "immediate": False,
        "confidential": True,
        "occurred_at": "昨晚",
        "due_date": server.row(number).due_date.isoformat(),
        "status": "registered",
        "status_text": "已登记，等待派单",
        "supplements": "今天又吵",
    }
    root = xml(server.http.get(f"/requests/{number}.xml", params={"api_key": "k-all"}))
    assert root.tag == "service_requests" and root.findtext("request/service_request_id") == number
    assert root.findtext("request/extended_attributes/region") == "莲都区"


def test_xml_leaves_out_what_xml_cannot_carry(server: Server) -> None:
    number = server.file(description="很吵\x01\x0b<b>&\ufffe")
    root = xml(server.http.get(f"/requests/{number}.xml", params={"api_key": "k-all"}))
    assert root.findtext("request/description") == "很吵<b>&"


def numbers(server: Server, **query: str) -> list[str]:
    return [item["service_request_id"] for item in server.get("/requests.json", "k-own", **query)]


async def test_orders_are_found_by_number_class_state_and_time(server: Server) -> None:
    noise, free = server.file("k-own"), server.file("k-own", service_code=FREE.code)
    await server.close(noise)
    assert numbers(server, service_request_id=f"{free}, {noise},LS20260803-ABCDEF,??") == [free, noise]
    assert numbers(server)[:2] == [free, noise]
    assert free in numbers(server, status="open") and noise not in numbers(server, status="open")
    assert noise in numbers(server, status="closed") and free not in numbers(server, status="closed")
    assert {free, noise} <= set(numbers(server, status="open,closed", service_code=f"{NOISE},{FREE.code}"))
    assert free in numbers(server, service_code=FREE.code) and noise not in numbers(server, service_code=FREE.code)
    at = server.one(free, "k-own")["requested_datetime"]
    assert numbers(server, start_date="2998-12-01T00:00:00Z") == []
    assert free in numbers(server, start_date=at)
    assert numbers(server, end_date="2020-01-01T00:00:00Z") == []
    assert numbers(server, start_date="2020-01-01", end_date="2020-01-02T00:00:00+08:00") == []
    # A plus sign that was not escaped.
    answer = server.http.get(f"/requests.json?api_key=k-own&start_date={at}&page_size=1")
    assert len(answer.json()) == 1


def test_pages(server: Server) -> None:
    filed = [server.file("k-own") for _ in range(3)]
    assert numbers(server, page_size="2") == [filed[2], filed[1]]
    assert numbers(server, page_size="1", page="3") == [filed[0]]
    assert numbers(server, page="999999") == []


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"},
        {"start_date": "yesterday"},
        {"end_date": "9999-12-31T23:59:59Z"},
        {"start_date": "0001-01-01T00:00:00+08:00"},
        {"status": "done"},
        {"page": "0"},
        {"page": "x"},
        {"page_size": "1001"},
        {"service_request_id": ",".join(["x"] * 1001)},
    ],
)
def test_a_question_that_cannot_be_answered_says_why(server: Server, query: dict[str, str]) -> None:
    assert error(server.http.get("/requests.json", params={"api_key": "k-all", **query}), 400)


@pytest.mark.parametrize("category", [[], ["环境保护"], ["没有的类"]])
async def test_an_order_without_a_known_class_is_listed_like_any_other(server: Server, category: list[str]) -> None:
    """A citizen who says only 我要投诉, and skips the rest, files one."""
    [order] = await WorkOrders(server.store).file(
        [replace(DRAFT, key="/".join(["no class", *category]), classification=Classification("complaint", category))]
    )
    found = {item["service_request_id"]: item for item in server.get("/requests.json")}[order.number]
    assert found["service_name"] and found["service_code"]
    assert server.one(order.number) == found
    root = xml(server.http.get("/requests.xml", params={"api_key": "k-all", "service_request_id": order.number}))
    assert root.findtext("request/service_name") == found["service_name"]


def test_a_class_that_does_not_exist_is_404(server: Server) -> None:
    error(server.http.get("/requests.json", params={"api_key": "k-all", "service_code": "9999"}), 404)


@pytest.mark.parametrize("number", ["LS20260803-ABCDEF", "x" * 300, "a%2Fb"])
def test_an_order_that_does_not_exist_is_404(server: Server, number: str) -> None:
    error(server.http.get(f"/requests/{number}.json", params={"api_key": "k-all"}), 404)
