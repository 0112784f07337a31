"""A ticket backend that fails, stalls, answers late, loses its answers, and reports everything twice.

It speaks GeoReport v2 and takes a case once for each ``Idempotency-Key``, as a backend should.
"""

from __future__ import annotations

import json
import queue
import random
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class BadBackend:
    """Runs in a thread. ``cases`` holds what was taken, by key; ``attempts`` how often each key came."""

    def __init__(self, seed: int) -> None:
        self.cases: dict[str, dict[str, str]] = {}
        self.attempts: Counter[str] = Counter()
        self.moods: Counter[str] = Counter()
        self.taken: queue.Queue[dict[str, str]] = queue.Queue()
        self.mended, self.ends = threading.Event(), threading.Event()
        self._dice, self._lock = random.Random(seed), threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stops; who is still stalled is let go."""
        self.ends.set()
        self._server.shutdown()
        self._server.server_close()

    def mood(self) -> str:
        """What it does with the next case."""
        if self.mended.is_set():
            return "well"
        with self._lock:
            mood = self._dice.choices(
                ["well", "fails", "stalls", "late", "loses the answer"], weights=[40, 20, 10, 15, 15]
            )[0]
            self.moods[mood] += 1
            return mood

    def take(self, key: str, form: dict[str, list[str]]) -> str:
        """Takes a case once for its key; gives the number here."""
        with self._lock:
            self.attempts[key] += 1
            if key not in self.cases:
                fields = {name: values[0] for name, values in form.items()}
                self.cases[key] = {"id": f"B{len(self.cases) + 1}", **fields}
                self.taken.put(self.cases[key])
            return self.cases[key]["id"]

    def _handler(backend) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/services"):
                    self.answer(200, [{"service_code": "0201", "service_name": "噪声污染", "metadata": False}])
                else:
                    # Its list of cases is of no use: only the key protects from taking a case twice.
                    self.answer(200, [])

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # who sent it was killed in the middle
                form = parse_qs(body.decode())
                mood = backend.mood()
                if mood == "fails":
                    self.answer(500, [{"code": 500, "description": "out of order"}])
                    return
                if mood == "stalls":
                    backend.ends.wait(3)
                    return  # and hangs up without a word, having taken nothing
                number = backend.take(self.headers["Idempotency-Key"], form)
                if mood == "loses the answer":
                    return
                if mood == "late":
                    backend.ends.wait(1)
                self.answer(200, [{"service_request_id": number}])

            def answer(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # who asked was killed meanwhile

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
