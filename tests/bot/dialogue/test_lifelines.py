"""Whoever is refused is told the emergency lines: the one that their words need, else all of them."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from bot.dialogue.lifelines import PART, lifelines, raw_text
from bot.dialogue.wording import say


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("救命着火了", "119"),
        ("救命着火了" + "字" * 2000, "119"),
        ("字" * 5000 + "。救命着火了", "119"),
        ("救命！" + "啊" * 3000, "110"),
        ("著火了！快來人", "119"),
        ("我爸突然晕倒了，叫不醒", "120"),
        ("my house is on fire, people trapped, please hurry " * 60, "119"),
        ("路灯坏了" * 600, None),
        ("😀" * 3000, None),
        ("\ud83d着火了", "119"),
    ],
    ids=lambda value: str(value)[:12].encode(errors="replace").decode(),
)
def test_the_line_that_the_words_need(text: str, line: str | None) -> None:
    found = lifelines(text)
    assert found.line == line
    told = found.beside("太长了")
    assert "太长了" in told
    assert (line in told.splitlines()[0]) if line else all(number in told for number in ("110", "119", "120", "122"))
    assert [link["url"] for link in found.links][:1] == ([f"tel:{line}"] if line else [])


def test_who_said_nothing_is_told_nothing_more() -> None:
    assert lifelines(" \n").beside("您好像还没写内容") == "您好像还没写内容"


def test_all_lines_where_nothing_could_be_read() -> None:
    assert lifelines(None).beside("读不了") == f"读不了\n{say('danger.lines')}"


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "救命着火了", "client_id": 7}'.encode(),
        json.dumps({"text": "救命着火了"}).encode(),
        '{"text": "救命着火了'.encode(),
        json.dumps({"text": "救命着火了"}).encode()[:-3],
        '["救命着火了"]'.encode(),
        b"\xff" + '{"text": "救命着火了"}'.encode(),
        '{"text": "救命着火了"}'.encode("gb18030"),
        "救命着火了".encode(),
        urlencode({"service_code": "0201", "description": "救命着火了"}).encode(),
        ('{"text": "救命着火了' + "字" * 10**6 + '"}').encode(),
        ('{"text": "' + "字" * 10**6 + '。救命着火了"}').encode(),
        json.dumps({"text": {"text": "救命着火了"}}, ensure_ascii=False).encode(),
    ],
    ids=lambda body: f"{len(body)} bytes",
)
def test_danger_is_seen_in_a_body_whole_or_broken(body: bytes) -> None:
    assert lifelines(raw_text(body)).line == "119"


@pytest.mark.parametrize("body", [b'{"button": "/affirm"}', b'{"text": ""}', b"{}"])
def test_a_body_without_words_says_nothing(body: bytes) -> None:
    assert raw_text(body) == ""


def test_what_is_looked_at_of_a_long_body_is_bounded() -> None:
    read = raw_text(b"[" * 10_000_000)
    assert read is not None and len(read) <= 48 * PART
    assert raw_text(b"") is None
