"""A foreign GeoReport server that behaves as real ones do: a stand-in over real HTTP. And a case for it."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.clock import ZONE
from bot.hotline.tickets.seam import Attachment, Case

JSON, XML, HTML = "application/json", "text/xml; charset=utf-8", "text/html"
PAGE = "<!DOCTYPE html><html><body><h1>Bad gateway</h1><br></body></html>"
CASE = Case(
    number="LS20260803-ABC234",
    channel="wechat",
    kind="complaint",
    category=["环境保护", "噪声污染"],
    service_code="0201",
    unit="莲都区综合行政执法局",
    co_units=["丽水市公安局", "丽水市建设局"],
    confidence=0.75,
    runner_up=["城乡建设", "物业管理"],
    region="莲都区",
    location="丽阳街123号",
    description="半夜很吵",
    occurred_at="昨天半夜",
    urgency="standard",
    immediate=False,
    confidential=True,
    name="王芳",
    phone="13812345678",
    due_date=date(2026, 8, 12),
    created_at=datetime(2026, 8, 3, 9, 30, tzinfo=ZONE),
    status="registered",
    cluster="LS20260801-XYZ789",
    external_id=None,
    attachments=[Attachment("abc", "现场.jpg", "image/jpeg"), Attachment("def", "b.pdf", "application/pdf")],
)
FILED = replace(CASE, external_id="S-1", status="in_progress")
KEY = CASE.number


@dataclass
class Asked:
    """A call that the stand-in got."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class StandIn:
    """A server that says what it is told to: the answers to a call one after the other, the last one for good."""

    url: str = ""
    answers: dict[str, list[tuple[int, str, bytes]]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    hanging: set[str] = field(default_factory=set)
    let_go: threading.Event = field(default_factory=threading.Event)

    def says(self, call: str, body: Any, content_type: str = JSON, status: int = 200) -> None:
        """Adds an answer to a call such as ``GET services.json``."""
        text = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
        self.answers[call].append((status, content_type, text if isinstance(text, bytes) else text.encode()))

    def calls(self, call: str) -> list[Asked]:
        """What was asked by this call."""
        return [asked for asked in self.asked if f"{asked.method} {asked.path}" == call]

    def answer(self, asked: Asked) -> tuple[int, str, bytes]:
        self.asked.append(asked)
        call = f"{asked.method} {asked.path}"
        if call in self.hanging:
            self.let_go.wait(60)
        known = self.answers[call]
        return (known.pop(0) if len(known) > 1 else known[0]) if known else (404, HTML, PAGE.encode())


@contextmanager
def foreign_server() -> Iterator[StandIn]:
    """Serves a stand-in with one class of cases while a block runs."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            status, content_type, content = stand_in.answer(
                Asked(
                    self.command,
                    address.path.removeprefix("/v2/"),
                    dict(parse_qsl(address.query)),
                    dict(parse_qsl(body)),
                    {name.lower(): value for name, value in self.headers.items()},
                )
            )
            self.send_response(status)
            if content_type:
                self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.url = f"http://127.0.0.1:{server.server_port}/v2"
    stand_in.says("GET services.json", [{"service_code": "0201", "service_name": "噪声污染"}])
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield stand_in
    finally:
        stand_in.let_go.set()
        server.shutdown()
        server.server_close()


def filed(number: str) -> list[dict[str, Any]]:
    """The answer to a filing."""
    return [{"service_request_id": number, "service_notice": "x", "account_id": None}]
