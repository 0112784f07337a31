"""The examples of docs/open311.md are true."""

from __future__ import annotations

import json
import re
import subprocess

from bot.settings import ROOT
from channels.open311.keys import parse
from tests.channels.open311.conftest import KEYS, Server

PAGE = (ROOT / "docs" / "open311.md").read_text(encoding="utf-8")


def test_the_examples_give_what_the_page_says(server: Server) -> None:
    blocks = re.findall(r"^```sh\n(curl .*?)^```(?:\n\n```json\n(.*?)^```)?", PAGE, re.MULTILINE | re.DOTALL)
    number = ""
    for command, told in blocks:
        command = command.replace("http://127.0.0.1:5005", server.url)
        ended = subprocess.run(["bash", "-c", f"NUMBER={number}; {command}"], capture_output=True, check=True)
        given = json.loads(ended.stdout)
        number = number or given[0]["service_request_id"]
        if told:
            term = given[0].get("service_notice", "")
            assert told.strip().replace("NUMBER", number).replace("最晚DATE办结答复。", term) == json.dumps(
                given, ensure_ascii=False
            )
        else:
            assert number in [item["service_request_id"] for item in given]
    assert len(blocks) == 4


def test_the_example_of_the_keys_can_be_read() -> None:
    match = re.search(r"BOT_OPEN311_KEYS='(.+)'", PAGE)
    assert match and {key.secret for key in parse(match.group(1))} <= {key.secret for key in parse(KEYS)}


def test_the_list_of_fields_is_that_of_an_answer(server: Server) -> None:
    [line] = [line for line in PAGE.splitlines() if line.startswith("- `extended_attributes`")]
    told = re.findall(r"`(\w+)`", line)[1:]
    assert told == list(server.one(server.file())["extended_attributes"])
