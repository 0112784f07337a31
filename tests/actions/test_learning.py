"""Every answer asks whether it helped; what did not help, or was not known, comes to the unit that writes articles."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Answer
from actions.smalltalk import Affirm, Deny, Verdict
from bot.dialogue.wording import say
from bot.language.nlu.encoder import encoder
from bot.language.understanding import Understanding
from bot.storage import Database
from bot.storage.tables import Observation
from kb.search.base import Hit, Result
from kb.search.index import Document
from kb.search.language import Guess, Language
from kb.upkeep.gaps import Gaps
from tests.kb.conftest import article
from tests.kb.writing import UNIT, WRITER, version_of

ASKED, VAGUE = "路灯坏了找谁修", "路灯"
UNKNOWN = "火星上能不能迁户口"
SQUARE = {"id": "square", "title": "路灯太亮照进卧室怎么办？"}


class Talk:
    """One visitor's turns: keeps the slots that the actions set."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}
        self.said: list[dict[str, Any]] = []

    async def turn(self, action: Any, text: str = "", intent: str = "ask_question", **entities: str) -> dict[str, Any]:
        """What is said last; without a text a button was pressed."""
        message: dict[str, Any] = {
            "intent": {"name": intent},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        }
        if text:
            message |= {"original_text": text, "understanding": Understanding(intent, 0.9).to_dict()}
        tracker = Tracker("v1", dict(self.slots), message, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        for event in await action.run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        self.said = dispatcher.messages
        return self.said[-1]


class Base:
    """Two articles, and what each question finds of them: one is the answer, of two it is asked which is meant."""

    FINDS = {ASKED: ["lamp-repair"], VAGUE: ["lamp-repair", "square"]}

    def __init__(self) -> None:
        self.articles = {one.id: one for one in (article(), article(**SQUARE))}

    def search(self, query: str, top: int = 10) -> Result:
        found = [self.articles[name] for name in self.FINDS.get(query, [])]
        hits = [Hit(Document(one.id, one.title, one.answer), 0.9) for one in found]
        return Result(hits, len(hits) == 1, hits if len(hits) > 1 else [])


@pytest.fixture
def talk(sqlite_store: Database, monkeypatch: pytest.MonkeyPatch) -> Talk:
    base = Base()
    monkeypatch.setattr("actions.answer.knowledge_base", lambda: base)
    for module in ("answer", "smalltalk"):
        monkeypatch.setattr(f"actions.{module}.store", lambda: sqlite_store)
    return Talk()


def kept(store: Database) -> list[tuple[str, str | None, str | None]]:
    with store.transaction() as session:
        rows = session.query(Observation).order_by(Observation.id)
        return [(row.kind, row.subject, row.content) for row in rows]


def payloads(message: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in message["buttons"]]


async def test_an_answer_asks_whether_it_helped(talk: Talk, sqlite_store: Database) -> None:
    message = await talk.turn(Answer(), ASKED)
    assert message["text"].endswith("这样说清楚了吗？")
    assert payloads(message) == ["/solved", "/unsolved", "/ask_human"]
    assert message["custom"]["source"]["title"] == "路灯坏了找谁修？"
    assert kept(sqlite_store) == []


@pytest.mark.parametrize(
    ("action", "intent", "text"),
    [(Verdict(), "solved", ""), (Verdict(), "unsolved", ""), (Affirm(), "affirm", "懂了"), (Deny(), "deny", "没有")],
)
async def test_the_verdict_is_kept_with_the_question_and_the_article(
    talk: Talk, sqlite_store: Database, action: Any, intent: str, text: str
) -> None:
    await talk.turn(Answer(), ASKED)
    message = await talk.turn(action, text, intent)
    kind = "solved" if intent in ("solved", "affirm") else "unsolved"
    assert message["text"] == say(f"answer.{kind}")
    assert kept(sqlite_store) == [(kind, "lamp-repair", ASKED)]
    await talk.turn(Affirm(), "好", "affirm")
    assert len(kept(sqlite_store)) == 1, "asked and answered once"


async def test_what_is_not_known_is_kept_and_becomes_a_draft(talk: Talk, sqlite_store: Database) -> None:
    message = await talk.turn(Answer(), UNKNOWN)
    assert message["text"] == say("answer.unknown")
    assert kept(sqlite_store) == [("unanswered", None, UNKNOWN)]
    await talk.turn(Answer(), ASKED)
    await talk.turn(Verdict(), intent="unsolved")
    guess = Guess(("城乡建设", "市政设施"), UNIT)
    language = Language(Base().search, encoder(), lambda text: guess, lambda text, ids: {})
    gaps = Gaps(sqlite_store, language)
    found = {gap.questions[0].text: gap for gap in gaps.groups(WRITER)}
    assert set(found) == {UNKNOWN, ASKED}
    done = gaps.draft(WRITER, [question.id for question in found[UNKNOWN].questions])
    assert version_of(sqlite_store, done.external_id, 1).content["title"] == UNKNOWN


async def test_none_of_the_choices_is_kept_as_unsolved(talk: Talk, sqlite_store: Database) -> None:
    message = await talk.turn(Answer(), VAGUE)
    assert payloads(message)[-1] == "/unsolved" and len(payloads(message)) > 1, message
    await talk.turn(Verdict(), intent="unsolved")
    assert kept(sqlite_store) == [("unsolved", None, VAGUE)]


async def test_a_chosen_article_keeps_the_question_that_was_asked(talk: Talk, sqlite_store: Database) -> None:
    await talk.turn(Answer(), VAGUE)
    message = await talk.turn(Answer(), intent="open_article", article="square")
    assert message["custom"]["source"]["title"] == SQUARE["title"]
    await talk.turn(Verdict(), intent="unsolved")
    assert kept(sqlite_store) == [("unsolved", "square", VAGUE)]


async def test_an_article_that_is_gone_meanwhile_is_not_known(talk: Talk) -> None:
    message = await talk.turn(Answer(), intent="open_article", article="withdrawn")
    assert message["text"] == say("answer.unknown")
