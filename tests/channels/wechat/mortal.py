"""The channel in a process that dies where it is told to and comes back at once; a program for `test_killed`.

``python -m tests.channels.wechat.mortal DATABASE API_BASE SOCKET FOLDER``: serves on an inherited listening socket, on
which the platform's connections wait while a new process begins. A file ``FOLDER/die`` holds ``NAME before`` or
``NAME after``: the next call of that name ends the process with SIGKILL, and nothing else of it. What the engine was
given stands in ``FOLDER/heard``.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sanic import Sanic
from sqlalchemy import update

import bot.quiet  # noqa: F401  # before anything imports Rasa
from bot.dialogue.engine.collector import Collector
from bot.dialogue.gate import Gate
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import now
from bot.storage.tables_wechat import WeChatAccount, WeChatInbound, WeChatPerson
from channels.wechat.channel import wechat
from channels.wechat.client import WeChatApi
from channels.wechat.deliverer import Deliverer
from channels.wechat.kept import Inbox
from channels.wechat.reception import Times
from tests.bot.hotline.tickets import draft
from tests.channels.wechat.conftest import account_settings

LONG = "长"
"""Begins a text with a long answer."""


class Engine:
    """Files an order for each text, as the service does: the same draft gives the same order."""

    def __init__(self, store: Database, heard: Path) -> None:
        self._orders, self._heard = WorkOrders(store), heard

    async def __call__(self, text: str, visitor_id: str, collector: Collector) -> None:
        with self._heard.open("a") as heard:
            heard.write(f"{text}\n")
        if text != "/greet":
            await self._orders.file([draft(key=text, visitor_id=visitor_id, channel="wechat", description=text)])
        # What is too long for one message ends in a customer-service message.
        end = f"{'好。' * 500}完毕：{text}。" if text.startswith(LONG) else ""
        await collector.send_response(visitor_id, {"text": f"收到：{text}。{end}"})


POINTS: dict[str, tuple[type, str]] = {
    "keep": (Inbox, "keep"),
    "engine": (Engine, "__call__"),
    "gate": (Gate, "_take_turn"),
    "answered": (Inbox, "answered"),
    "sent": (Inbox, "sent"),
    "claim": (Deliverer, "_send"),
    "send": (WeChatApi, "send"),
    "arrived": (Deliverer, "_arrived"),
}
"""Where it can die, in the order in which a message comes there; from ``claim`` on it is the end of the answer."""


def mortal(call: Callable[..., Awaitable[Any]], name: str, orders: Path) -> Callable[..., Awaitable[Any]]:
    """The call, before and after which the process can die."""

    def perhaps_die(moment: str) -> None:
        if orders.exists() and orders.read_text() == f"{name} {moment}":
            orders.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    async def call_(*args: Any, **more: Any) -> Any:
        perhaps_die("before")
        result = await call(*args, **more)
        perhaps_die("after")
        return result

    return call_


def serve(store: Database, api_base: str, listening: socket.socket, folder: Path) -> None:
    """Serves until it dies."""
    for name, (owner, method) in POINTS.items():
        setattr(owner, method, mortal(getattr(owner, method), name, folder / "die"))
    times = Times(in_time=60, typing_after=60, look=0.05, closing=0.1)
    app = Sanic("mortal", configure_logging=False)
    routes = wechat(account_settings(api_base), store, Engine(store, folder / "heard"), times)
    app.blueprint(routes, url_prefix="/webhooks/wechat")
    app.run(sock=listening, single_process=True, access_log=False, motd=False)


def time_passes(store: Database) -> None:
    """As if it were a minute later: nobody believes any more that the dead process is at work."""
    past = now() - timedelta(seconds=1)
    with store.transaction() as session:
        session.execute(update(WeChatInbound).values(next_try_at=past))
        session.execute(update(WeChatPerson).values(busy_until=None))
        session.execute(update(WeChatAccount).values(fetching_until=None))
    store.engine.dispose()


def main(url: str, api_base: str, listening: str, folder: str) -> None:
    """Begins a new process whenever one was killed. A fork: importing everything anew would take seconds. It ends when
    its whole group is killed: a child that is just starting may lose any other signal."""
    store, socket_ = Database(url), socket.socket(fileno=int(listening))
    store.migrate()
    while True:
        time_passes(store)
        child = os.fork()
        if not child:
            serve(store, api_base, socket_, Path(folder))
            return
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != -signal.SIGKILL:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
