"""An event of a case is an update at the foreign server."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.clock import ZONE
from bot.hotline.tickets.open311 import Open311Backend
from bot.hotline.tickets.seam import CaseEvent, Rejected, Unavailable
from tests.bot.hotline.tickets.foreign import CASE, FILED, HTML, KEY, PAGE, StandIn

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
        ("reopened", "reopened", {"reason": "rated_dissatisfied"}, "诉求人评价不满意", "OPEN"),
        ("replied", "rating_explained", {"text": "没修好"}, "没修好", "CLOSED"),
        ("in_progress", "supervised", {"ground": "overdue"}, "督办。", "OPEN"),
    ],
)
async def test_an_event_is_an_update(
    foreign: StandIn, client: Open311Backend, status: str, kind: str, data: dict[str, Any], description: str, sent: str
) -> None:
    foreign.says(UPDATES, [{"update_id": "1"}], status=201)
    await client.tell(replace(FILED, status=status), CaseEvent(kind, AT, data), f"{KEY}-7", again=False)
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
    foreign: StandIn, client: Open311Backend, status: int
) -> None:
    foreign.says(UPDATES, PAGE, HTML, status)
    with pytest.raises(Rejected, match="the server takes no updates"):
        await client.tell(FILED, CaseEvent("urged", AT, {}), "k", again=False)


async def test_an_update_that_fails_is_told_again(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says(UPDATES, PAGE, HTML, 503)
    foreign.says(UPDATES, PAGE, HTML, 200)
    foreign.says(UPDATES, [{"code": 400, "description": "unknown request"}], status=400)
    foreign.says(UPDATES, "", "", 204)
    event = CaseEvent("urged", AT, {})
    for outcome in (Unavailable, Unavailable, Rejected):
        with pytest.raises(outcome):
            await client.tell(FILED, event, "k", again=True)
    await client.tell(FILED, event, "k", again=True)
    assert {asked.form["update_id"] for asked in foreign.calls(UPDATES)} == {"k"}


async def test_an_event_waits_for_the_number(client: Open311Backend) -> None:
    with pytest.raises(Unavailable):
        await client.tell(CASE, CaseEvent("urged", AT, {}), "k", again=False)
