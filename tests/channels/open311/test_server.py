"""Our GeoReport v2 server over real HTTP: discovery, services, filing, updates, tokens, attachments, errors."""

from __future__ import annotations

import asyncio
import secrets
from datetime import date
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import select

from bot.catalogue import catalogue
from bot.clock import local
from bot.deadlines import due_date
from bot.gazetteer import CITY_LEVEL, gazetteer
from bot.media import _write
from bot.phrases import KIND
from bot.storage.tables import Access, InboxRow, Media
from bot.storage.types import digest
from bot.workorders.life import HOTLINE, OPEN
from tests.channels.open311.conftest import NOISE, Server

TIMED = next(entry for entry in catalogue().entries.values() if entry.needs_time == "required")
PLACED = catalogue().by_code(NOISE)
FREE = next(e for e in catalogue().entries.values() if (e.needs_location, e.needs_time) == ("no", "no"))


def xml(answer: httpx.Response, status: int = 200) -> ElementTree.Element:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def error(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    [problem] = answer.json()
    assert problem["code"] == status
    return str(problem["description"])


# Discovery and services -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/open311/discovery", "/open311/v2/discovery"])
def test_discovery_leads_to_the_endpoint(server: Server, path: str) -> None:
    found = httpx.get(f"{server.url}{path}.json").json()
    [endpoint] = found["endpoints"]
    assert httpx.get(f"{endpoint['url']}/services.json").status_code == 200
    root = xml(httpx.get(f"{server.url}{path}.xml"))
    assert root.findtext("endpoints/endpoint/url") == endpoint["url"]
    assert [item.text for item in root.findall("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_the_services_are_the_classes_of_the_catalogue(server: Server) -> None:
    services = server.get("/services.json", key=None)
    assert len(services) == len(catalogue().entries)
    noise = next(service for service in services if service["service_code"] == NOISE)
    assert (noise["group"], noise["service_name"], noise["metadata"]) == ("环境保护", "噪声污染", True)
    root = xml(server.http.get("/services.xml"))
    assert root.tag == "services" and {child.tag for child in root} == {"service"}
    assert [child.findtext("service_code") for child in root] == [service["service_code"] for service in services]
    assert {child.findtext("metadata") for child in root} == {"true"}


def test_a_definition_names_what_else_to_send(server: Server) -> None:
    found = server.get(f"/services/{TIMED.code}.json", key=None)
    attributes = {attribute["code"]: attribute for attribute in found["attributes"]}
    assert found["service_code"] == TIMED.code
    assert {value["key"]: value["name"] for value in attributes["kind"]["values"]} == KIND
    assert [value["key"] for value in attributes["region"]["values"]] == [*gazetteer().counties, CITY_LEVEL]
    assert attributes["occurred_at"]["required"] and not attributes["urgency"]["required"]
    assert [attribute["order"] for attribute in found["attributes"]] == list(range(1, len(attributes) + 1))
    root = xml(server.http.get(f"/services/{TIMED.code}.xml"))
    assert root.tag == "service_definition"
    assert [item.findtext("code") for item in root.findall("attributes/attribute")] == list(attributes)
    assert root.findtext("attributes/attribute/values/value/key") == next(iter(KIND))


def test_a_definition_says_whether_a_place_is_needed(server: Server) -> None:
    for entry in (PLACED, FREE):
        found = server.get(f"/services/{entry.code}.json", key=None)["attributes"]
        told = [attribute for attribute in found if attribute["code"] == "location"]
        assert [attribute["variable"] for attribute in told] == ([False] if entry is PLACED else [])


@pytest.mark.parametrize(
    "path", ["/services/9999.json", "/services/x.y.json", "/services.yaml", "/services/0101.pdf", "/no"]
)
def test_what_is_not_there_is_404(server: Server, path: str) -> None:
    error(server.http.get(path), 404)


# Filing ---------------------------------------------------------------------------------------------------------------


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


# Keys -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/requests.json"),
        ("GET", "/requests.json"),
        ("GET", "/requests/LS20260803-ABCDEF.json"),
        ("GET", "/tokens/x.json"),
        ("POST", "/servicerequestupdates.json"),
        ("GET", "/media/0123456789"),
    ],
)
def test_each_call_needs_a_key_with_its_scope(server: Server, method: str, path: str) -> None:
    error(server.http.request(method, path), 400)
    error(server.http.request(method, path, headers={"X-API-Key": "wrong"}), 403)
    weak = {"POST": "k-all", "GET": "k-all" if "tokens" in path or "media" in path else "wrong"}[method]
    error(server.http.request(method, path, headers={"X-API-Key": weak}), 403)


def test_the_key_may_come_in_a_header(server: Server) -> None:
    form = {"service_code": NOISE, "description": "很吵", "address_string": "丽阳街"}
    assert server.http.post("/requests.json", data=form, headers={"X-API-Key": "k-city"}).status_code == 201
    assert server.http.get("/requests.json", headers={"X-API-Key": "k-all"}).status_code == 200


# Updates --------------------------------------------------------------------------------------------------------------


def told(server: Server, number: str, update_id: str, key: str = "k-city", **fields: str) -> httpx.Response:
    form = {"api_key": key, "service_request_id": number, "update_id": update_id}
    return server.http.post("/servicerequestupdates.json", data={**form, **fields})


async def test_the_requester_moves_the_order_by_updates(server: Server) -> None:
    number = server.file()
    assert told(server, number, "m1", description="昨晚又吵").json() == [{"update_id": "m1"}]
    assert told(server, number, "m2", **{"attribute[event]": "urged"}).status_code == 200
    await server.close(number)
    assert told(server, number, "m3", **{"attribute[event]": "rated", "attribute[rating]": "dissatisfied"}).is_success
    assert told(server, number, "m4", description="还是吵", **{"attribute[event]": "rating_explained"}).is_success
    assert told(server, number, "m5", **{"attribute[event]": "withdrawn"}).is_success
    row = server.row(number)
    assert row.status == "withdrawn"
    mine = [(event.kind, event.data) for event in row.events if event.who == "city"]
    assert mine == [
        ("supplemented", {"text": "昨晚又吵"}),
        ("urged", {}),
        ("rated", {"rating": "dissatisfied"}),
        ("rating_explained", {"text": "还是吵"}),
        ("withdrawn", {}),
    ]


@pytest.mark.parametrize("event", ["supplemented", "withdrawn"])
async def test_an_update_that_is_repeated_does_nothing_twice(server: Server, event: str) -> None:
    number = server.file()
    send = lambda: told(server, number, f"same-{event}", description="又吵", **{"attribute[event]": event})  # noqa: E731
    answers = await asyncio.gather(*(asyncio.to_thread(send) for _ in range(5)))
    assert {answer.text for answer in answers} == {send().text} and {answer.status_code for answer in answers} == {200}
    assert server.kinds(number).count(event) == 1
    with server.store.transaction() as session:
        assert session.get(InboxRow, f"open311:city:same-{event}").number == number


def test_the_same_update_id_of_another_system_is_another_update(server: Server) -> None:
    for key in ("k-city", "k-own"):
        number = server.file(key)
        assert told(server, number, "shared", key, description="又吵").is_success
        assert server.kinds(number)[-1] == "supplemented"


def test_what_the_other_hotline_does_itself_is_kept_as_news(server: Server) -> None:
    number = server.file()
    assert told(server, number, "s1", description="督办：逾期", **{"attribute[event]": "supervised"}).is_success
    assert [event.data for event in server.row(number).events][-1] == {"text": "督办：逾期"}
    assert server.row(number).status == "registered"


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({}, "description"),
        ({"attribute[event]": "replied", "description": "x"}, "supplemented"),
        ({"attribute[event]": "nonsense", "description": "x"}, "supplemented"),
        ({"attribute[event]": "rated", "attribute[rating]": "satisfied"}, "not answered"),
        ({"attribute[event]": "rated"}, "not answered"),
        ({"attribute[event]": "rating_explained", "description": "x"}, "registered"),
        ({"description": "字" * 5001}, "5000"),
        ({"update_id": "x" * 65, "description": "x"}, "update_id"),
        ({"update_id": "", "description": "x"}, "update_id"),
    ],
)
def test_an_update_that_is_refused_says_why(server: Server, fields: dict[str, str], about: str) -> None:
    number = server.file()
    before = server.kinds(number)
    assert about in error(told(server, number, **{"update_id": "refused", **fields}), 400)
    assert server.kinds(number) == before


async def test_refusals_of_a_finished_order(server: Server) -> None:
    number = server.file()
    await server.close(number)
    rate = {"attribute[event]": "rated"}
    assert "rating" in error(told(server, number, "r0", **rate), 400)
    assert "satisfied" in error(told(server, number, "r1", **rate, **{"attribute[rating]": "5"}), 400)
    assert told(server, number, "r2", **rate, **{"attribute[rating]": "satisfied"}).is_success
    assert "already" in error(told(server, number, "r3", **rate, **{"attribute[rating]": "neutral"}), 400)
    explain = {"attribute[event]": "rating_explained", "description": "x"}
    assert "dissatisfied" in error(told(server, number, "r4", **explain), 400)
    assert "closed" in error(told(server, number, "r5", **{"attribute[event]": "urged"}), 400)


def test_an_order_is_urged_twice_a_day_at_most(server: Server) -> None:
    number = server.file()
    answers = [told(server, number, f"u{turn}", **{"attribute[event]": "urged"}) for turn in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert "often" in error(answers[2], 400)


def test_only_what_the_key_filed_itself_can_be_updated(server: Server) -> None:
    number = server.file("k-own")
    for target in (number, "LS20260803-ABCDEF", "x" * 200, "a\0b"):
        error(told(server, target, "z", description="x"), 404)
    root = xml(server.http.post("/servicerequestupdates.xml", data={
        "api_key": "k-own", "service_request_id": number, "update_id": "x1", "description": "又吵"}))  # fmt: skip
    assert root.tag == "service_request_updates" and root.findtext("request_update/update_id") == "x1"


# Attachments ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def attachment(server: Server) -> tuple[str, str]:
    """Number of an order and id of its picture."""
    number = server.file()
    media_id = secrets.token_hex(12)
    _write(server.folder / "media" / media_id, b"\xff\xd8 a picture")
    with server.store.transaction() as session:
        session.add(Media(id=media_id, visitor_id="open311:city", order_number=number, name="现场.jpg",
                          content_type="image/jpeg", size=12))  # fmt: skip
    return number, media_id


def test_attachments_are_for_personal_keys(server: Server, attachment: tuple[str, str]) -> None:
    number, media_id = attachment
    assert server.one(number, "k-all")["media_url"] is None
    url = server.one(number, "k-whole")["media_url"]
    assert url == f"{server.url}/open311/v2/media/{media_id}"
    answer = httpx.get(url, headers={"X-API-Key": "k-whole"})
    assert (answer.content, answer.headers["content-type"]) == (b"\xff\xd8 a picture", "image/jpeg")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg"
    with server.store.transaction() as session:
        query = select(Access.who).where(Access.number == number, Access.what == "open311:media")
        assert session.scalars(query).all() == ["whole"]


def test_attachments_of_orders_that_a_key_may_not_see_are_not_there(
    server: Server, attachment: tuple[str, str]
) -> None:
    _, media_id = attachment
    for path, key in ((media_id, "k-own"), ("f" * 24, "k-whole"), ("..%2F..%2Fetc%2Fpasswd", "k-whole")):
        error(server.http.get(f"/media/{path}", headers={"X-API-Key": key}), 404)
    (server.folder / "media" / media_id).unlink()
    error(server.http.get(f"/media/{media_id}", headers={"X-API-Key": "k-whole"}), 404)


# Reading --------------------------------------------------------------------------------------------------------------


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


def test_each_key_sees_what_its_scope_allows(server: Server) -> None:
    number = server.file("k-own", description="很吵，打我电话13812345678", first_name="王芳", phone="13812345678")
    assert "first_name" not in server.one(number, "k-all") and "phone" not in server.one(number, "k-all")
    assert server.one(number, "k-all")["description"] == "很吵，打我电话138****5678"
    for key in ("k-whole", "k-own"):
        found = server.one(number, key)
        assert (found["first_name"], found["phone"]) == ("王芳", "13812345678")
        assert found["description"].endswith("13812345678")
    error(server.http.get(f"/requests/{number}.json", params={"api_key": "k-city"}), 404)
    assert number not in [item["service_request_id"] for item in server.get("/requests.json", "k-city")]
    assert number in [item["service_request_id"] for item in server.get("/requests.json", "k-own")]


def test_every_read_is_written_down(server: Server) -> None:
    number = server.file()
    for key in ("k-all", "k-whole", "k-city"):
        server.get("/requests.json", key, service_request_id=number)
    server.http.get("/requests.json", params={"api_key": "k-own", "service_request_id": number})
    with server.store.transaction() as session:
        found = session.execute(
            select(Access.who, Access.what).where(Access.number == number).order_by(Access.id)
        ).all()
    assert found == [("all", "open311:requests"), ("whole", "open311:requests"), ("city", "open311:requests")]


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


def test_a_class_that_does_not_exist_is_404(server: Server) -> None:
    error(server.http.get("/requests.json", params={"api_key": "k-all", "service_code": "9999"}), 404)


@pytest.mark.parametrize("number", ["LS20260803-ABCDEF", "%00", "x" * 300, "a%2Fb"])
def test_an_order_that_does_not_exist_is_404(server: Server, number: str) -> None:
    error(server.http.get(f"/requests/{number}.json", params={"api_key": "k-all"}), 404)
