"""The control itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.tools.wechat_standin.driver import Api, Citizen, Standin


def test_reset_forgets_everything_but_the_account(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.post("account", mode="plain")
    standin.skip(100)
    standin.post("reset")
    assert standin.http.get(f"/standin/users/{citizen.openid}").status_code == 404
    assert standin.get("account")["mode"] == "encrypted"
    assert api.gets("menu/get").json()["errcode"] == 40014
    assert standin.get("counts")["pushes"] == {}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("users/{}/dance", {}, 404),
        ("users/o-nobody/text", {"content": "x"}, 404),
        ("users/{}/text", {}, 400),
        ("users/{}/image", {"data": "bm8gcGljdHVyZQ=="}, 400),
        ("clock", {"advance": -1}, 400),
        ("faults", {"path": "*", "colour": "red"}, 400),
        ("account", {"aes_key": "short"}, 400),
        ("account", {"mode": "loud"}, 400),
        ("tokens", {"how": "gently"}, 400),
    ],
)
def test_a_wrong_order_is_refused(standin: Standin, path: str, body: dict[str, object], status: int) -> None:
    citizen = standin.citizen()
    answer = standin.http.post(f"/standin/{path.format(citizen.openid)}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_who_does_not_follow_can_only_follow(standin: Standin) -> None:
    citizen = standin.citizen(follows=False)
    assert standin.http.post(f"/standin/users/{citizen.openid}/text", json={"content": "x"}).status_code == 400
    assert citizen.does("follow")["result"] == "success"


def test_a_citizen_can_be_given_an_openid(standin: Standin) -> None:
    assert standin.post("users", openid="o-wang")["openid"] == "o-wang"
    made = standin.post("users")["openid"]
    assert (made[0], len(made)) == ("o", 28)


def test_a_reader_can_wait_for_what_comes(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(Citizen(Standin(standin.url), citizen.openid).waits_for, 2)
        api.sends(citizen, "一")
        api.sends(citizen, "二")
        assert [item["text"] for item in waiting.result()] == ["一", "二"]


def test_a_wait_ends_when_nothing_comes(standin: Standin) -> None:
    citizen = standin.citizen()
    assert standin.get(f"users/{citizen.openid}/seen", wait=0.05)["items"] == []


def test_everything_is_counted(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    citizen.says("一")
    citizen.says("二")
    counts = standin.get("counts")
    assert counts["pushes"] == {"event:subscribe": 1, "text": 2}
    assert counts["tries"] == counts["pushes"]
    assert counts["calls"]["/cgi-bin/stable_token"] == {"0": 1}
