"""Event streams: how many there may be, where they begin, and that they keep no writer waiting."""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack

import httpx
import pytest

from bot.dialogue.visitors import Visitors
from bot.settings import settings
from bot.storage import database
from channels.web.streams import MOST


def _stream(open_ones: ExitStack, address: str, token: str, person: str, seen: str = "") -> httpx.Response:
    """A stream that is open, or the refusal."""
    client = open_ones.enter_context(httpx.Client(timeout=60, trust_env=False))
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": person}
    sent = {name: value.encode() for name, value in (headers | ({"Last-Event-ID": seen} if seen else {})).items()}
    answer = open_ones.enter_context(client.stream("GET", f"{address}/events", headers=sent))
    if answer.status_code == 200:
        lines = answer.iter_lines()
        # Kept, or the stream would be closed with it.
        open_ones.callback(lines.close)
        assert next(lines).startswith("data:")
    else:
        answer.read()
    return answer


async def test_one_person_has_a_bounded_number_of_streams(address: str) -> None:
    token = (await Visitors(database()).open("web")).token
    with ExitStack() as open_ones:
        statuses = [_stream(open_ones, address, token, f"192.0.2.{i}").status_code for i in range(MOST)]
        refused = _stream(open_ones, address, token, "192.0.2.99")
    assert statuses == [200] * MOST
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert json.loads(refused.text)["error"]["code"] == "too_many_streams"


async def test_one_address_has_a_bounded_number_of_streams(address: str) -> None:
    most = settings().streams_per_address
    tokens = [(await Visitors(database()).open("web")).token for _ in range(most // MOST + 2)]
    with ExitStack() as open_ones:
        for i in range(most):
            assert _stream(open_ones, address, tokens[i // MOST], "198.51.100.7").status_code == 200
        assert _stream(open_ones, address, tokens[-1], "198.51.100.7").status_code == 429
        assert _stream(open_ones, address, tokens[-1], "198.51.100.8").status_code == 200


@pytest.mark.parametrize("seen", ["²", "-1", "x", "9" * 40, "1e3", "٣"])
async def test_an_id_that_was_never_sent_is_refused(address: str, seen: str) -> None:
    token = (await Visitors(database()).open("web")).token
    with ExitStack() as open_ones:
        answer = _stream(open_ones, address, token, "192.0.2.1", seen)
    assert answer.status_code == 400


async def test_a_stream_opens_while_somebody_writes(address: str) -> None:
    """It reads only: on SQLite it waits for no writer, and none waits for it."""
    token = (await Visitors(database()).open("web")).token
    writer = sqlite3.connect(settings().database.removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with ExitStack() as open_ones:
        assert _stream(open_ones, address, token, "192.0.2.1").status_code == 200
    writer.execute("ROLLBACK")
    writer.close()
