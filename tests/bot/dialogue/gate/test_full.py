"""When nothing can be kept, who is in danger is helped all the same, and nobody else is told that it was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.dialogue.gate import Gate
from bot.storage import Database
from tests.bot.dialogue.gate.echo import refused, say
from tests.full import disk_of


@pytest_asyncio.fixture
async def full(store: Database, me: str) -> AsyncIterator[None]:
    """The disk is full, after the session was opened."""
    with disk_of(store, full=True):
        yield


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("救命，家里着火了", "119"),
        ("我爸昏倒了，没有呼吸", "120"),
        ("有人拿刀砍人", "110"),
        ("高速上两辆车撞了", "122"),
        ("我不想活了", "12356"),
        ("help, my house is on fire", "119"),
    ],
)
async def test_danger_is_answered_with_the_line(gate: Gate, full: None, me: str, text: str, line: str) -> None:
    answer = await gate.handle(say(me, text, client_id="a"))
    assert line in answer.messages[0]["text"]
    assert answer.messages[0]["links"] and not answer.messages[0]["buttons"]


async def test_anything_else_is_refused(gate: Gate, full: None, me: str) -> None:
    refusal = await refused(gate.handle(say(me, "路灯坏了")))
    assert (refusal.status, refusal.code, refusal.retry_after) == (503, "unavailable", 60)


async def test_the_log_does_not_say_what_was_written(
    gate: Gate, full: None, me: str, caplog: pytest.LogCaptureFixture
) -> None:
    await refused(gate.handle(say(me, "我叫王芳，路灯坏了")))
    assert "could not be kept" in caplog.text and "王芳" not in caplog.text
