"""The requester moves an order by updates, once each."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.tables import InboxRow
from tests.channels.open311.calls import error, told, xml
from tests.channels.open311.conftest import Server


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
