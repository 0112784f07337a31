"""A case whose answer was lost is looked for at the foreign server before it is filed again."""

from __future__ import annotations

from typing import Any

import pytest

from bot.hotline.tickets.open311 import Open311Backend
from bot.hotline.tickets.seam import Unavailable
from tests.bot.hotline.tickets.foreign import CASE, HTML, KEY, PAGE, StandIn, filed


async def test_after_an_error_the_case_is_looked_for_and_then_filed(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("POST requests.json", "down", "text/plain", 500)
    foreign.says("POST requests.json", filed("S-2"))
    foreign.says("GET requests.json", [{"service_request_id": "S-1", "description": "半夜很吵"}])
    with pytest.raises(Unavailable, match="500"):
        await client.file(CASE, KEY, again=False)
    assert not foreign.calls("GET requests.json")
    assert await client.file(CASE, KEY, again=True) == "S-2"
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
    foreign: StandIn, client: Open311Backend, trace: dict[str, Any]
) -> None:
    other = {"service_request_id": "S-1", "description": "（12345工单号：LS20260803-ABC235）"}
    foreign.says("GET requests.json", [other, {"service_request_id": "S-2", **trace}])
    assert await client.file(CASE, KEY, again=True) == "S-2"
    assert not foreign.calls("POST requests.json")


async def test_all_pages_are_looked_through(foreign: StandIn, client: Open311Backend) -> None:
    for page in range(3):
        foreign.says("GET requests.json", [{"service_request_id": f"S-{page}-{n}"} for n in range(100)])
    foreign.says("GET requests.json", [{"service_request_id": "S-9", "description": KEY}])
    assert await client.file(CASE, KEY, again=True) == "S-9"
    assert [asked.query["page"] for asked in foreign.calls("GET requests.json")] == ["1", "2", "3", "4"]


async def test_a_server_without_pages_is_not_asked_for_ever(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", [{"service_request_id": "S-1"}])
    foreign.says("POST requests.json", filed("S-2"))
    assert await client.file(CASE, KEY, again=True) == "S-2"
    assert len(foreign.calls("GET requests.json")) == 2


async def test_where_nobody_may_look_the_case_is_filed_again(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", [{"code": 403, "description": "no"}], status=403)
    foreign.says("POST requests.json", filed("S-2"))
    assert await client.file(CASE, KEY, again=True) == "S-2"


async def test_a_retry_does_not_file_while_nobody_can_look(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", PAGE, HTML, 502)
    with pytest.raises(Unavailable):
        await client.file(CASE, KEY, again=True)
    assert not foreign.calls("POST requests.json")
