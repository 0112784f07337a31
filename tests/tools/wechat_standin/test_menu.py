"""The menu at the bottom of the conversation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.wechat_standin.driver import Api, Standin

CLICK = {"type": "click", "name": "查进度", "key": "PROGRESS"}
VIEW = {"type": "view", "name": "办事指南", "url": "https://example.com/guide"}


def test_a_menu_is_made_read_and_taken_away(standin: Standin, api: Api) -> None:
    assert api.gets("menu/get").json()["errcode"] == 46003
    assert api.code("menu/create", {"button": [CLICK, {"name": "更多", "sub_button": [VIEW, CLICK]}]}) == 0
    first, more = api.gets("menu/get").json()["menu"]["button"]
    assert first == {**CLICK, "sub_button": []}
    assert [one["name"] for one in more["sub_button"]] == ["办事指南", "查进度"]
    assert standin.get("menu")["button"][0]["key"] == "PROGRESS"
    assert api.gets("menu/delete").json()["errcode"] == 0
    assert api.gets("menu/get").json()["errcode"] == 46003


def sub(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": "更多", "sub_button": list(buttons)}]


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        ([{**CLICK, "name": "六个汉字太长"}], 40018),
        ([{**CLICK, "name": "五个汉字行"}], 0),
        ([{**CLICK, "name": ""}], 40018),
        ([{**CLICK, "key": "k" * 129}], 40019),
        ([{"type": "click", "name": "没有键"}], 40019),
        ([{**VIEW, "url": "https://example.com/" + "a" * 1024}], 40020),
        ([{**VIEW, "url": "example.com"}], 40055),
        ([{"name": "没有类型"}], 40119),
        ([{**CLICK, "type": "dance"}], 40119),
        (sub(*[CLICK] * 6), 40023),
        (sub(*[CLICK] * 5), 0),
        (sub({**CLICK, "name": "字" * 21}), 40025),
        (sub({**CLICK, "name": "字" * 20}), 0),
        (sub({**CLICK, "key": ""}), 40026),
        (sub({**VIEW, "url": ""}), 40027),
        (sub({**VIEW, "url": "htps://example.com"}), 40054),
        (sub({**CLICK, "type": "dance"}), 40120),
        (sub({"name": "再往下", "sub_button": [CLICK]}), 40022),
        ([{"type": "location_select", "name": "发位置", "key": "PLACE"}], 0),
        ([{"type": "media_id", "name": "图片", "media_id": "x"}], 0),
        ([{**VIEW, "type": "miniprogram", "appid": "wx1", "pagepath": "pages/index"}], 0),
        ([{**VIEW, "type": "miniprogram"}], 40119),
    ],
)
def test_a_menu_must_be_right(api: Api, buttons: list[dict[str, Any]], code: int) -> None:
    assert api.code("menu/create", {"button": buttons}) == code


def test_escaped_characters_are_refused(standin: Standin, api: Api) -> None:
    content = rb'{"button": [{"type": "click", "name": "\u67e5", "key": "K"}]}'
    answer = standin.http.post("/cgi-bin/menu/create", params={"access_token": api.token}, content=content)
    assert answer.json()["errcode"] == 40033
