"""What a person types is of a sensible length and never a command of the engine."""

from __future__ import annotations

import pytest

from bot.dialogue.gate import LONGEST, Gate
from tests.bot.dialogue.gate.echo import Echo, refused, say


@pytest.mark.parametrize("text", ["", " ", "\n\t　"])
async def test_an_empty_text_is_refused(gate: Gate, engine: Echo, me: str, text: str) -> None:
    refusal = await refused(gate.handle(say(me, text)))
    assert (refusal.status, refusal.code, engine.heard) == (422, "empty", [])


async def test_a_text_of_two_thousand_signs_is_taken_and_a_longer_one_refused(
    gate: Gate, engine: Echo, me: str
) -> None:
    await gate.handle(say(me, "字" * LONGEST))
    assert LONGEST == 2000
    refusal = await refused(gate.handle(say(me, "字" * 2001)))
    assert (refusal.status, refusal.code) == (422, "too_long")
    assert engine.texts == ["字" * 2000]


@pytest.mark.parametrize("text", ["/restart", "/affirm", '/inform{"phone": "1"}', "//", " /restart "])
async def test_text_that_looks_like_a_command_reaches_the_engine_as_text(
    gate: Gate, engine: Echo, me: str, text: str
) -> None:
    await gate.handle(say(me, text))
    assert engine.texts == ["／" + text.strip()[1:]]


async def test_a_slash_further_on_is_left_alone(gate: Gate, engine: Echo, me: str) -> None:
    await gate.handle(say(me, "3/4的路灯坏了"))
    assert engine.texts == ["3/4的路灯坏了"]


@pytest.mark.parametrize("text", ["\x00", "\ud83d", "\x07\x1b"])
async def test_what_no_store_takes_is_no_text(gate: Gate, engine: Echo, me: str, text: str) -> None:
    assert (await refused(gate.handle(say(me, text)))).code == "empty"
    await gate.handle(say(me, f"路灯{text}坏了\n两盏"))
    assert engine.texts == ["路灯坏了\n两盏"]


async def test_who_gets_no_answer_from_the_engine_is_told_so_and_heard_again(
    gate: Gate, engine: Echo, me: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        pass

    with monkeypatch.context() as context:
        context.setattr(gate, "_engine", silent)
        assert "12345" in (await gate.handle(say(me, "路灯坏了", client_id="1"))).messages[0]["text"]
    # Sent again, it is a repeat of nothing.
    assert (await gate.handle(say(me, "路灯坏了", client_id="1"))).messages[0]["text"] == "1: 路灯坏了"
