"""A filing becomes an order, once, or says what to mend."""

from __future__ import annotations

import asyncio

import pytest

from bot.cities import CITY_LEVEL
from bot.clock import local
from bot.hotline.catalogue import catalogue
from bot.hotline.deadlines import due_date
from bot.storage.types import digest
from tests.channels.open311.calls import FREE, PLACED, TIMED, error, xml
from tests.channels.open311.conftest import NOISE, Server


def test_a_filing_becomes_an_order(server: Server) -> None:
    number = server.file(
        description="半夜两点还在营业\n很吵",
        address_string="莲都区丽阳街123号",
        first_name="芳",
        last_name="王",
        phone="+86 138 1234 5678",
        media_url="https://city.example/1.jpg",
        jurisdiction_id="whatever.example",
        **{
            "attribute[kind]": "report",
            "attribute[occurred_at]": "每天半夜",
            "attribute[urgency]": "expedited",
            "attribute[immediate]": "true",
            "attribute[confidential]": "false",
            "attribute[number]": "X-1",
        },
    )
    row = server.row(number)
    assert row.requester == {"name": "王芳", "phone": "13812345678"}
    assert row.phone_digest == digest("13812345678")
    assert (row.visitor_id, row.channel, row.kind, row.status) == ("open311:city", "open311", "report", "registered")
    assert row.category == ["环境保护", "噪声污染"]
    assert (row.region, row.location, row.occurred_at) == ("莲都区", "莲都区丽阳街123号", "每天半夜")
    assert row.unit == catalogue().responsible_unit(row.category, "莲都区")
    assert row.description == "半夜两点还在营业\n很吵\n附件：https://city.example/1.jpg"
    assert (row.urgency, row.immediate, row.confidential) == ("expedited", True, False)


def test_what_a_filing_leaves_out_has_a_default(server: Server) -> None:
    row = server.row(server.file(address_string="某处", first_name="Anna", last_name="Berg"))
    assert (row.kind, row.region, row.urgency) == ("complaint", CITY_LEVEL, PLACED.urgency)
    assert (row.immediate, row.confidential, row.occurred_at) == (False, True, None)
    assert row.requester == {"name": "Anna Berg", "phone": None}
    assert server.row(server.file(service_code=FREE.code, address_string="")).location is None


def test_the_answer_to_a_filing_tells_the_term(server: Server) -> None:
    form = {"api_key": "k-city", "service_code": NOISE, "description": "很吵", "address_string": "丽阳街"}
    [filed] = server.http.post("/requests.json", data=form).json()
    row = server.row(filed["service_request_id"])
    due = due_date(local(row.created_at), row.urgency).day
    assert f"{due.year}年{due.month}月{due.day}日" in filed["service_notice"] and filed["account_id"] is None
    root = xml(server.http.post("/requests.xml", data=form), 201)
    assert server.row(root.findtext("request/service_request_id") or "").unit == row.unit


@pytest.mark.parametrize(
    ("given", "region"),
    [("青田县", "青田县"), ("缙云", "缙云县"), (CITY_LEVEL, CITY_LEVEL), ("杭州市", "杭州市")],
)
def test_the_region_may_be_told(server: Server, given: str, region: str) -> None:
    row = server.row(server.file(address_string="莲都区丽阳街", **{"attribute[region]": given}))
    assert (row.region, row.unit) == (region, catalogue().responsible_unit(row.category, region))


def test_coordinates_may_stand_for_the_address(server: Server) -> None:
    form = {"address_string": "", "lat": "28.45", "long": "119.92"}
    assert server.row(server.file(**form)).location == "纬度28.450000，经度119.920000"


@pytest.mark.parametrize(
    ("fields", "status", "about"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "9999"}, 404, "9999"),
        ({"description": " "}, 400, "description"),
        ({"description": "字" * 5001}, 400, "5000"),
        ({"address_string": ""}, 400, "address_string"),
        ({"address_string": "字" * 501}, 400, "500"),
        ({"address_string": "", "lat": "28"}, 400, "long"),
        ({"address_string": "", "lat": "nan", "long": "1"}, 400, "-90"),
        ({"address_string": "", "lat": "91", "long": "0"}, 400, "-90"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"phone": "1" * 33}, 400, "phone"),
        ({"attribute[kind]": "投诉"}, 400, "complaint"),
        ({"attribute[urgency]": "now"}, 400, "expedited"),
        ({"attribute[confidential]": "perhaps"}, 400, "true"),
        ({"attribute[region]": "Atlantis"}, 400, "莲都区"),
        ({"service_code": TIMED.code}, 400, "occurred_at"),
    ],
)
def test_a_filing_that_cannot_be_taken_says_what_to_mend(
    server: Server, fields: dict[str, str], status: int, about: str
) -> None:
    before = server.count()
    form = {"api_key": "k-city", "service_code": NOISE, "description": "很吵", "address_string": "丽阳街"}
    assert about in error(server.http.post("/requests.json", data={**form, **fields}), status)
    root = xml(server.http.post("/requests.xml", data={**form, **fields}), status)
    assert root.tag == "errors" and root.findtext("error/code") == str(status)
    assert server.count() == before


async def test_the_same_idempotency_key_files_once(server: Server) -> None:
    header = {"Idempotency-Key": "once"}
    numbers = await asyncio.gather(*(asyncio.to_thread(server.file, "k-city", header) for _ in range(6)))
    assert len(set(numbers)) == 1
    assert server.file("k-city", header, description="another") == numbers[0]
    assert server.file("k:with:colons", header) != numbers[0]
    assert server.file("k-city") != server.file("k-city")


def test_who_lost_the_answer_asks_by_the_idempotency_key(server: Server) -> None:
    number = server.file(headers={"Idempotency-Key": "lost & found/1"})
    path = "/tokens/lost%20%26%20found%2F1"
    assert server.get(f"{path}.json", "k-city") == [{"token": "lost & found/1", "service_request_id": number}]
    root = xml(server.http.get(f"{path}.xml", params={"api_key": "k-city"}))
    assert root.findtext("request/service_request_id") == number
    error(server.http.get(f"{path}.json", params={"api_key": "k-own"}), 404)


def test_a_filing_that_is_refused_names_the_emergency_line(server: Server) -> None:
    form = {"api_key": "k-city", "service_code": NOISE, "address_string": "丽阳街1号"}
    fire = server.http.post("/requests.json", data={**form, "description": "救命着火了" + "字" * 5000})
    first, *_, last = error(fire, 400).splitlines()
    assert "119" in first and last == "description has at most 5000 characters."
    no_key = server.http.post("/requests.json", data={**form, "api_key": "none", "description": "救命着火了"})
    assert "119" in error(no_key, no_key.status_code).splitlines()[0]
    calm = server.http.post("/requests.json", data={**form, "service_code": "none", "description": "路灯坏了"})
    assert all(line in error(calm, 404) for line in ("110", "119", "120", "122"))
