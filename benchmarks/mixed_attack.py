"""Ten minutes of mixed attack on a running service: how long honest citizens wait, and whether emergencies are answered.

Three processes on one machine: the service, the attackers, and this one, which plays the honest citizens before, during and
after the attack. Addresses are told by `X-Forwarded-For`, as a proxy tells them. What the figures say stands in README.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp
import click
from PIL import Image
from tqdm import tqdm

from tests.conftest import Service, start_service, stop_service

ADDRESSES = 50
SESSIONS = 12
"""Sessions of each attacking address: so many persons may send ten messages a second without exceeding their own rate."""
UNDER_WAY = 40
"""Requests of one attacking address that wait for an answer; it sends no more until some have come."""
SLOW_BODIES, STREAMS, UPLOADERS = 60, 400, 4
CITIZENS = 3
THINKS = 2.0
"""Seconds that an honest citizen takes to write."""
CRIES = 5.0
"""Seconds from one emergency to the next."""
AFTER = 60
"""Seconds after the attack until the memory is read."""
TIMEOUT = aiohttp.ClientTimeout(total=120)

PLAIN = (
    "路灯坏了三天没人修",
    "社保卡丢了怎么补办",
    "楼下烧烤店半夜还在营业吵得睡不着",
    "我要投诉",
    "你好",
    "查一下进度",
    "公交车老是不来",
)
CONVERSATION = (
    "我们小区门口的路灯坏了三天了，晚上黑漆漆的",
    "莲都区丽阳街123号",
    "不留电话",
    "社保卡丢了怎么补办",
    "上面那个时间是前天",
    "提交",
)
CRY = (
    "我家着火了快来人",
    "有人掉河里了",
    "隔壁在打架动刀了",
    "我妈突然晕倒叫不醒",
    "前面两辆车撞了有人受伤",
    "救命 有人要跳楼",
)
LINES = ("110", "119", "120", "122")


@dataclass
class Heard:
    """What the honest ones found: seconds of each message, what was refused, and the cries that no line answered."""

    seconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    cries: list[float] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)


def _from(address: str, token: str | None = None) -> dict[str, str]:
    return {"X-Forwarded-For": address, **({"Authorization": f"Bearer {token}"} if token else {})}


async def _session(http: aiohttp.ClientSession, address: str) -> str:
    """The token of a new session; empty where there was none."""
    async with http.post("/api/web/session", json={}, headers=_from(address)) as answer:
        return str((await answer.json()).get("token", "")) if answer.status == 200 else ""


async def _say(http: aiohttp.ClientSession, address: str, token: str, text: str) -> tuple[int, str]:
    async with http.post("/api/web/message", json={"text": text}, headers=_from(address, token)) as answer:
        return answer.status, await answer.text()


# The honest ------------------------------------------------------------------------------------------------------------


async def citizen(http: aiohttp.ClientSession, name: str, heard: Heard) -> None:
    """One after another talks to the service, each from an address of his own."""
    for number in range(10_000):
        address, token = f"203.0.{name}.{number % 250}", ""
        for text in ("", *CONVERSATION):
            await asyncio.sleep(THINKS)
            began = time.perf_counter()
            try:
                if not token:
                    token = await _session(http, address)
                    if not token:
                        heard.refused["session"] += 1
                else:
                    status, _ = await _say(http, address, token, text)
                    if status != 200:
                        heard.refused[str(status)] += 1
            except (aiohttp.ClientError, TimeoutError):
                heard.refused["cut off"] += 1
            finally:
                # Who still waits when the time is over has waited so long.
                heard.seconds.append(time.perf_counter() - began)


async def cries(http: aiohttp.ClientSession, heard: Heard) -> None:
    """Somebody is in danger every few seconds; what is refused must name the line, too."""
    for number in range(10_000):
        began = time.perf_counter()
        address = f"192.0.2.{number % 250}"
        text = CRY[number % len(CRY)]
        try:
            _, answer = await _say(http, address, await _session(http, address), text)
        except (aiohttp.ClientError, TimeoutError) as error:
            answer = repr(error)
        heard.cries.append(time.perf_counter() - began)
        if not any(line in answer for line in LINES):
            heard.unheard.append(f"{text}: {answer[:100]}")
        await asyncio.sleep(CRIES)


async def honest(url: str, seconds: float, title: str) -> Heard:
    """Lets the honest ones talk for so long."""
    heard = Heard()
    async with aiohttp.ClientSession(url, timeout=TIMEOUT) as http:
        people = [asyncio.create_task(citizen(http, str(name), heard)) for name in range(CITIZENS)]
        people.append(asyncio.create_task(cries(http, heard)))
        for _ in tqdm(range(int(seconds)), desc=title, unit="s"):
            await asyncio.sleep(1)
        for one in people:
            one.cancel()
        for failed in await asyncio.gather(*people, return_exceptions=True):
            if not isinstance(failed, asyncio.CancelledError):
                raise click.ClickException(f"an honest citizen was cut off: {failed!r}")
    return heard


# The attackers ---------------------------------------------------------------------------------------------------------


def nasty(count: int) -> list[str]:
    """Texts made of what the product's own patterns look for."""
    from tests.patterns import gathered, messages

    watch, _ = gathered()
    return list(messages(watch, count, 1))


async def flood(http: aiohttp.ClientSession, address: str, rate: float, texts: list[str], met: Counter[str]) -> None:
    """Sends messages of several persons at a rate, whether or not they are answered."""
    chance, tokens, waiting = random.Random(address), list[str](), set[asyncio.Task[None]]()

    async def one(text: str) -> None:
        token = chance.choice(tokens) if len(tokens) >= SESSIONS else await _session(http, address)
        if token and len(tokens) < SESSIONS:
            tokens.append(token)
        if token:
            met[f"flood {(await _say(http, address, token, text))[0]}"] += 1
        else:
            met["flood without a session"] += 1

    while True:
        await asyncio.sleep(chance.expovariate(rate))
        if len(waiting) < UNDER_WAY:
            text = chance.choice(texts) if chance.random() < 0.5 else chance.choice(PLAIN)
            task = asyncio.create_task(_quietly(one(text), met, "flood"))
            waiting.add(task)
            task.add_done_callback(waiting.discard)


async def slow_body(url: str, met: Counter[str]) -> None:
    """Says that ten megabytes come, and sends a byte a second."""
    host, port = url.removeprefix("http://").split(":")
    head = "POST /api/web/media HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 10000000\r\n\r\n"
    while True:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode())
        with contextlib.suppress(ConnectionError):
            while not writer.transport.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(1)
        met["slow body ended"] += 1
        writer.close()


async def stream(http: aiohttp.ClientSession, address: str, tokens: list[str], met: Counter[str]) -> None:
    """Opens an event stream, and another one when it ends or is refused."""
    while True:
        if not tokens:
            if token := await _session(http, address):
                tokens.append(token)
        else:
            async with http.get("/api/web/events", headers=_from(address, tokens[0])) as answer:
                met[f"stream {answer.status}"] += 1
                async for _ in answer.content:
                    pass
        await asyncio.sleep(1)


async def upload(http: aiohttp.ClientSession, address: str, files: list[bytes], met: Counter[str]) -> None:
    """Sends one large picture after the other."""
    token = ""
    for number in range(1_000_000):
        token = token or await _session(http, address)
        if not token:
            await asyncio.sleep(0.2)
            continue
        form = aiohttp.FormData()
        form.add_field("file", files[number % len(files)], filename="x.png", content_type="image/png")
        async with http.post("/api/web/media", data=form, headers=_from(address, token)) as answer:
            met[f"upload {answer.status}"] += 1
            await answer.read()
        await asyncio.sleep(0.2)


async def _quietly(doing: Awaitable[Any], met: Counter[str], name: str) -> None:
    try:
        await doing
    except (aiohttp.ClientError, OSError, TimeoutError):
        met[f"{name} cut off"] += 1


async def _again(doing: Callable[[], Awaitable[Any]], met: Counter[str], name: str) -> None:
    while True:
        await _quietly(doing(), met, name)
        await asyncio.sleep(1)


async def attack(url: str, seconds: float, rate: float) -> Counter[str]:
    """Everything at once for so long; gives what it met."""
    met: Counter[str] = Counter()
    texts, noise = nasty(5000), random.Random(2)
    files = []
    for side in (200, 1200, 1700):  # the last has 8.7 MB: noise does not shrink
        written = io.BytesIO()
        Image.frombytes("RGB", (side, side), noise.randbytes(3 * side * side)).save(written, "PNG")
        files.append(written.getvalue())
    files.append(b"MZ" + noise.randbytes(2_000_000))
    attackers = [f"198.51.100.{number}" for number in range(ADDRESSES)]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(total=None), connector=connector) as http:

        def all_of_them() -> Iterator[tuple[Callable[[], Awaitable[Any]], str]]:
            for address in attackers:
                yield partial(flood, http, address, rate / ADDRESSES, texts, met), "flood"
            for _ in range(SLOW_BODIES):
                yield partial(slow_body, url, met), "slow body"
            shared: list[str] = []
            for number in range(STREAMS):
                # Half of them on one token, as found; the others with tokens of their own.
                tokens, address = (shared, attackers[0]) if number % 2 else ([], attackers[number % ADDRESSES])
                yield partial(stream, http, address, tokens, met), "stream"
            for address in attackers[:UPLOADERS]:
                yield partial(upload, http, address, files, met), "upload"

        tasks = [asyncio.create_task(_again(doing, met, name)) for doing, name in all_of_them()]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return met


# The whole -------------------------------------------------------------------------------------------------------------


def memory(service: Service) -> int:
    """Megabytes that the service holds."""
    [line] = [line for line in Path(f"/proc/{service.process.pid}/status").read_text().splitlines() if "VmRSS" in line]
    return int(line.split()[1]) // 1024


def report(quiet: Heard, during: Heard, after: Heard, held: list[int]) -> dict[str, Any]:
    """The figures of the result table."""
    return {
        "median of an honest call (a session or a message), quiet (s)": f"{median(quiet.seconds):.3f}",
        "… under attack (s)": f"{median(during.seconds):.3f}",
        "… afterwards (s)": f"{median(after.seconds):.3f}",
        "under attack / quiet": f"{median(during.seconds) / median(quiet.seconds):.2f}",
        "slowest twentieth, quiet / under attack (s)": " / ".join(
            f"{quantiles(one.seconds, n=20)[-1]:.3f}" for one in (quiet, during)
        ),
        "honest calls under attack": len(during.seconds),
        "of these refused": dict(during.refused) or 0,
        "emergencies under attack": len(during.cries),
        "of these without a line": during.unheard or 0,
        "slowest emergency, with opening a session (s)": f"{max(during.cries):.2f}",
        "memory before / at the end / a minute after (MB)": " / ".join(map(str, held)),
    }


@click.command()
@click.option("--seconds", default=600.0, help="Of attack.", show_default=True)
@click.option("--quiet", default=90.0, help="Seconds of quiet before.", show_default=True)
@click.option("--rate", default=200.0, help="Messages a second of all attackers together.", show_default=True)
@click.option("--attack", "attacked", hidden=True)
def main(seconds: float, quiet: float, rate: float, attacked: str | None) -> None:
    """Attack a service of its own; a Markdown table goes to standard output."""
    if attacked:
        for what, count in sorted(asyncio.run(attack(attacked, seconds, rate)).items()):
            click.echo(f"| {what} | {count} |")
        return
    os.environ.pop("BOT_RATE_LIMIT", None)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"BOT_TRUSTED_PROXIES": "127.0.0.1", "BOT_RATE_LIMIT": "60/minute", "BOT_READING_SECONDS": "5"}
        service = start_service(Path(folder), **settings)
        try:
            asyncio.run(honest(service.url, 15, "warming up"))
            before = asyncio.run(honest(service.url, quiet, "quiet"))
            held = [memory(service)]
            command = [sys.executable, "-m", "benchmarks.mixed_attack", "--attack", service.url]
            attackers = subprocess.Popen([*command, "--seconds", str(seconds), "--rate", str(rate)])
            during = asyncio.run(honest(service.url, seconds, "under attack"))
            held.append(memory(service))
            attackers.wait(120)
            after = asyncio.run(honest(service.url, AFTER, "afterwards"))
            held.append(memory(service))
        finally:
            stop_service(service)
    for name, figure in report(before, during, after, held).items():
        click.echo(f"| {name} | {figure} |")


if __name__ == "__main__":
    main()
