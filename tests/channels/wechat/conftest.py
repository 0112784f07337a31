"""The channel on a small engine, in front of the strict stand-in of the platform; each test finds both fresh."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sanic import Sanic

from bot.dialogue.engine.collector import Collector
from bot.hotline.workorders.orders import WorkOrders, file_one
from bot.settings import settings
from bot.storage import Database
from channels.pages.routes import pages
from channels.wechat import client
from channels.wechat.channel import wechat
from channels.wechat.reception import Times
from channels.wechat.settings import WeChatSettings
from tests.bot.hotline.tickets import draft
from tests.channels.wechat.post import OpenPost, Post
from tests.ports import free_port
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, APP_SECRET, TOKEN, Standin
from tests.tools.wechat_standin.serving import served
from tools.wechat_standin.account import Account
from tools.wechat_standin.app import create_app
from tools.wechat_standin.notices import Template

PUBLIC = "https://hotline.example"
NOTICE = Template(
    "T1",
    "办理进度",
    "编号：{{character_string1.DATA}}\n状态：{{phrase2.DATA}}\n单位：{{thing3.DATA}}\n时间：{{time4.DATA}}",
    subscribe=True,
    long_term=True,
)
TEMPLATE = Template("T2", NOTICE.title, NOTICE.content)
UNHURRIED = Times(in_time=60, typing_after=60, look=0.05, closing=0.1)
"""Whatever the machine does, an answer is in time."""
_names = itertools.count()


class Talk:
    """An engine that says what it heard. What a text should be answered with is put into ``says``.

    While `hold` is on it thinks; `let_go` lets it speak.
    """

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.says: dict[str, list[dict[str, Any]]] = {}
        self.breaks_on: set[str] = set()
        self._held = False
        self._thinking: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def __call__(self, text: str, visitor_id: str, collector: Collector) -> None:
        self.heard.append((visitor_id, text))
        may_speak = asyncio.Event()
        self._thinking.append((asyncio.get_running_loop(), may_speak))
        if self._held:
            await may_speak.wait()
        if text in self.breaks_on:
            raise RuntimeError("the model fell over")
        for message in self.says.get(text, [{"text": f"收到：{text}"}]):
            await collector.send_response(visitor_id, message)

    def hold(self) -> None:
        self._held = True

    def let_go(self) -> None:
        self._held = False
        for loop, may_speak in self._thinking:
            if not loop.is_closed():
                loop.call_soon_threadsafe(may_speak.set)
        self._thinking.clear()

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.heard]

    def offers(self, text: str, *titles: str) -> None:
        """Answers a text with buttons of these titles; their payloads are ``/pick_1``, ``/pick_2``…"""
        buttons = [{"title": title, "payload": f"/pick_{n}"} for n, title in enumerate(titles, 1)]
        self.says[text] = [{"text": "请选一个：", "buttons": buttons}]


@pytest.fixture
def talk() -> Iterator[Talk]:
    engine = Talk()
    yield engine
    engine.let_go()


@pytest.fixture(scope="session")
def running_standin() -> Iterator[Standin]:
    account = Account("http://127.0.0.1:9/", TOKEN, APP_ID, APP_SECRET, AES_KEY, patience=30)
    port = free_port()
    app = create_app(account, f"http://127.0.0.1:{port}", [NOTICE, TEMPLATE], name="wechat_platform")
    with served(app, port) as url:
        yield Standin(url)


@pytest.fixture
def standin(running_standin: Standin) -> Standin:
    running_standin.post("reset")
    return running_standin


def account_settings(api_base: str, **changes: Any) -> WeChatSettings:
    """The settings of the account that the stand-in serves."""
    given = {"token": TOKEN, "app_id": APP_ID, "app_secret": APP_SECRET, "aes_key": AES_KEY, "api_base": api_base}
    return WeChatSettings(_env_file=None, **{**given, **changes})


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address for links to pages."""
    monkeypatch.setattr(settings(), "public_url", PUBLIC)


def file_order(store: Database, visitor_id: str, **values: Any) -> str:
    """Files an order for a visitor; gives its number."""
    with store.transaction() as session:
        return file_one(session, draft(visitor_id=visitor_id, channel="wechat", **values)).number


def move(store: Database, number: str, *kinds: str, **data: Any) -> None:
    """What hotline and units do with an order; ``data`` belongs to the last move."""
    usual: dict[str, tuple[str, dict[str, Any]]] = {
        "dispatched": ("hotline", {"unit": "莲都区综合行政执法局"}),
        "replied": ("unit", {"text": "已责令整改"}),
    }
    for kind in kinds:
        by, more = usual.get(kind, ("unit", {}))
        more = {**more, **data} if kind == kinds[-1] else more
        asyncio.run(WorkOrders(store).move(number, kind, by, more))


Serve = Callable[..., Any]


@pytest.fixture
def serve(store: Database, talk: Talk, standin: Standin) -> Serve:
    """Serves the channel while a block runs: ``with serve(times=…, **settings) as url``."""

    @contextmanager
    def serving(times: Times = UNHURRIED, mode: str = "encrypted", **changes: Any) -> Iterator[str]:
        app = Sanic(f"wechat_account_{next(_names)}", configure_logging=False)
        app.blueprint(
            wechat(account_settings(standin.url, **changes), store, talk, times), url_prefix="/webhooks/wechat"
        )
        app.blueprint(pages(store))
        with served(app, free_port()) as url:
            standin.post("account", url=f"{url}/webhooks/wechat/webhook", mode=mode)
            yield url

    return serving


@pytest.fixture
def account(serve: Serve) -> Iterator[str]:
    """The channel as it is by default, with all the time in the world."""
    with serve() as url:
        yield url


@pytest.fixture
async def open_post(store: Database, standin: Standin, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenPost]:
    """Opens the post of a person who has just written; the account has no server of its own."""
    monkeypatch.setattr(client, "FIRST_WAIT", 0.001)
    standin.post("account", url="http://127.0.0.1:9/", patience=0.1)
    opened: list[Post] = []

    async def opens(**settings: Any) -> Post:
        post = Post(store, standin, account_settings(standin.url, **settings))
        opened.append(post)
        await post.writes()
        return post

    yield opens
    for post in opened:
        await post.api.close()


@pytest.fixture
async def post(open_post: OpenPost) -> Post:
    """The post of a person to whom notices go by subscription."""
    return await open_post(notice_template="T1")
