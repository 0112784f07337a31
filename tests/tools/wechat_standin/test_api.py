"""The calls about the network."""

from __future__ import annotations

import pytest

from tests.tools.wechat_standin.driver import Api, Standin


@pytest.mark.parametrize(("action", "parts"), [("dns", {"dns"}), ("ping", {"ping"}), ("all", {"dns", "ping"})])
def test_the_network_is_checked(api: Api, action: str, parts: set[str]) -> None:
    answer = api.posts("callback/check", {"action": action, "check_operator": "UNICOM"})
    assert set(answer) == parts
    if "ping" in parts:
        assert answer["ping"][0]["package_loss"] == "0%"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action": "smoke", "check_operator": "DEFAULT"}, 40202),
        ({"action": "all", "check_operator": "NOBODY"}, 40203),
    ],
)
def test_the_network_check_must_be_asked_rightly(api: Api, body: dict[str, str], code: int) -> None:
    assert api.code("callback/check", body) == code


def test_the_platforms_addresses(standin: Standin, api: Api) -> None:
    answer = api.gets("get_api_domain_ip")
    assert answer.json() == {"ip_list": ["127.0.0.1"]}
    assert answer.headers["content-type"] == "application/json; encoding=utf-8"
