"""What a foreign server answers instead of a number: later, never, or nothing that can be understood."""

from __future__ import annotations

import httpx
import pytest

from bot.dialogue.phrases import case_event
from bot.hotline.tickets import open311
from bot.hotline.tickets.open311 import Open311Backend
from bot.hotline.tickets.seam import Rejected, Unavailable
from tests.bot.hotline.tickets.foreign import CASE, HTML, JSON, KEY, PAGE, XML, StandIn, filed
from tests.ports import free_port


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
    foreign: StandIn, client: Open311Backend, body: str | bytes, content_type: str
) -> None:
    foreign.says("POST requests.json", body, content_type)
    with pytest.raises(Unavailable):
        await client.file(CASE, KEY, again=False)


@pytest.mark.parametrize("call", ["GET services.json", "GET requests.json"])
@pytest.mark.parametrize(("body", "content_type"), [(PAGE, HTML), ('{"message": "maintenance"}', JSON), ("", JSON)])
async def test_a_list_that_is_none_is_tried_again(
    foreign: StandIn, client: Open311Backend, call: str, body: str, content_type: str
) -> None:
    foreign.answers[call].clear()
    foreign.says(call, body, content_type)
    with pytest.raises(Unavailable):
        await client.file(CASE, KEY, again="requests" in call)
    assert not foreign.calls("POST requests.json")


@pytest.mark.parametrize("status", [301, 408, 425, 429, 500, 501, 502, 503, 504])
async def test_what_may_pass_is_tried_again(foreign: StandIn, client: Open311Backend, status: int) -> None:
    foreign.says("POST requests.json", [{"code": status, "description": "later"}], status=status)
    with pytest.raises(Unavailable, match=str(status)):
        await client.file(CASE, KEY, again=False)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422])
async def test_what_will_not_pass_is_rejected_in_the_servers_words(
    foreign: StandIn, client: Open311Backend, status: int
) -> None:
    foreign.says(
        "POST requests.json", [{"code": status, "description": "缺少照片"}, {"description": "b"}], status=status
    )
    foreign.says("POST requests.json", PAGE, HTML, status)
    with pytest.raises(Rejected, match=f"{status}.*缺少照片; b"):
        await client.file(CASE, KEY, again=False)
    with pytest.raises(Rejected, match=f"{status}"):
        await client.file(CASE, KEY, again=False)


async def test_a_number_too_long_to_be_kept_is_rejected(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("POST requests.json", filed("9" * 129))
    with pytest.raises(Rejected, match="128"):
        await client.file(CASE, KEY, again=False)


async def test_nobody_there() -> None:
    client = Open311Backend(f"http://127.0.0.1:{free_port()}/v2", case_event, "our key")
    with pytest.raises(Unavailable, match="ConnectError"):
        await client.file(CASE, KEY, again=False)
    await client.close()


async def test_a_server_that_hangs_is_given_up(foreign: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open311, "TIMEOUT", httpx.Timeout(0.2))
    foreign.hanging.add("POST requests.json")
    client = Open311Backend(foreign.url, case_event, "our key")
    with pytest.raises(Unavailable, match="ReadTimeout"):
        await client.file(CASE, KEY, again=False)
    await client.close()


def test_the_waits_for_a_token_fit_into_one_attempt() -> None:
    assert sum(open311.TOKEN_WAITS) <= 20
