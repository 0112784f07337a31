"""A report has the form that is documented; another is refused with what to mend."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from bot.hotline.tickets.inbox import BACKEND_MOVES, BadReport, parse
from bot.hotline.tickets.seam import Report
from bot.hotline.workorders.life import MOVES
from tests.bot.hotline.tickets.usual import USUAL

PLAIN = {
    "id": "e-1",
    "number": "LS20261124-7K3M9Q",
    "event": "replied",
    "by": "unit",
    "who": "某某局",
    "at": "2026-11-26T10:00:00+08:00",
    "data": {"text": "已经修好"},
}


def test_a_report_is_read_as_it_was_written() -> None:
    moment = datetime(2026, 11, 26, 2, tzinfo=timezone.utc)
    data = {"text": "已经修好"}
    assert parse(PLAIN) == Report("e-1", "LS20261124-7K3M9Q", "replied", "unit", data, "某某局", moment)


def test_who_when_and_data_may_be_left_out() -> None:
    short = {name: PLAIN[name] for name in ("id", "number", "by")}
    assert parse({**short, "event": "closed"}) == Report("e-1", "LS20261124-7K3M9Q", "closed", "unit")
    nothing = {"data": None, "who": None, "at": None}
    assert parse({**short, **nothing, "event": "closed"}) == Report("e-1", "LS20261124-7K3M9Q", "closed", "unit")


def test_a_number_that_was_copied_by_hand_is_understood() -> None:
    assert parse({**PLAIN, "number": " ls20261124-7k3m9q\n"}).number == "LS20261124-7K3M9Q"


@pytest.mark.parametrize("kind", BACKEND_MOVES)
def test_every_event_of_hotline_and_units_may_be_reported(kind: str) -> None:
    by, data = USUAL[kind]
    assert parse({**PLAIN, "event": kind, "by": by, "data": data}).kind == kind


def test_what_the_requester_or_this_service_does_is_not_the_backends_to_report() -> None:
    assert set(MOVES) - set(BACKEND_MOVES) == {
        "registered", "accepted", "rated", "rating_explained", "withdrawn", "supplemented", "urged", "rescheduled"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *(({name: value}, name) for name in ("id", "number", "event", "by") for value in (None, "", "  ", 7, ["a"])),
        ({"id": "x" * 129}, "id is longer than 128"),
        ({"event": "rated", "by": "requester"}, "event is one of dispatched, signed"),
        ({"event": "blown_up"}, "event is one of"),
        ({"by": "requester"}, "replied is done by unit"),
        ({"event": "reopened", "by": "service"}, None),
        ({"by": "hotline"}, "replied is done by unit"),
        ({"data": "text"}, "data is no object"),
        ({"data": ["text"]}, "data is no object"),
        ({"data": 7}, "data is no object"),
        ({"data": {}}, "data.text is missing"),
        ({"data": {"text": "  "}}, "data.text is missing"),
        ({"data": {"text": 7}}, "data.text is missing or no text"),
        ({"event": "dispatched", "by": "hotline", "data": {"unit": ""}}, "data.unit is missing"),
        ({"event": "dispatched", "by": "hotline", "data": {"unit": "局" * 65}}, "data.unit is longer than 64"),
        ({"event": "extended", "data": {"reason": "等检测"}}, "data.due_date is missing"),
        ({"event": "extended", "data": {"reason": "等检测", "due_date": 20991231}}, "data.due_date is missing or no"),
        ({"event": "verified", "data": {"text": "好"}}, "data.sound is missing"),
        ({"event": "verified", "data": {"text": "好", "sound": "yes"}}, "neither true nor false"),
        ({"event": "co_units_named", "data": {"units": []}}, "data.units is missing"),
        ({"at": "yesterday"}, "at is no time"),
        ({"at": "2026-11-26"}, "at has no offset"),
        ({"at": "2026-11-26T10:00:00"}, "at has no offset"),
        ({"at": 1785720600}, "at is no time"),
        ({"who": 7}, "who is no text"),
        ({"who": "坐" * 65}, "who is longer than 64"),
        ({"id": "e\0"}, "NUL"),
        ({"who": "局\0"}, "NUL"),
        ({"event": "dispatched", "by": "hotline", "data": {"unit": "局\0"}}, "NUL"),
    ],
)
def test_a_report_of_another_form_is_refused_with_what_to_mend(change: dict[str, Any], told: str | None) -> None:
    with pytest.raises(BadReport, match=told):
        parse({**PLAIN, **change})
