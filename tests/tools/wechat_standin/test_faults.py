"""Trouble by order."""

from __future__ import annotations

import httpx
import pytest

from tests.tools.wechat_standin.driver import Api, Standin

SEND = "/cgi-bin/message/custom/send"


@pytest.mark.parametrize("code", [-1, 45009])
def test_the_next_calls_are_refused(standin: Standin, api: Api, code: int) -> None:
    citizen = standin.citizen()
    standin.post("faults", path=SEND, errcode=code, times=2)
    assert [api.sends(citizen) for _ in range(3)] == [code, code, 0]
    assert len(citizen.seen()) == 1
    assert standin.get("counts")["calls"][SEND] == {str(code): 2, "0": 1}


def test_trouble_for_one_call_leaves_the_others_alone(standin: Standin, api: Api) -> None:
    standin.post("faults", path=SEND, errcode=-1)
    assert api.code("callback/check", {"action": "dns", "check_operator": "DEFAULT"}) == 0
    standin.post("faults", path="*", errcode=-1)
    assert api.code("callback/check", {"action": "dns", "check_operator": "DEFAULT"}) == -1


@pytest.mark.parametrize(("after", "seen"), [(False, 0), (True, 1)])
def test_a_connection_drops_before_or_after_the_work(standin: Standin, api: Api, after: bool, seen: int) -> None:
    citizen = standin.citizen()
    standin.post("faults", path=SEND, drop=True, after=after)
    with pytest.raises(httpx.TransportError):
        api.sends(citizen)
    assert len(citizen.seen()) == seen
    assert api.sends(citizen) == 0


def test_a_slow_call_runs_into_the_callers_time_out(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.post("faults", path=SEND, latency=30)
    body = {"touser": citizen.openid, "msgtype": "text", "text": {"content": "慢"}}
    with pytest.raises(httpx.ReadTimeout):
        standin.http.post(SEND, params={"access_token": api.token}, json=body, timeout=0.2)
    assert api.sends(citizen) == 0


def test_a_call_that_was_done_may_answer_busy(standin: Standin, api: Api) -> None:
    citizen = standin.citizen()
    standin.post("faults", path=SEND, errcode=-1, after=True)
    assert api.sends(citizen) == -1
    assert len(citizen.seen()) == 1
