"""Foreign servers that speak XML, in any encoding, or wrap their JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.hotline.tickets.open311 import Open311Backend
from bot.hotline.tickets.seam import Rejected
from tests.bot.hotline.tickets.foreign import CASE, KEY, XML, StandIn, filed

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
async def test_json_that_wraps_its_list(foreign: StandIn, client: Open311Backend, wrapper: str) -> None:
    foreign.says("POST requests.json", {wrapper: filed("S-1")}, "text/plain")
    foreign.says("POST requests.json", filed("S-2")[0])
    assert await client.file(CASE, KEY, again=False) == "S-1"
    assert await client.file(CASE, KEY, again=False) == "S-2"
