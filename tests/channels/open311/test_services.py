"""Discovery leads to the classes of the catalogue and to what each asks for."""

from __future__ import annotations

import httpx
import pytest

from bot.cities import CITY_LEVEL, city
from bot.hotline.catalogue import catalogue
from channels.open311.attributes import kinds
from tests.channels.open311.calls import FREE, PLACED, TIMED, error, xml
from tests.channels.open311.conftest import NOISE, Server


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
    assert {value["key"]: value["name"] for value in attributes["kind"]["values"]} == kinds()
    assert [value["key"] for value in attributes["region"]["values"]] == [*city().counties, CITY_LEVEL]
    assert attributes["occurred_at"]["required"] and not attributes["urgency"]["required"]
    assert [attribute["order"] for attribute in found["attributes"]] == list(range(1, len(attributes) + 1))
    root = xml(server.http.get(f"/services/{TIMED.code}.xml"))
    assert root.tag == "service_definition"
    assert [item.findtext("code") for item in root.findall("attributes/attribute")] == list(attributes)
    assert root.findtext("attributes/attribute/values/value/key") == next(iter(kinds()))


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
