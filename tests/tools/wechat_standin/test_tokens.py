"""Access tokens: who gets one, how long it works, how it ends."""

from __future__ import annotations

import pytest

from tests.tools.wechat_standin.driver import APP_ID, APP_SECRET, Api, Standin


def use(api: Api, token: str) -> int:
    return int(api.gets("get_api_domain_ip", token).json().get("errcode", 0))


def test_the_stable_token_stays_the_same(standin: Standin, api: Api) -> None:
    first, again = api.stable(), api.stable()
    assert first["access_token"] == again["access_token"] == api.token
    assert 7190 <= first["expires_in"] <= 7200
    standin.skip(3600)
    assert api.stable()["access_token"] == api.token
    assert 3590 <= api.stable()["expires_in"] <= 3600


def test_in_the_last_five_minutes_there_is_a_new_one_and_both_work(standin: Standin, api: Api) -> None:
    standin.skip(7200 - 299)
    new = api.stable()["access_token"]
    assert new != api.token
    assert (use(api, api.token), use(api, new)) == (0, 0)
    standin.skip(300)
    assert (use(api, api.token), use(api, new)) == (42001, 0)


def test_a_forced_refresh_ends_the_old_one_at_once(standin: Standin, api: Api) -> None:
    new = api.stable(force_refresh=True)["access_token"]
    assert (use(api, api.token), use(api, new)) == (40001, 0)


def test_a_forced_refresh_works_only_after_30_seconds_and_20_times_a_day(standin: Standin, api: Api) -> None:
    first = api.stable(force_refresh=True)["access_token"]
    assert api.stable(force_refresh=True)["access_token"] == first
    for _ in range(19):
        standin.skip(31)
        assert "access_token" in api.stable(force_refresh=True)
    standin.skip(31)
    assert api.stable(force_refresh=True)["errcode"] == 45009
    standin.skip(86_400)
    assert "access_token" in api.stable(force_refresh=True)


def test_the_stable_call_has_a_limit_a_minute(standin: Standin, api: Api) -> None:
    standin.post("account", calls_a_minute=3)
    assert [api.stable().get("errcode", 0) for _ in range(3)] == [0, 0, 45011]
    standin.skip(61)
    assert "access_token" in api.stable()


def test_each_classic_call_ends_the_former_token_after_five_minutes(standin: Standin, api: Api) -> None:
    first = api.classic()["access_token"]
    second = api.classic()["access_token"]
    assert first != second
    assert (use(api, first), use(api, second), use(api, api.token)) == (0, 0, 0)
    standin.skip(301)
    assert (use(api, first), use(api, second), use(api, api.token)) == (40001, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wx-other"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_a_token_is_for_the_owner_only(api: Api, wrong: dict[str, str], code: int) -> None:
    answer = api.stable(**wrong)
    assert answer["errcode"] == code
    assert "rid: " in answer["errmsg"]


def test_the_classic_call_is_for_the_owner_only(api: Api) -> None:
    assert api.classic(secret="wrong")["errcode"] == 40125


@pytest.mark.parametrize(("how", "code"), [("expired", 42001), ("replaced", 40001), ("unknown", 40014)])
def test_tokens_can_be_spoiled_by_order(standin: Standin, api: Api, how: str, code: int) -> None:
    standin.post("tokens", how=how)
    assert use(api, api.token) == code
    assert use(api, api.stable()["access_token"]) == 0


def test_a_call_needs_a_token_the_right_method_and_json(standin: Standin, api: Api) -> None:
    http = standin.http
    assert http.get("/cgi-bin/menu/get").json()["errcode"] == 41001
    assert http.get("/cgi-bin/menu/get", params={"access_token": "made up"}).json()["errcode"] == 40014
    assert http.get("/cgi-bin/stable_token").json()["errcode"] == 43002
    assert http.post("/cgi-bin/token").json()["errcode"] == 43001
    body = {"appid": APP_ID, "secret": APP_SECRET, "grant_type": "client_credential"}
    assert http.post("/cgi-bin/stable_token", data=body).json()["errcode"] == 47001
    assert api.posts("callback/check", [1])["errcode"] == 47001


def test_an_account_that_is_not_verified_may_do_nothing_else(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.post("account", kind="unverified")
    assert "access_token" in api.stable()
    assert api.sends(citizen) == 48001


def test_an_unknown_call_is_noted(standin: Standin, api: Api) -> None:
    assert api.gets("message/nonsense").json()["errcode"] == 40066
    assert standin.violations() == ["unknown_call"]
