"""The WeChat channel under load: a constant rate of messages, some with slow handlers, some whose answer gets lost.

Three processes: the stand-in platform, the channel on a small engine that files an order for each message, and this
one, which plays the citizens and counts what came of it. What the figures say stands in README.md.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import httpx
from sanic import Sanic
from sqlalchemy import select

import bot.quiet  # noqa: F401  # before anything imports Rasa
from bot.dialogue.engine.collector import Collector
from bot.hotline.classification import Classification
from bot.hotline.workorders.model import Draft
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import ROOT
from bot.storage import Database
from bot.storage.tables import WorkOrderRow
from channels.wechat.channel import wechat
from channels.wechat.settings import WeChatSettings

APP_ID, SECRET, TOKEN = "wx0123456789abcdef", "a secret for the benchmark", "a-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SLOW, SLOWEST = 0.15, 8.0
"""Share of the messages that are answered late, and the longest time that one takes."""
LOST = 0.05
"""Share of the messages whose first answer the platform does not get: it sends them again."""
PEOPLE = 300
PATIENCE = 120
"""Seconds to wait for the last answers."""
WAY = "/webhooks/wechat/webhook"


class Engine:
    """Takes its time and files an order: for most messages as long as the language model, for some much longer."""

    def __init__(self, store: Database) -> None:
        self._orders, self._random = WorkOrders(store), random.Random(7)

    async def __call__(self, text: str, visitor_id: str, collector: Collector) -> None:
        if text != "/greet":
            slow = self._random.random() < SLOW
            await asyncio.sleep(self._random.uniform(2.0, SLOWEST) if slow else self._random.uniform(0.02, 0.2))
            # A fresh idempotency key each time: acting twice would file a second order.
            await self._orders.file([_draft(f"{text}/{time.time_ns()}", visitor_id, text)])
        await collector.send_response(visitor_id, {"text": f"收到：{text}。"})


def _draft(key: str, visitor_id: str, text: str) -> Draft:
    return Draft(
        key=key,
        visitor_id=visitor_id,
        channel="wechat",
        classification=Classification("complaint", ["环境保护", "噪声污染"]),
        unit="莲都区综合行政执法局",
        region="莲都区",
        description=text,
    )


def serve(port: int, database: str, api_base: str) -> None:
    """The channel in a process of its own."""
    store = Database(database)
    store.migrate()
    settings = WeChatSettings(
        _env_file=None, token=TOKEN, app_id=APP_ID, app_secret=SECRET, aes_key=AES_KEY, api_base=api_base
    )
    app = Sanic("wechat_load", configure_logging=False)
    app.blueprint(wechat(settings, store, Engine(store)), url_prefix="/webhooks/wechat")
    app.run("127.0.0.1", port, single_process=True, access_log=False, motd=False)


@dataclass
class Said:
    """One message: what it was, what the platform got, and in how many tries."""

    openid: str
    text: str
    result: str
    tries: int


async def load(standin: str, rate: float, seconds: float) -> tuple[list[Said], Counter[str]]:
    """The citizens: each speaks in turn, whether or not earlier messages are answered. Gives what they said and read."""
    chance = random.Random(11)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=f"{standin}/standin", timeout=60, trust_env=False, limits=limits) as http:
        people = [(await http.post("/users", json={})).json()["openid"] for _ in range(PEOPLE)]
        for openid in people:
            await http.post(f"/users/{openid}/follow", json={})

        async def say(number: int) -> Said:
            openid, text = people[number % len(people)], f"第{number}件"
            if chance.random() < LOST:
                await http.post("/faults", json={"path": "push", "times": 1})
            outcome = (await http.post(f"/users/{openid}/text", json={"content": text})).json()
            return Said(openid, text, outcome["result"], outcome["tries"])

        tasks, began = [], time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(say(number)))
        said = await asyncio.gather(*tasks)
        return list(said), await _answered(http, said)


async def _answered(http: httpx.AsyncClient, said: list[Said]) -> Counter[str]:
    """What everybody has read once there is an answer to everything, or after long enough."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        read = await _reads(http, {one.openid for one in said})
        if all(f"收到：{one.text}。" in read for one in said):
            break
        await asyncio.sleep(1)
    # An answer that comes twice would come now.
    await asyncio.sleep(1)
    return await _reads(http, {one.openid for one in said})


async def _reads(http: httpx.AsyncClient, people: set[str]) -> Counter[str]:
    found = await asyncio.gather(*(http.get(f"/users/{openid}/seen") for openid in people))
    return Counter(item["text"] for one in found for item in one.json()["items"] if item["by"] != "me")


def report(said: list[Said], texts: Counter[str], standin: str, database: str) -> dict[str, Any]:
    """The counts of the result table."""
    with httpx.Client(base_url=f"{standin}/standin", timeout=60, trust_env=False) as http:
        tries = [item for item in http.get("/log").json()["items"] if item.get("what") == "text"]
        breaches = Counter(one["code"] for one in http.get("/violations").json()["violations"])
    with Database(database).transaction() as session:
        acted = Counter(session.scalars(select(WorkOrderRow.description)))
    answers = Counter(texts[f"收到：{one.text}。"] for one in said)
    waited = sorted(item["seconds"] for item in tries)
    replies = sorted(item["seconds"] for item in tries if item["response"] != "success")
    return {
        "messages": len(said),
        "answered once": answers[1],
        "answered more than once": sum(count for times, count in answers.items() if times > 1),
        "never answered": answers[0],
        "passive replies": sum(one.result == "reply" for one in said),
        "median passive reply (s)": _at(replies, 0.5),
        "latest passive reply (s)": _at(replies, 1.0),
        "`success`, answered by a customer-service message": sum(one.result == "success" for one in said),
        "latest answer of any kind to the platform (s)": _at(waited, 1.0),
        "repeats by the platform": sum(one.tries - 1 for one in said),
        "acted on twice": sum(acted[one.text] > 1 for one in said),
        "never acted on": sum(acted[one.text] == 0 for one in said),
        "shown as out of service": sum(one.result == "out_of_service" for one in said),
        "breaches that the platform counted": dict(breaches) or 0,
    }


def _at(seconds: list[float], share: float) -> str:
    return f"{seconds[round(share * (len(seconds) - 1))]:.2f}" if seconds else "-"


@contextmanager
def running(command: list[str], ready: str) -> Iterator[None]:
    """A process, from when it answers until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                httpx.get(ready, trust_env=False)
                break
            except httpx.TransportError:
                if process.poll() is not None:
                    raise click.ClickException(f"{command} has ended") from None
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(60)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@click.command()
@click.option("--rate", default=20.0, help="Messages a second.", show_default=True)
@click.option("--seconds", default=60.0, help="For how long.", show_default=True)
@click.option("--database", help="SQLAlchemy URL of an empty store; SQLite in a folder for the time unless given.")
@click.option("--serve", "served", nargs=3, hidden=True)
def main(rate: float, seconds: float, database: str | None, served: tuple[str, str, str] | None) -> None:
    """Measure the WeChat channel under load; a Markdown table goes to standard output."""
    if served:
        serve(int(served[0]), *served[1:])
        return
    with tempfile.TemporaryDirectory() as folder:
        account, platform = free_port(), free_port()
        os.environ |= {"BOT_DATA_DIR": folder, "BOT_RATE_LIMIT": "off", "BOT_SECRET_KEY": "a key for the benchmark"}
        database, standin = database or f"sqlite:///{Path(folder)}/load.db", f"http://127.0.0.1:{platform}"
        url = f"http://127.0.0.1:{account}{WAY}"
        channel = [sys.executable, __file__, "--serve", str(account), database, standin]
        options = {"port": str(platform), "account-url": url, "token": TOKEN, "app-id": APP_ID}
        options |= {"app-secret": SECRET, "aes-key": AES_KEY}
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        with (
            running(channel, f"http://127.0.0.1:{account}/"),
            running([sys.executable, "-m", "tools.wechat_standin", *flags], f"{standin}/standin/health"),
        ):
            said, read = asyncio.run(load(standin, rate, seconds))
            figures = report(said, read, standin, database)
    click.echo("| what | figure |\n|---|---|")
    for name, figure in figures.items():
        click.echo(f"| {name} | {figure} |")


if __name__ == "__main__":
    main()
