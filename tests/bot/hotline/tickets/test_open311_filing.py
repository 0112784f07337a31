"""The GeoReport client files a case with everything of the form, and gets its number, at once or by a token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.hotline.tickets.open311 import Open311Backend
from bot.hotline.tickets.seam import Rejected, Unavailable
from bot.settings import Settings
from tests.bot.hotline.tickets.foreign import CASE, HTML, KEY, StandIn, filed


async def test_a_filing_carries_everything_of_the_form(
    foreign: StandIn, client: Open311Backend, environment: Callable[..., Settings]
) -> None:
    environment(BOT_PUBLIC_URL="https://12345.example/")
    foreign.says("POST requests.json", filed("S-1"), status=201)
    assert await client.file(CASE, KEY, again=False) == "S-1"
    [asked] = foreign.calls("POST requests.json")
    assert asked.headers["idempotency-key"] == KEY
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.form == {
        "jurisdiction_id": "lishui.gov.cn",
        "api_key": "our key",
        "service_code": "0201",
        "description": "半夜很吵（12345工单号：LS20260803-ABC234）",
        "address_string": "丽阳街123号",
        "first_name": "王芳",
        "phone": "13812345678",
        "media_url": "https://12345.example/open311/v2/media/abc",
        "attribute[number]": "LS20260803-ABC234",
        "attribute[kind]": "complaint",
        "attribute[category]": "环境保护/噪声污染",
        "attribute[region]": "莲都区",
        "attribute[occurred_at]": "昨天半夜",
        "attribute[urgency]": "standard",
        "attribute[immediate]": "false",
        "attribute[confidential]": "true",
        "attribute[unit]": "莲都区综合行政执法局",
        "attribute[co_units]": "丽水市公安局;丽水市建设局",
        "attribute[confidence]": "0.75",
        "attribute[runner_up]": "城乡建设/物业管理",
        "attribute[due_date]": "2026-08-12",
        "attribute[channel]": "wechat",
        "attribute[cluster]": "LS20260801-XYZ789",
        "attribute[created_at]": "2026-08-03T09:30:00+08:00",
        "attribute[attachments]": "2",
    }


async def test_without_a_public_address_no_attachment_is_offered(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("POST requests.json", filed("S-1"))
    await client.file(CASE, KEY, again=False)
    assert "media_url" not in foreign.calls("POST requests.json")[0].form


@pytest.mark.parametrize(
    ("services", "chosen"),
    [
        ([("x", "Noise"), ("0201", "whatever")], "0201"),
        ([("a", "Other"), ("b", "噪声污染"), ("c", "环境保护")], "b"),
        ([("a", "Other"), ("c", "环境保护")], "c"),
        ([("a", "Potholes"), ("b", "其他")], "b"),
        ([("a", "Potholes"), ("b", "OTHER")], "b"),
        ([(7, "Potholes"), ("b", None)], "7"),
    ],
)
async def test_the_service_nearest_to_ours_is_chosen(
    foreign: StandIn, client: Open311Backend, services: list[tuple[Any, str | None]], chosen: str
) -> None:
    foreign.answers["GET services.json"].clear()
    foreign.says("GET services.json", [{"service_code": code, "service_name": name} for code, name in services])
    foreign.says("POST requests.json", filed("S-1"))
    for turn in range(3):
        await client.file(CASE, f"{KEY}-{turn}", again=False)
    assert [asked.form["service_code"] for asked in foreign.calls("POST requests.json")] == [chosen] * 3
    assert len(foreign.calls("GET services.json")) == 1


async def test_a_server_without_services_takes_nothing(foreign: StandIn, client: Open311Backend) -> None:
    foreign.answers["GET services.json"].clear()
    foreign.says("GET services.json", [])
    with pytest.raises(Rejected, match="no services"):
        await client.file(CASE, KEY, again=False)


# Tokens ---------------------------------------------------------------------------------------------------------------


async def test_a_token_is_exchanged_for_the_number(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("POST requests.json", [{"token": "t/1"}])
    foreign.says("GET tokens/t%2F1.json", [{"code": 404, "description": "not yet"}], status=404)
    foreign.says("GET tokens/t%2F1.json", [{"token": "t/1", "service_request_id": None}])
    foreign.says("GET tokens/t%2F1.json", [{"token": "t/1", "service_request_id": 4711}])
    assert await client.file(CASE, KEY, again=False) == "4711"


async def test_a_retry_asks_for_the_token_instead_of_filing_again(foreign: StandIn, client: Open311Backend) -> None:
    foreign.says("POST requests.json", [{"token": "t1"}])
    foreign.says("GET tokens/t1.json", [{"token": "t1"}])
    with pytest.raises(Unavailable, match="t1"):
        await client.file(CASE, KEY, again=False)
    foreign.says("GET tokens/t1.json", "oops", HTML, 500)
    with pytest.raises(Unavailable):
        await client.file(CASE, KEY, again=True)
    foreign.answers["GET tokens/t1.json"].clear()
    foreign.says("GET tokens/t1.json", [{"token": "t1", "service_request_id": "S-1"}])
    assert await client.file(CASE, KEY, again=True) == "S-1"
    assert len(foreign.calls("POST requests.json")) == 1
