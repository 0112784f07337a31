"""The GeoReport client against foreign servers that behave as real ones do: a stand-in over real HTTP.

Against our own server it is tried in tests/channels/open311.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from bot.clock import ZONE
from bot.settings import Settings
from bot.tickets import open311
from bot.tickets.open311 import ANSWERED, Open311Backend
from bot.tickets.seam import Attachment, Case, CaseEvent, Rejected, Unavailable
from tests.ports import free_port

JSON, XML, HTML = "application/json", "text/xml; charset=utf-8", "text/html"
PAGE = "<!DOCTYPE html><html><body><h1>Bad gateway</h1><br></body></html>"
CASE = Case(
    number="LS20260803-ABC234",
    channel="wechat",
    kind="complaint",
    category=["环境保护", "噪声污染"],
    service_code="0201",
    unit="莲都区综合行政执法局",
    co_units=["丽水市公安局", "丽水市建设局"],
    confidence=0.75,
    runner_up=["城乡建设", "物业管理"],
    region="莲都区",
    location="丽阳街123号",
    description="半夜很吵",
    occurred_at="昨天半夜",
    urgency="standard",
    immediate=False,
    confidential=True,
    name="王芳",
    phone="13812345678",
    due_date=date(2026, 8, 12),
    created_at=datetime(2026, 8, 3, 9, 30, tzinfo=ZONE),
    status="registered",
    cluster="LS20260801-XYZ789",
    external_id=None,
    attachments=[Attachment("abc", "现场.jpg", "image/jpeg"), Attachment("def", "b.pdf", "application/pdf")],
)
KEY = CASE.number


@dataclass
class Asked:
    """A call that the stand-in got."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class StandIn:
    """A server that says what it is told to: the answers to a call one after the other, the last one for good."""

    url: str = ""
    answers: dict[str, list[tuple[int, str, bytes]]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    hanging: set[str] = field(default_factory=set)
    let_go: threading.Event = field(default_factory=threading.Event)

    def says(self, call: str, body: Any, content_type: str = JSON, status: int = 200) -> None:
        """Adds an answer to a call such as ``GET services.json``."""
        text = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
        self.answers[call].append((status, content_type, text if isinstance(text, bytes) else text.encode()))

    def calls(self, call: str) -> list[Asked]:
        """What was asked by this call."""
        return [asked for asked in self.asked if f"{asked.method} {asked.path}" == call]

    def answer(self, asked: Asked) -> tuple[int, str, bytes]:
        self.asked.append(asked)
        call = f"{asked.method} {asked.path}"
        if call in self.hanging:
            self.let_go.wait(60)
        known = self.answers[call]
        return (known.pop(0) if len(known) > 1 else known[0]) if known else (404, HTML, PAGE.encode())


@pytest.fixture
def foreign() -> Iterator[StandIn]:
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            status, content_type, content = stand_in.answer(
                Asked(
                    self.command,
                    address.path.removeprefix("/v2/"),
                    dict(parse_qsl(address.query)),
                    dict(parse_qsl(body)),
                    {name.lower(): value for name, value in self.headers.items()},
                )
            )
            self.send_response(status)
            if content_type:
                self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.url = f"http://127.0.0.1:{server.server_port}/v2"
    stand_in.says("GET services.json", [{"service_code": "0201", "service_name": "噪声污染"}])
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield stand_in
    stand_in.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
async def backend(foreign: StandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open311Backend]:
    monkeypatch.setattr(open311, "TOKEN_WAITS", (0, 0, 0))
    client = Open311Backend(foreign.url, "our key", "lishui.gov.cn")
    yield client
    await client.close()


@pytest.fixture
async def in_xml(foreign: StandIn, backend: Open311Backend) -> AsyncIterator[Open311Backend]:
    client = Open311Backend(foreign.url, format="xml")
    yield client
    await client.close()


def filed(number: str) -> list[dict[str, Any]]:
    return [{"service_request_id": number, "service_notice": "x", "account_id": None}]


# Filing ---------------------------------------------------------------------------------------------------------------


async def test_a_filing_carries_everything_of_the_form(
    foreign: StandIn, backend: Open311Backend, environment: Callable[..., Settings]
) -> None:
    environment(BOT_PUBLIC_URL="https://12345.example/")
    foreign.says("POST requests.json", filed("S-1"), status=201)
    assert await backend.file(CASE, KEY, again=False) == "S-1"
    [asked] = foreign.calls("POST requests.json")
    assert asked.headers["idempotency-key"] == KEY
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.form == {
        "jurisdiction_id": "lishui.gov.cn",
        "api_key": "our key",
        "service_code": "0201",
        "description": "半夜很吵（12345工单号：LS20260803-ABC234）",
        "address_string": "丽阳街123号",
        "first_name": "王芳",
        "phone": "13812345678",
        "media_url": "https://12345.example/open311/v2/media/abc",
        "attribute[number]": "LS20260803-ABC234",
        "attribute[kind]": "complaint",
        "attribute[category]": "环境保护/噪声污染",
        "attribute[region]": "莲都区",
        "attribute[occurred_at]": "昨天半夜",
        "attribute[urgency]": "standard",
        "attribute[immediate]": "false",
        "attribute[confidential]": "true",
        "attribute[unit]": "莲都区综合行政执法局",
        "attribute[co_units]": "丽水市公安局;丽水市建设局",
        "attribute[confidence]": "0.75",
        "attribute[runner_up]": "城乡建设/物业管理",
        "attribute[due_date]": "2026-08-12",
        "attribute[channel]": "wechat",
        "attribute[cluster]": "LS20260801-XYZ789",
        "attribute[created_at]": "2026-08-03T09:30:00+08:00",
        "attribute[attachments]": "2",
    }


async def test_without_a_public_address_no_attachment_is_offered(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("POST requests.json", filed("S-1"))
    await backend.file(CASE, KEY, again=False)
    assert "media_url" not in foreign.calls("POST requests.json")[0].form


@pytest.mark.parametrize(
    ("services", "chosen"),
    [
        ([("x", "Noise"), ("0201", "whatever")], "0201"),
        ([("a", "Other"), ("b", "噪声污染"), ("c", "环境保护")], "b"),
        ([("a", "Other"), ("c", "环境保护")], "c"),
        ([("a", "Potholes"), ("b", "其他")], "b"),
        ([("a", "Potholes"), ("b", "OTHER")], "b"),
        ([(7, "Potholes"), ("b", None)], "7"),
    ],
)
async def test_the_service_nearest_to_ours_is_chosen(
    foreign: StandIn, backend: Open311Backend, services: list[tuple[Any, str | None]], chosen: str
) -> None:
    foreign.answers["GET services.json"].clear()
    foreign.says("GET services.json", [{"service_code": code, "service_name": name} for code, name in services])
    foreign.says("POST requests.json", filed("S-1"))
    for turn in range(3):
        await backend.file(CASE, f"{KEY}-{turn}", again=False)
    assert [asked.form["service_code"] for asked in foreign.calls("POST requests.json")] == [chosen] * 3
    assert len(foreign.calls("GET services.json")) == 1


async def test_a_server_without_services_takes_nothing(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.answers["GET services.json"].clear()
    foreign.says("GET services.json", [])
    with pytest.raises(Rejected, match="no services"):
        await backend.file(CASE, KEY, again=False)


# Tokens ---------------------------------------------------------------------------------------------------------------


async def test_a_token_is_exchanged_for_the_number(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("POST requests.json", [{"token": "t/1"}])
    foreign.says("GET tokens/t%2F1.json", [{"code": 404, "description": "not yet"}], status=404)
    foreign.says("GET tokens/t%2F1.json", [{"token": "t/1", "service_request_id": None}])
    foreign.says("GET tokens/t%2F1.json", [{"token": "t/1", "service_request_id": 4711}])
    assert await backend.file(CASE, KEY, again=False) == "4711"


async def test_a_retry_asks_for_the_token_instead_of_filing_again(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("POST requests.json", [{"token": "t1"}])
    foreign.says("GET tokens/t1.json", [{"token": "t1"}])
    with pytest.raises(Unavailable, match="t1"):
        await backend.file(CASE, KEY, again=False)
    foreign.says("GET tokens/t1.json", "oops", HTML, 500)
    with pytest.raises(Unavailable):
        await backend.file(CASE, KEY, again=True)
    foreign.answers["GET tokens/t1.json"].clear()
    foreign.says("GET tokens/t1.json", [{"token": "t1", "service_request_id": "S-1"}])
    assert await backend.file(CASE, KEY, again=True) == "S-1"
    assert len(foreign.calls("POST requests.json")) == 1


# Retries --------------------------------------------------------------------------------------------------------------


async def test_after_an_error_the_case_is_looked_for_and_then_filed(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("POST requests.json", "down", "text/plain", 500)
    foreign.says("POST requests.json", filed("S-2"))
    foreign.says("GET requests.json", [{"service_request_id": "S-1", "description": "半夜很吵"}])
    with pytest.raises(Unavailable, match="500"):
        await backend.file(CASE, KEY, again=False)
    assert not foreign.calls("GET requests.json")
    assert await backend.file(CASE, KEY, again=True) == "S-2"
    asked = foreign.calls("GET requests.json")[0].query
    assert (asked["start_date"], asked["end_date"]) == ("2026-08-02T09:30:00+08:00", "2026-08-04T09:30:00+08:00")
    assert asked["api_key"] == "our key"


@pytest.mark.parametrize(
    "trace",
    [
        {"description": "半夜很吵（12345工单号：LS20260803-ABC234）"},
        {"attributes": [{"code": "number", "value": "LS20260803-ABC234"}]},
        {"extended_attributes": {"number": "LS20260803-ABC234"}},
        {"attributes": {"number": ["LS20260803-ABC234"]}},
    ],
)
async def test_a_case_whose_answer_was_lost_is_found(
    foreign: StandIn, backend: Open311Backend, trace: dict[str, Any]
) -> None:
    other = {"service_request_id": "S-1", "description": "（12345工单号：LS20260803-ABC235）"}
    foreign.says("GET requests.json", [other, {"service_request_id": "S-2", **trace}])
    assert await backend.file(CASE, KEY, again=True) == "S-2"
    assert not foreign.calls("POST requests.json")


async def test_all_pages_are_looked_through(foreign: StandIn, backend: Open311Backend) -> None:
    for page in range(3):
        foreign.says("GET requests.json", [{"service_request_id": f"S-{page}-{n}"} for n in range(100)])
    foreign.says("GET requests.json", [{"service_request_id": "S-9", "description": KEY}])
    assert await backend.file(CASE, KEY, again=True) == "S-9"
    assert [asked.query["page"] for asked in foreign.calls("GET requests.json")] == ["1", "2", "3", "4"]


async def test_a_server_without_pages_is_not_asked_for_ever(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", [{"service_request_id": "S-1"}])
    foreign.says("POST requests.json", filed("S-2"))
    assert await backend.file(CASE, KEY, again=True) == "S-2"
    assert len(foreign.calls("GET requests.json")) == 2


async def test_where_nobody_may_look_the_case_is_filed_again(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", [{"code": 403, "description": "no"}], status=403)
    foreign.says("POST requests.json", filed("S-2"))
    assert await backend.file(CASE, KEY, again=True) == "S-2"


async def test_a_retry_does_not_file_while_nobody_can_look(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", PAGE, HTML, 502)
    with pytest.raises(Unavailable):
        await backend.file(CASE, KEY, again=True)
    assert not foreign.calls("POST requests.json")


# Answers that are none ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE, HTML),
        (PAGE, JSON),
        (PAGE, XML),
        ("<html><body><p>login</p></body></html>", "application/xhtml+xml"),
        ("", JSON),
        ("", XML),
        ("", ""),
        ("[]", JSON),
        ("[1, 2]", JSON),
        ('"S-1"', JSON),
        ('[{"service_request_id": ""}]', JSON),
        ('[{"service_request_id": {"a": 1}}]', JSON),
        ("[" * 100_000, JSON),
        ("<service_requests/>", XML),
        ("<service_requests><request><service_request_id/></request></service_requests>", XML),
        (
            '<!DOCTYPE x [<!ENTITY a "b">]><service_requests><request><token>&a;</token></request></service_requests>',
            XML,
        ),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "text/xml"),
        (b'[{"service_request_id": "\xff"}]', JSON),
        ("[]", "application/json; charset=klingon"),
    ],
)
async def test_an_answer_that_cannot_be_understood_is_tried_again(
    foreign: StandIn, backend: Open311Backend, body: str | bytes, content_type: str
) -> None:
    foreign.says("POST requests.json", body, content_type)
    with pytest.raises(Unavailable):
        await backend.file(CASE, KEY, again=False)


@pytest.mark.parametrize("call", ["GET services.json", "GET requests.json"])
@pytest.mark.parametrize(("body", "content_type"), [(PAGE, HTML), ('{"message": "maintenance"}', JSON), ("", JSON)])
async def test_a_list_that_is_none_is_tried_again(
    foreign: StandIn, backend: Open311Backend, call: str, body: str, content_type: str
) -> None:
    foreign.answers[call].clear()
    foreign.says(call, body, content_type)
    with pytest.raises(Unavailable):
        await backend.file(CASE, KEY, again="requests" in call)
    assert not foreign.calls("POST requests.json")


@pytest.mark.parametrize("status", [301, 408, 425, 429, 500, 501, 502, 503, 504])
async def test_what_may_pass_is_tried_again(foreign: StandIn, backend: Open311Backend, status: int) -> None:
    foreign.says("POST requests.json", [{"code": status, "description": "later"}], status=status)
    with pytest.raises(Unavailable, match=str(status)):
        await backend.file(CASE, KEY, again=False)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422])
async def test_what_will_not_pass_is_rejected_in_the_servers_words(
    foreign: StandIn, backend: Open311Backend, status: int
) -> None:
    foreign.says(
        "POST requests.json", [{"code": status, "description": "缺少照片"}, {"description": "b"}], status=status
    )
    foreign.says("POST requests.json", PAGE, HTML, status)
    with pytest.raises(Rejected, match=f"{status}.*缺少照片; b"):
        await backend.file(CASE, KEY, again=False)
    with pytest.raises(Rejected, match=f"{status}"):
        await backend.file(CASE, KEY, again=False)


async def test_a_number_too_long_to_be_kept_is_rejected(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("POST requests.json", filed("9" * 129))
    with pytest.raises(Rejected, match="128"):
        await backend.file(CASE, KEY, again=False)


async def test_nobody_there() -> None:
    backend = Open311Backend(f"http://127.0.0.1:{free_port()}/v2", "our key")
    with pytest.raises(Unavailable, match="ConnectError"):
        await backend.file(CASE, KEY, again=False)
    await backend.close()


async def test_a_server_that_hangs_is_given_up(foreign: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open311, "TIMEOUT", httpx.Timeout(0.2))
    foreign.hanging.add("POST requests.json")
    backend = Open311Backend(foreign.url, "our key")
    with pytest.raises(Unavailable, match="ReadTimeout"):
        await backend.file(CASE, KEY, again=False)
    await backend.close()


def test_the_waits_for_a_token_fit_into_one_attempt() -> None:
    assert sum(open311.TOKEN_WAITS) <= 20


# XML ------------------------------------------------------------------------------------------------------------------

SERVICES = """<?xml version="1.0" encoding="utf-8"?>
<services><service><service_code>9</service_code><service_name>其他</service_name></service></services>"""
REQUESTS = """<?xml version="1.0" encoding="{0}"?><service_requests>
<request><service_request_id>S-1</service_request_id><status>closed</status><status_notes>已修好</status_notes>
<agency_responsible>青田县住建局</agency_responsible><updated_datetime>2026-08-05T10:00:00Z</updated_datetime>
<extended_attributes><attribute><name>number</name><value>LS20260803-ABC234</value></attribute>
<attribute><name>x</name><value/></attribute></extended_attributes></request></service_requests>"""


async def test_a_server_that_speaks_only_xml(foreign: StandIn, in_xml: Open311Backend) -> None:
    foreign.says("GET services.xml", SERVICES, XML)
    foreign.says("POST requests.xml", "<service_requests><request><token>t</token></request></service_requests>", XML)
    foreign.says("GET tokens/t.xml", REQUESTS.format("utf-8"), XML)
    assert await in_xml.file(CASE, KEY, again=False) == "S-1"
    assert foreign.calls("POST requests.xml")[0].form["service_code"] == "9"
    foreign.says("GET requests.xml", REQUESTS.format("utf-8"), XML)
    assert await in_xml.file(CASE, "another", again=True) == "S-1"
    reports = await in_xml.reports([replace(CASE, external_id="S-1", status="in_progress")])
    assert [(report.kind, report.data) for report in reports] == [("replied", {"text": "已修好"}), ("closed", {})]
    foreign.says("POST requests.xml", "<errors><error><code>400</code><description>不行</description></error></errors>",
                 XML, 400)  # fmt: skip
    foreign.answers["POST requests.xml"].pop(0)
    with pytest.raises(Rejected, match="不行"):
        await in_xml.file(CASE, "a third", again=False)


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml; charset=gb18030", "text/plain"])
async def test_xml_in_a_chinese_encoding(foreign: StandIn, in_xml: Open311Backend, content_type: str) -> None:
    foreign.says("GET requests.xml", REQUESTS.format("gb18030").encode("gb18030"), content_type)
    [dispatched, *_] = await in_xml.reports([replace(CASE, external_id="S-1")])
    assert dispatched.data == {"unit": "青田县住建局"}


@pytest.mark.parametrize("wrapper", ["service_requests", "requests"])
async def test_json_that_wraps_its_list(foreign: StandIn, backend: Open311Backend, wrapper: str) -> None:
    foreign.says("POST requests.json", {wrapper: filed("S-1")}, "text/plain")
    foreign.says("POST requests.json", filed("S-2")[0])
    assert await backend.file(CASE, KEY, again=False) == "S-1"
    assert await backend.file(CASE, KEY, again=False) == "S-2"


# Events ---------------------------------------------------------------------------------------------------------------

FILED = replace(CASE, external_id="S-1", status="in_progress")
AT = datetime(2026, 8, 4, 12, 0, tzinfo=ZONE)
UPDATES = "POST servicerequestupdates.json"


@pytest.mark.parametrize(
    ("status", "kind", "data", "description", "sent"),
    [
        ("in_progress", "supplemented", {"text": "又吵"}, "又吵", "OPEN"),
        ("in_progress", "urged", {}, "催办。", "OPEN"),
        ("in_progress", "withdrawn", {}, "撤回。", "CLOSED"),
        ("withdrawn", "withdrawn", {}, "撤回。", "CLOSED"),
        ("closed", "rated", {"rating": "satisfied"}, "评价：满意。", "CLOSED"),
        ("reopened", "rated", {"rating": "dissatisfied"}, "不满意", "OPEN"),
        ("reopened", "reopened", {"reason": "诉求人评价不满意"}, "诉求人评价不满意", "OPEN"),
        ("replied", "rating_explained", {"text": "没修好"}, "没修好", "CLOSED"),
        ("in_progress", "supervised", {"ground": "overdue"}, "督办。", "OPEN"),
    ],
)
async def test_an_event_is_an_update(
    foreign: StandIn, backend: Open311Backend, status: str, kind: str, data: dict[str, Any], description: str, sent: str
) -> None:
    foreign.says(UPDATES, [{"update_id": "1"}], status=201)
    await backend.tell(replace(FILED, status=status), CaseEvent(kind, AT, data), f"{KEY}-7", again=False)
    [asked] = foreign.calls(UPDATES)
    assert description in asked.form.pop("description")
    assert asked.headers["idempotency-key"] == f"{KEY}-7"
    assert asked.form == {
        "jurisdiction_id": "lishui.gov.cn",
        "api_key": "our key",
        "service_request_id": "S-1",
        "update_id": f"{KEY}-7",
        "status": sent,
        "updated_datetime": "2026-08-04T12:00:00+08:00",
        "attribute[event]": kind,
        **{f"attribute[{name}]": value for name, value in data.items()},
    }


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_the_extension_takes_no_updates(
    foreign: StandIn, backend: Open311Backend, status: int
) -> None:
    foreign.says(UPDATES, PAGE, HTML, status)
    with pytest.raises(Rejected, match="the server takes no updates"):
        await backend.tell(FILED, CaseEvent("urged", AT, {}), "k", again=False)


async def test_an_update_that_fails_is_told_again(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says(UPDATES, PAGE, HTML, 503)
    foreign.says(UPDATES, PAGE, HTML, 200)
    foreign.says(UPDATES, [{"code": 400, "description": "unknown request"}], status=400)
    foreign.says(UPDATES, "", "", 204)
    event = CaseEvent("urged", AT, {})
    for outcome in (Unavailable, Unavailable, Rejected):
        with pytest.raises(outcome):
            await backend.tell(FILED, event, "k", again=True)
    await backend.tell(FILED, event, "k", again=True)
    assert {asked.form["update_id"] for asked in foreign.calls(UPDATES)} == {"k"}


async def test_an_event_waits_for_the_number(backend: Open311Backend) -> None:
    with pytest.raises(Unavailable):
        await backend.tell(CASE, CaseEvent("urged", AT, {}), "k", again=False)


# Progress -------------------------------------------------------------------------------------------------------------


def there(**values: Any) -> list[dict[str, Any]]:
    return [{"service_request_id": "S-1", "status": "open", "updated_datetime": "2026-08-05T10:00:00Z", **values}]


async def steps(backend: Open311Backend, case: Case) -> list[str]:
    return [report.kind for report in await backend.reports([case])]


@pytest.mark.parametrize(
    ("status", "open_steps", "closed_steps"),
    [
        ("registered", ["dispatched", "signed"], ["dispatched", "signed", "replied", "closed"]),
        ("dispatched", ["signed"], ["signed", "replied", "closed"]),
        ("in_progress", [], ["replied", "closed"]),
        ("extended", [], ["replied", "closed"]),
        ("replied", [], ["closed"]),
        ("reopened", [], ["verified", "replied", "closed"]),
        ("closed", [], []),
        ("withdrawn", [], []),
    ],
)
async def test_the_steps_from_here_to_there(
    foreign: StandIn, backend: Open311Backend, status: str, open_steps: list[str], closed_steps: list[str]
) -> None:
    foreign.says("GET requests.json", there(agency_responsible="住建局"))
    foreign.says("GET requests.json", there(agency_responsible="住建局", status="CLOSED"))
    assert await steps(backend, replace(FILED, status=status)) == open_steps
    assert await steps(backend, replace(FILED, status=status)) == closed_steps


async def test_an_open_case_that_nobody_has_is_still_registered(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", there(agency_responsible=""))
    assert await steps(backend, replace(FILED, status="registered")) == []


async def test_what_the_server_leaves_out_is_said_neutrally(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", [{"service_request_id": "S-1", "status": "closed"}])
    dispatched, signed, replied, _ = await backend.reports([replace(FILED, status="registered")])
    assert (dispatched.data, signed.who) == ({"unit": CASE.unit}, CASE.unit)
    assert replied.data == {"text": ANSWERED} and replied.at is None
    foreign.answers["GET requests.json"].clear()
    foreign.says("GET requests.json", there(status="closed", updated_datetime="yesterday"))
    assert (await backend.reports([FILED]))[0].at is None


async def test_the_ids_tell_one_closing_from_the_next(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", there(status="closed"))
    foreign.says("GET requests.json", there(status="closed"))
    foreign.says("GET requests.json", there(status="closed"))
    foreign.says("GET requests.json", there(status="closed", updated_datetime="2026-08-09T10:00:00Z"))

    async def ids(status: str) -> list[str]:
        return [report.id for report in await backend.reports([replace(FILED, status=status)])]

    first = await ids("in_progress")
    assert await ids("in_progress") == first
    # After a reopening, nothing new at the server: what comes first was applied before.
    assert (await ids("reopened"))[0] == first[0]
    second = await ids("reopened")
    assert not set(second) & set(first) and len(set(second)) == 3


async def test_long_numbers_have_ids_that_fit(foreign: StandIn, backend: Open311Backend) -> None:
    long = "9" * 128
    foreign.says("GET requests.json", [{**there(status="closed")[0], "service_request_id": long}])
    reports = await backend.reports([replace(FILED, external_id=long, status="registered")])
    assert len({report.id for report in reports}) == 4 and max(len(report.id) for report in reports) <= 128


async def test_many_cases_take_few_calls(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", [*there(status="closed"), {"service_request_id": "unasked", "status": "closed"}])
    cases = [replace(FILED, external_id=f"S-{n}") for n in range(120)]
    await backend.reports([*cases, CASE])
    asked = [call.query["service_request_id"].split(",") for call in foreign.calls("GET requests.json")]
    assert [len(group) for group in asked] == [50, 50, 20] and list(chain(*asked)) == [
        case.external_id for case in cases
    ]
    assert await backend.reports([]) == []


async def test_progress_that_cannot_be_read_is_unavailable(foreign: StandIn, backend: Open311Backend) -> None:
    foreign.says("GET requests.json", PAGE, HTML)
    with pytest.raises(Unavailable):
        await backend.reports([FILED])
