"""No message stops a conversation: whatever is typed gets an answer or a clear refusal, and so does the next message."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import BOT, Service
from tests.e2e.conftest import Citizen

QUESTION = "社保卡丢了怎么补办"
REFUSALS = ("empty", "too_long")
SILENT = [
    "👍",
    "❤️",
    "★",
    "©",
    "^^",
    "¨",
    "\u200b",
    "\u2800",
    "\u20e3",
    "👨‍👩‍👧‍👦",
    "🇨🇳",
    "😭😭😭",
    "[强]",
    "/:strong",
    "[捂脸]",
]
DISGUISED = ["😀/restart", "\u200b/ask_human", "^/restart", "\ufeff/affirm", "⠀/greet"]


def post(citizen: Citizen, text: str) -> dict[str, Any]:
    """What comes back; the text is sent in ASCII, as halves of surrogate pairs cannot be sent otherwise."""
    body = json.dumps({"text": text}).encode()
    response = citizen.http.post("/message", content=body, headers={"Content-Type": "application/json"})
    answer: dict[str, Any] = response.json()
    if response.status_code == 413:  # ten thousand signs of twelve bytes each are not read at all
        assert len(body) > 64 * 1024 and answer["error"]["message"]
    elif response.status_code == 422:
        assert answer["error"]["code"] in REFUSALS and answer["error"]["message"]
    else:
        assert response.status_code == 200, (text, response.text)
        assert all(message["text"].strip() for message in answer["messages"]) and answer["messages"]
    return answer


def source_of(answer: dict[str, Any]) -> str | None:
    return next((message["source"]["title"] for message in answer["messages"] if message["source"]), None)


@pytest.fixture(scope="module")
def fresh(service: Service) -> str:
    """The article that answers the question in a fresh conversation."""
    found = source_of(post(Citizen(service), QUESTION))
    assert found
    return found


@pytest.mark.parametrize(
    "text", [*SILENT, *DISGUISED, "\x00", "路灯\x00坏了", "\ud83d", "好\ud83d", "？", "……", "‮早上好"]
)
def test_whatever_was_typed_the_next_question_is_answered(citizen: Citizen, fresh: str, text: str) -> None:
    for _ in range(3):
        post(citizen, text)
    assert source_of(post(citizen, QUESTION)) == fresh


@pytest.mark.parametrize("text", SILENT)
def test_a_cry_for_help_after_an_emoji_gets_its_line_at_once(citizen: Citizen, text: str) -> None:
    post(citizen, text)
    assert "119" in post(citizen, "着火了救命")["messages"][0]["text"]


SIGNS = st.one_of(
    st.characters(),  # everything, halves of surrogate pairs too
    st.sampled_from(
        list(
            "👍👎❤🆘😀🏿\u200d\ufe0f\u20e3🇨🇳👨👩👧\u200b\u200e\u200f\u202a\u202e\u2066\u0300\u0489\u064bא؟ا/／^{}\"'\x00\ud83d"
        )
    ),
)
TEXTS = st.one_of(
    st.text(SIGNS, min_size=1, max_size=30),
    st.builds(lambda sign, times: sign * times, SIGNS, st.sampled_from([1, 2, 100, 1000, 2000, 10_000])),
    st.builds(
        lambda noise, words: noise + words, st.text(SIGNS, max_size=5), st.sampled_from(["/restart", "你好", "1"])
    ),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_of_unicode_is_survived(service: Service, fresh: str, text: str) -> None:
    citizen = Citizen(service)
    post(citizen, text)
    answer = post(citizen, QUESTION)
    # What was typed may have opened a form, which goes on below the answer.
    assert source_of(answer) == fresh


def test_the_engine_never_goes_round_in_circles(citizen: Citizen, service: Service) -> None:
    for text in SILENT:
        post(citizen, text)
    log = service.log.read_text(encoding="utf-8")
    assert "Circuit breaker" not in log and "could not be answered" not in log


def test_a_thumb_up_at_the_summary_files_and_a_thumb_down_changes(citizen: Citizen) -> None:
    citizen.says("莲都区丽阳街123号楼下烧烤店每天半夜还在吵")
    citizen.says("王芳 13812345678")
    assert citizen.last["expects"] == "confirm"
    citizen.says("👎")
    assert not citizen.orders()
    citizen.says("没有了，就这些")
    citizen.says("👍")
    assert len(citizen.orders()) == 1


def test_a_heart_is_thanked_for_and_no_answer_to_a_question_of_the_form(citizen: Citizen) -> None:
    citizen.says("我要投诉")
    assert citizen.last["expects"] == "description"
    citizen.says("❤️")
    assert "不客气" in citizen.reads() and citizen.last["expects"] == "description"


def test_a_thumb_is_no_answer_to_what_is_no_yes_or_no_question(citizen: Citizen) -> None:
    citizen.says("莲都区丽阳街123号楼下烧烤店每天半夜还在吵")
    asked = citizen.reads()
    assert citizen.last["expects"] in ("name", "phone")
    citizen.says("👍")
    assert "打几个字" in citizen.reads() and "手机号" in citizen.reads()
    assert asked not in citizen.reads(), "the question comes in other words"
    assert citizen.last["expects"] in ("name", "phone")


def test_understand_goes_on_after_a_line_that_it_cannot_read(model: Path) -> None:
    lines = [
        json.dumps({"text": "👍", "id": 1}),
        "no JSON",
        json.dumps({"text": "   "}),
        json.dumps({"other": 1}),
        json.dumps({"text": "\ud83d"}),
        json.dumps({"text": "★/restart"}),
        json.dumps({"text": "我家厨房着火了"}, ensure_ascii=False),
    ]
    data = "\n".join(lines).encode() + b'\n{"text": "\xff"}\n[1]\n'
    done = subprocess.run([BOT, "understand"], input=data, capture_output=True, env=os.environ, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == 9
    assert found[0]["id"] == 1 and (found[0]["intent"], found[0]["reaction"]) == ("reaction", "yes")
    assert ["error" in row for row in found] == [False, True, True, True, False, False, False, True, True]
    assert found[6]["hotline"] == "119"
