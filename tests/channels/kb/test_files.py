"""Files over HTTP: what goes out comes in again, bad rows hold no good ones up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb.upkeep import exchange
from tests.channels.kb.conftest import Server
from tests.kb.writing import OTHER_UNIT, fields, row_of

KINDS = ("csv", "xlsx", "md")


def send(server: Server, name: str, data: bytes, key: str = "k-write", **query: str) -> list[dict[str, Any]]:
    """Imports a file; the lines of the answer."""
    answer = server.call("POST", "/import", key, files={"file": (name, data)}, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_goes_out_is_mended_and_comes_in_again(server: Server, kind: str) -> None:
    good, bad = (f"{kind}-{n}" for n in ("good", "bad"))
    data = exchange.write(kind, [(good, fields()), (bad, fields(answer="短")), (f"{kind}-last", fields())])
    checked = send(server, f"a.{kind}", data, dry_run="true")
    assert (checked[0], checked[-1]) == ({"total": 3, "dry_run": True}, {"kept": 2, "refused": 1})
    assert row_of(server.store, good) is None
    lines = send(server, f"a.{kind}", data)
    assert [line["ok"] for line in lines[1:-1]] == [True, False, True]
    assert (lines[2]["external_id"], lines[2]["faults"][0]["field"]) == (bad, "answer")
    assert bad in lines[2]["message"] and "太短了" in lines[2]["message"]
    assert server.get(f"/articles/{good}")["state"] == "in_review"

    answer = server.call("GET", "/export", params={"format": kind, "text": f"{kind}-"})
    assert answer.headers["content-disposition"].endswith(f".{kind}")
    assert [entry.name for entry in exchange.read(f"b.{kind}", answer.content)] == [good, f"{kind}-last"]
    again = send(server, f"b.{kind}", answer.content)
    assert [line["changed"] for line in again[1:-1]] == [False, False]


def test_an_export_has_only_what_the_key_reaches(small: Server) -> None:
    small.put("mine")
    small.put("theirs", "k-other", unit=OTHER_UNIT)
    for key, names in (("k-write", {"mine"}), ("k-other", {"theirs"}), ("k-all", {"mine", "theirs"})):
        answer = small.call("GET", "/export", key, params={"format": "csv"})
        assert {entry.name for entry in exchange.read("x.csv", answer.content)} == names


def test_an_export_of_what_citizens_see_has_not_the_newest(small: Server) -> None:
    small.publish("seen", answer="市民现在看到的是这一版的回答，写得很清楚。")
    small.put("seen", answer="这一版还没有审核，市民看不到，也不导出。")
    for state, words in (("published", "市民现在看到"), ("", "这一版还没有审核")):
        answer = small.call("GET", "/export", params={"format": "md", "state": state, "text": "seen"})
        [entry] = exchange.read("x.md", answer.content)
        assert entry.values["answer"].startswith(words)


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("a.xls", b"x", 422),
        ("a.xlsx", b"no workbook", 422),
        ("a.csv", b"", 422),
        ("a.csv", "颜色\n红".encode(), 422),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), 422),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(small: Server, name: str, data: bytes, status: int) -> None:
    answer = small.call("POST", "/import", files={"file": (name, data)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, "unreadable")
    assert answer.json()["error"]["message"]


def test_a_call_without_a_file_or_of_another_kind_says_so(small: Server) -> None:
    assert small.call("POST", "/import").json()["error"]["code"] == "no_file"
    assert small.call("GET", "/export", params={"format": "pdf"}).status_code == 422


def test_nobody_publishes_his_own_file(small: Server) -> None:
    data = exchange.write("csv", [("hasty", fields())])
    lines = send(small, "a.csv", data, "k-both", publish="true")
    assert lines[-1] == {"kept": 0, "refused": 1} and "另一个人" in lines[1]["message"]
    assert row_of(small.store, "hasty") is None
