"""``bot wechat``: what is wrong with an account is said in words, and the menu gets to the platform."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from bot.storage import Database
from channels.wechat.menu import ASK, SAYS
from tests.channels.wechat.conftest import Serve
from tests.conftest import BOT
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, APP_SECRET, TOKEN, Standin


@pytest.fixture
def store(sqlite_store: Database) -> Database:
    return sqlite_store


class Command:
    """The command with the settings of the stand-in's account."""

    def __init__(self, folder: Path, standin: Standin) -> None:
        self.env = {
            "BOT_DATA_DIR": str(folder),
            "WECHAT_TOKEN": TOKEN,
            "WECHAT_APP_ID": APP_ID,
            "WECHAT_APP_SECRET": APP_SECRET,
            "WECHAT_AES_KEY": AES_KEY,
            "WECHAT_API_BASE": standin.url,
        }

    def __call__(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BOT, "wechat", *arguments], env={**os.environ, **self.env, **env}, capture_output=True, text=True
        )


@pytest.fixture
def command(tmp_path: Path, standin: Standin) -> Command:
    return Command(tmp_path / "data", standin)


def test_a_good_account_passes_every_check(command: Command, serve: Serve) -> None:
    with serve() as url:
        result = command("check", BOT_PUBLIC_URL=url)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "ok      token" in result.stdout and "ok      address" in result.stdout
    for secret in (TOKEN, APP_SECRET, AES_KEY):
        assert secret not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"WECHAT_APP_SECRET": "wrong"}, "WECHAT_APP_SECRET is wrong"),
        ({"WECHAT_APP_ID": "wxWrong"}, "WECHAT_APP_ID is wrong"),
        ({"WECHAT_APP_SECRET": ""}, "WECHAT_APP_SECRET is not set"),
        ({"WECHAT_API_BASE": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"BOT_PUBLIC_URL": ""}, "BOT_PUBLIC_URL is not set"),
        ({"BOT_PUBLIC_URL": "http://127.0.0.1:9"}, "is the service running"),
        ({"WECHAT_TOKEN": "wrong"}, "another token there"),
    ],
)
def test_what_is_wrong_is_said(command: Command, serve: Serve, env: dict[str, str], said: str) -> None:
    with serve() as url:
        result = command("check", **{"BOT_PUBLIC_URL": url, **env})
    assert result.returncode == 1
    assert "FAILED" in result.stdout and said in result.stdout


@pytest.mark.parametrize(
    ("env", "said"),
    [({"WECHAT_TOKEN": ""}, "WeChat is off"), ({"WECHAT_AES_KEY": "short"}, "43 letters and digits")],
)
def test_without_fitting_settings_nothing_is_checked(command: Command, env: dict[str, str], said: str) -> None:
    result = command("check", **env)
    assert result.returncode == 1
    assert said in result.stderr


def test_the_menu_is_put_up(command: Command, standin: Standin) -> None:
    result = command("menu", BOT_PUBLIC_URL="https://hotline.example")
    assert result.returncode == 0, result.stdout + result.stderr
    button = standin.get("menu")["button"]
    assert [one["name"] for one in button] == ["我要反映", "查进度", "更多"]
    shown = json.loads(command("menu", "--show", BOT_PUBLIC_URL="https://hotline.example").stdout)["button"]
    below = [one for top in shown for one in top.get("sub_button", [top])]
    assert {one["key"] for one in below if one["type"] == "click"} == {*SAYS, ASK}
    assert [one["url"] for one in below if one["type"] == "view"] == ["https://hotline.example"]


def test_an_account_that_may_have_no_menu_is_told_so(command: Command, standin: Standin) -> None:
    standin.post("account", kind="unverified")
    result = command("menu")
    assert result.returncode == 1
    assert "not verified" in result.stdout
