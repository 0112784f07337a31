"""A message gets one answer, from the engine or the agent who holds the conversation, and is kept and counted."""

from __future__ import annotations

from prometheus_client import REGISTRY
from sqlalchemy import select

from bot.dialogue.gate import Gate
from bot.hotline.handoff import Queue
from bot.storage import Database
from bot.storage.tables import Handoff, Utterance
from tests.bot.dialogue.gate.echo import Echo, refused, say


async def test_a_message_gets_the_engines_answer(gate: Gate, me: str) -> None:
    assert (await gate.handle(say(me, "路灯坏了"))).to_json() == {
        "messages": [{"text": "1: 路灯坏了", "buttons": [], "links": [], "source": None}],
        "expects": None,
        "state": "bot",
    }


async def test_what_is_expected_next_is_told(gate: Gate, me: str) -> None:
    assert (await gate.handle(say(me, "expects"))).expects == "location"


async def test_a_new_visitor_is_greeted(gate: Gate, engine: Echo, me: str) -> None:
    answer = await gate.greet(me, "web")
    assert engine.texts == ["/greet"]
    assert len(answer.messages) == 1


async def test_a_person_in_the_queue_sees_it(gate: Gate, store: Database, me: str) -> None:
    await Queue(store).join(me)
    assert (await gate.handle(say(me, "还在吗"))).state == "queued"


async def test_a_message_goes_to_the_agent_who_holds_the_conversation(
    gate: Gate, engine: Echo, store: Database, me: str
) -> None:
    await store.run(lambda session: session.add(Handoff(visitor_id=me, state="served")))
    answer = await gate.handle(say(me, "你好"))
    assert (answer.state, answer.messages, engine.heard) == ("agent", [], [])


async def test_the_transcript_keeps_both_sides_in_order(gate: Gate, store: Database, me: str) -> None:
    await gate.handle(say(me, "路灯坏了"))
    await gate.handle(say(me, "在丽阳街"))
    rows = await store.run(
        lambda session: [
            (row.speaker, row.content) for row in session.scalars(select(Utterance).order_by(Utterance.id))
        ]
    )
    assert [speaker for speaker, _ in rows] == ["visitor", "bot", "visitor", "bot"]
    assert rows[0][1] == {"text": "路灯坏了"}
    assert rows[3][1][0]["text"] == "2: 在丽阳街"


async def test_messages_and_their_time_are_counted_for_the_dashboard(gate: Gate, me: str) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("hotline_messages_total", {"channel": "web"}) or 0.0

    before = counted()
    await gate.handle(say(me, "路灯坏了"))
    await refused(gate.handle(say(me, "")))
    assert counted() == before + 1
