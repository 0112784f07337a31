"""An independent client of the standard (the package ``georeport``) against our server."""

from __future__ import annotations

import georeport
import pytest
import requests

from bot.hotline.catalogue import catalogue
from channels.open311.attributes import kinds
from tests.channels.open311.conftest import NOISE, Server


@pytest.fixture(params=["json", "xml"])
def client(request: pytest.FixtureRequest, server: Server, monkeypatch: pytest.MonkeyPatch) -> georeport.GeoReport:
    """The client as its users have it; only that each of its calls carries our key, which it cannot send itself."""
    session = requests.Session()
    session.headers["X-API-Key"] = "k-all"
    monkeypatch.setattr(georeport.georeport, "requests", session)
    return georeport.GeoReport(f"{server.url}/open311/v2", jurisdiction="lishui.gov.cn", output_format=request.param)


def test_it_reads_the_services(client: georeport.GeoReport) -> None:
    services = client.get_service_list()
    assert [service["service_code"] for service in services] == [e.code for e in catalogue().entries.values()]
    noise = next(service for service in services if service["service_code"] == NOISE)
    assert (noise["service_name"], noise["group"], noise["type"]) == ("噪声污染", "环境保护", "realtime")
    assert str(noise["metadata"]).lower() == "true"


def test_it_reads_a_definition(client: georeport.GeoReport) -> None:
    definition = client.get_service_definition(NOISE)
    attributes = definition["attributes"]
    if client.output_format == "xml":
        attributes = attributes["attribute"]
    kind = next(attribute for attribute in attributes if attribute["code"] == "kind")
    values = kind["values"]["value"] if client.output_format == "xml" else kind["values"]
    assert definition["service_code"] == NOISE and kind["datatype"] == "singlevaluelist"
    assert {value["key"]: value["name"] for value in values} == kinds()


def test_it_reads_requests(client: georeport.GeoReport, server: Server) -> None:
    first, second = server.file(), server.file(description="工地夜里施工")
    found = client.get_service_requests(service_request_id=f"{first},{second}")
    assert [item["service_request_id"] for item in found] == [second, first]
    assert [item["description"] for item in found] == ["工地夜里施工", "楼下烧烤店半夜很吵"]
    since = found[1]["requested_datetime"]
    newest = client.get_service_requests(service_code=NOISE, status="open", start_date=since)
    assert {item["service_request_id"] for item in newest} >= {first, second}
    one = client.get_service_request(first)
    assert (one["service_request_id"], one["status"], one["service_code"]) == (first, "open", NOISE)


def test_an_error_is_one_for_it_too(client: georeport.GeoReport) -> None:
    with pytest.raises(requests.HTTPError, match="404"):
        client.get_service_request("LS20260803-ABCDEF")
