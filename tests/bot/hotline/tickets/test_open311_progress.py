"""The state at the foreign server becomes the steps that lead there from ours."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from bot.hotline.tickets.open311 import ANSWERED, Open311Backend
from bot.hotline.tickets.seam import Case, Unavailable
from tests.bot.hotline.tickets.foreign import CASE, FILED, HTML, PAGE, StandIn


def there(**values: Any) -> list[dict[str, Any]]:
    return [{"service_request_id": "S-1", "status": "open", "updated_datetime": "2026-08-05T10:00:00Z", **values}]


async def steps(client: Open311Backend, case: Case) -> list[str]:
    return [report.kind for report in await client.reports([case])]


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
    foreign: StandIn, client: Open311Backend, status: str, open_steps: list[str], closed_steps: list[str]
) -> None:
    foreign.says("GET requests.json", there(agency_responsible="住建局"))
    foreign.says("GET requests.json", there(agency_responsible="住建局", status="CLOSED"))
    assert await steps(client, replace(FILED, status=status)) == open_steps
    assert await steps(client, replace(FILED, status=status)) == closed_steps


async def test_an_open_case_that_nobody_has_is_still_registered(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", there(agency_responsible=""))
    assert await steps(client, replace(FILED, status="registered")) == []


async def test_what_the_server_leaves_out_is_said_neutrally(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", [{"service_request_id": "S-1", "status": "closed"}])
    dispatched, signed, replied, _ = await client.reports([replace(FILED, status="registered")])
    assert (dispatched.data, signed.who) == ({"unit": CASE.unit}, CASE.unit)
    assert replied.data == {"text": ANSWERED} and replied.at is None
    foreign.answers["GET requests.json"].clear()
    foreign.says("GET requests.json", there(status="closed", updated_datetime="yesterday"))
    assert (await client.reports([FILED]))[0].at is None


async def test_the_ids_tell_one_closing_from_the_next(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", there(status="closed"))
    foreign.says("GET requests.json", there(status="closed"))
    foreign.says("GET requests.json", there(status="closed"))
    foreign.says("GET requests.json", there(status="closed", updated_datetime="2026-08-09T10:00:00Z"))

    async def ids(status: str) -> list[str]:
        return [report.id for report in await client.reports([replace(FILED, status=status)])]

    first = await ids("in_progress")
    assert await ids("in_progress") == first
    # After a reopening, nothing new at the server: what comes first was applied before.
    assert (await ids("reopened"))[0] == first[0]
    second = await ids("reopened")
    assert not set(second) & set(first) and len(set(second)) == 3


async def test_long_numbers_have_ids_that_fit(foreign: StandIn, client: Open311Backend) -> None:
    long = "9" * 128
    foreign.says("GET requests.json", [{**there(status="closed")[0], "service_request_id": long}])
    reports = await client.reports([replace(FILED, external_id=long, status="registered")])
    assert len({report.id for report in reports}) == 4 and max(len(report.id) for report in reports) <= 128


async def test_many_cases_take_few_calls(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", [*there(status="closed"), {"service_request_id": "unasked", "status": "closed"}])
    cases = [replace(FILED, external_id=f"S-{n}") for n in range(120)]
    await client.reports([*cases, CASE])
    asked = [call.query["service_request_id"].split(",") for call in foreign.calls("GET requests.json")]
    assert [len(group) for group in asked] == [50, 50, 20] and list(chain(*asked)) == [
        case.external_id for case in cases
    ]
    assert await client.reports([]) == []


async def test_progress_that_cannot_be_read_is_unavailable(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("GET requests.json", PAGE, HTML)
    with pytest.raises(Unavailable):
        await client.reports([FILED])
