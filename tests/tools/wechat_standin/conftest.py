"""One stand-in and one small account for all tests here; each test finds them fresh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ports import free_port
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, APP_SECRET, TOKEN, Api, Standin
from tests.tools.wechat_standin.serving import served
from tests.tools.wechat_standin.tiny_account import TinyAccount
from tools.wechat_standin.account import Account
from tools.wechat_standin.app import create_app


@pytest.fixture(scope="session")
def running_account() -> Iterator[tuple[TinyAccount, str]]:
    account = TinyAccount()
    with served(account.app, free_port()) as url:
        yield account, f"{url}/wechat"


@pytest.fixture(scope="session")
def running_standin(running_account: tuple[TinyAccount, str]) -> Iterator[Standin]:
    account = Account(running_account[1], TOKEN, APP_ID, APP_SECRET, AES_KEY, patience=30)
    port = free_port()
    with served(create_app(account, f"http://127.0.0.1:{port}", []), port) as url:
        yield Standin(url)


@pytest.fixture
def account(running_account: tuple[TinyAccount, str]) -> TinyAccount:
    """The account's server: takes everything with ``success`` until told otherwise."""
    account = running_account[0]
    account.received.clear()
    account.answers, account.status, account.reads_plain = (lambda _: "success"), 200, False
    return account


@pytest.fixture
def standin(running_standin: Standin, account: TinyAccount) -> Standin:
    """The stand-in, in encrypted mode; it waits long, so that only tests about waiting run out of patience."""
    running_standin.post("reset")
    return running_standin


@pytest.fixture
def plain(standin: Standin) -> Standin:
    """The stand-in in plain mode."""
    standin.post("account", mode="plain")
    return standin


@pytest.fixture
def api(standin: Standin) -> Api:
    return Api(standin)
