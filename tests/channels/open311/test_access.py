"""Each call needs a key, sees what the key's scope allows, and is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.storage.tables import Access
from tests.channels.open311.calls import error
from tests.channels.open311.conftest import NOISE, Server


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


def test_each_key_sees_what_its_scope_allows(server: Server) -> None:
    number = server.file("k-own", description="很吵，打我电话13812345678", first_name="王芳", phone="13812345678")
    assert "first_name" not in server.one(number, "k-all") and "phone" not in server.one(number, "k-all")
    assert server.one(number, "k-all")["description"] == "很吵，打我电话***"
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


def test_only_the_centre_reads_in_texts_who_it_was(server: Server) -> None:
    number = server.file(
        "k-own", description="我叫王芳，住丽阳街8号501室，很吵", first_name="王芳", phone="13812345678"
    )
    more = {"update_id": "more", "description": "打13812345678找王女士，昨晚又吵", "api_key": "k-own"}
    assert server.http.post("/servicerequestupdates.json", data={"service_request_id": number, **more}).is_success
    shown = server.http.get(f"/requests/{number}.json", params={"api_key": "k-all"}).text
    assert "昨晚又吵" in shown and not [trace for trace in ("王芳", "王女士", "5678", "501") if trace in shown]
    assert "王芳" in server.one(number, "k-whole")["description"]
