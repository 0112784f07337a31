"""Calls of the platform: repeated within limits, never without end, and silent about tokens and people."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.storage import Database
from channels.wechat import client
from channels.wechat.client import TRIES, TROUBLE, WeChatApi, WeChatError
from channels.wechat.menu import menu
from channels.wechat.render import Option, Piece
from tests.tools.wechat_standin.driver import APP_ID, APP_SECRET, Citizen, Standin

SEND, MEDIA, TOKEN_CALL = "/cgi-bin/message/custom/send", "/cgi-bin/media/get", "/cgi-bin/stable_token"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats do not wait."""
    monkeypatch.setattr(client, "FIRST_WAIT", 0.001)


@pytest.fixture
def store(sqlite_store: Database) -> Database:
    return sqlite_store


@pytest_asyncio.fixture
async def api(store: Database, standin: Standin) -> AsyncIterator[WeChatApi]:
    one = WeChatApi(standin.url, APP_ID, APP_SECRET, store)
    yield one
    await one.close()


@pytest.fixture
def citizen(standin: Standin) -> Citizen:
    """Somebody who has just written, without an account that would answer."""
    standin.post("account", url="http://127.0.0.1:9/", patience=0.1)
    citizen = standin.citizen()
    citizen.says("您好")
    return citizen


def calls(standin: Standin, path: str) -> dict[str, int]:
    return dict(standin.get("counts")["calls"].get(path, {}))


def fail(standin: Standin, path: str, times: int, **how: Any) -> None:
    standin.post("faults", path=path, times=times, **how)


async def code_of(awaitable: Any) -> int:
    with pytest.raises(WeChatError) as error:
        await awaitable
    return error.value.code


async def test_a_text_and_a_menu_reach_the_person_as_they_are(
    api: WeChatApi, citizen: Citizen, standin: Standin
) -> None:
    await api.send(citizen.openid, Piece("您好，“丽阳街”😀\n第二行"), "a")
    await api.send(citizen.openid, Piece("选一个", [Option("1", "满意")]), "b")
    text, menu = citizen.seen()[-2:]
    assert text["text"] == "您好，“丽阳街”😀\n第二行"
    assert (menu["head"], menu["items"]) == ("选一个", [{"id": "1", "content": "满意"}])
    assert "escaped_json" not in standin.violations()


@pytest.mark.parametrize("how", ["expired", "replaced", "unknown"])
async def test_after_a_refused_token_the_call_is_made_once_more_with_a_fresh_one(
    api: WeChatApi, citizen: Citizen, standin: Standin, how: str
) -> None:
    await api.send(citizen.openid, Piece("一"), "a")
    standin.post("tokens", how=how)
    await api.send(citizen.openid, Piece("二"), "b")
    assert citizen.reads()[-2:] == ["一", "二"]
    assert sum(calls(standin, SEND).values()) == 3


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_platform_that_refuses_every_token_is_asked_twice_and_no_more(
    api: WeChatApi, citizen: Citizen, standin: Standin, code: int
) -> None:
    fail(standin, SEND, 1000, errcode=code)
    assert await code_of(api.send(citizen.openid, Piece("一"), "a")) == code
    assert calls(standin, SEND) == {str(code): 2}


async def test_a_busy_platform_is_asked_again_a_few_times(api: WeChatApi, citizen: Citizen, standin: Standin) -> None:
    fail(standin, SEND, TRIES - 1, errcode=-1)
    await api.send(citizen.openid, Piece("一"), "a")
    fail(standin, SEND, 1000, errcode=-1)
    assert await code_of(api.send(citizen.openid, Piece("二"), "b")) == -1
    assert calls(standin, SEND) == {"-1": TRIES - 1 + TRIES, "0": 1}


async def test_a_dropped_connection_is_tried_again_and_the_person_reads_it_once(
    api: WeChatApi, citizen: Citizen, standin: Standin
) -> None:
    await api.token()
    fail(standin, SEND, 1, drop=True, after=True)
    assert await code_of(api.send(citizen.openid, Piece("一"), "a")) == 45065
    assert citizen.reads()[-1:] == ["一"]
    fail(standin, SEND, 1, drop=True)
    await api.send(citizen.openid, Piece("二"), "b")
    assert citizen.reads()[-2:] == ["一", "二"]


async def test_a_platform_that_cannot_be_reached_is_trouble_and_no_traceback_names_the_token(
    store: Database, citizen: Citizen, api: WeChatApi, standin: Standin
) -> None:
    token = await api.token()
    fail(standin, SEND, 1000, drop=True)
    with pytest.raises(WeChatError) as error:
        await api.send(citizen.openid, Piece("一"), "a")
    assert error.value.code == TROUBLE
    lines = "".join(traceback.format_exception(error.value))
    assert token not in lines and citizen.openid not in lines
    away = WeChatApi("http://127.0.0.1:9", "wx-away", APP_SECRET, store)
    assert await code_of(away.token()) == TROUBLE
    await away.close()


async def test_a_platform_that_does_not_answer_is_given_up_in_time(
    api: WeChatApi, citizen: Citizen, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.token()
    api._http.timeout = httpx.Timeout(0.2)
    fail(standin, SEND, TRIES, latency=2.0, drop=True)
    assert await code_of(asyncio.wait_for(api.send(citizen.openid, Piece("一"), "a"), 30)) == TROUBLE


def test_every_wait_has_an_end() -> None:
    assert all(isinstance(value, float) and value <= 10 for value in client.TIMEOUT.as_dict().values())


@pytest.mark.parametrize("code", [40003, 43004, 45009, 45011, 45015, 45047, 48001, 40164, 99999])
async def test_any_other_code_is_told_at_once(api: WeChatApi, citizen: Citizen, standin: Standin, code: int) -> None:
    fail(standin, SEND, 1, errcode=code)
    assert await code_of(api.send(citizen.openid, Piece("一"), "a")) == code
    assert calls(standin, SEND) == {str(code): 1}


async def test_neither_token_nor_openid_is_logged_even_when_everything_is(
    api: WeChatApi, citizen: Citizen, standin: Standin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fail(standin, SEND, 1, errcode=-1)
    await api.send(citizen.openid, Piece("您好"), "a")
    await code_of(api.download("no such file"))
    token = await api.token()
    for secret in (token, citizen.openid, APP_SECRET, "您好"):
        assert secret not in caplog.text


# Media ----------------------------------------------------------------------------------------------------------------


async def test_a_video_is_fetched_from_the_platform_and_from_nowhere_else(
    api: WeChatApi, citizen: Citizen, standin: Standin
) -> None:
    citizen.does("video")
    [item] = [item for item in standin.get(f"users/{citizen.openid}/seen")["items"] if item["type"] == "video"]
    assert (await api.download(item["media_id"])).content_type == "video/mp4"
    for url in (
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://127.0.0.1:22/",
        "https://qq.com.evil.example/",
        "",
    ):
        assert not api._is_platform(url)
    for url in (f"{standin.url}/standin/media/1", "http://mp.video.qq.com/a.mp4", "https://findermp.video.qq.com/b"):
        assert api._is_platform(url)


async def test_a_file_that_is_gone_is_told_by_its_code(api: WeChatApi, standin: Standin) -> None:
    assert await code_of(api.download("no such file")) == 40007


async def test_a_menu_is_created_in_readable_signs(api: WeChatApi, standin: Standin) -> None:
    await api.create_menu(menu("https://hotline.example"))
    names = [button["name"] for button in standin.get("menu")["button"]]
    assert names == ["我要反映", "查进度", "更多"]
