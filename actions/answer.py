"""Answers from the knowledge base (智能问答): with source, unit and date, or not at all."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action

from actions.services import store
from actions.turn import Event, Turn, set_slot
from bot.dialogue import phrases
from bot.dialogue.bubble import bubble
from bot.dialogue.intake import is_bare_wish
from bot.dialogue.responses import button
from bot.dialogue.wording import say
from bot.hotline.observations import observe
from kb.search.base import Hit
from kb.search.live import knowledge_base
from kb.search.schema import Article


class Answer(Action):
    """Answers, asks which of two or three is meant, or says that it is not known."""

    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn, base = Turn(tracker, dispatcher), knowledge_base()
        chosen = turn.entity("article") if turn.intent == "open_article" else None
        understanding = turn.understanding
        if chosen:
            article = await asyncio.to_thread(base.articles.get, chosen)
            return give(turn, article, turn.slot("last_answer") or {}) if article else await unknown(turn)
        if understanding is None or is_bare_wish(turn.text):
            turn.say("answer.ask_question")
            return []
        if understanding.caution:
            turn.tell(
                phrases.caution(understanding.caution, turn.language), links=phrases.call_links([understanding.caution])
            )
        result = await asyncio.to_thread(base.search, turn.text, 5)
        if result.answerable:
            # None where it was withdrawn this moment.
            article = await asyncio.to_thread(base.articles.get, result.hits[0].document.id)
            return give(turn, article, {"question": turn.text}) if article else await unknown(turn)
        if result.choices:
            buttons = article_buttons(result.choices)
            turn.say("answer.which", buttons=[*buttons, button("none_of_these")])
            return [*remember(turn), set_slot("last_answer", {"article": None, "question": turn.text})]
        return await unknown(turn)


def article_buttons(hits: list[Hit]) -> list[dict[str, str]]:
    """A button for each article, with its title."""
    return [
        {"title": hit.document.title, "payload": f'/open_article{{"article": "{hit.document.id}"}}'} for hit in hits
    ]


def give(turn: Turn, article: Article, asked: dict[str, Any]) -> list[Event]:
    """Says the article's answer, its steps, and where it comes from; asks whether that solved it."""
    question = asked.get("question") or article.title
    turn.tell(
        say("answer.article", turn.language, article=bubble(article.dict(), turn.language)),
        buttons=[button("solved"), button("unsolved"), button("human")],
        links=[{"title": article.source.title, "url": article.source.url}] if article.source.url else [],
        source={"title": article.title, "unit": article.unit, "updated": article.reviewed_on.isoformat()},
    )
    events = [set_slot("last_answer", {"article": article.id, "question": question})]
    return events + (remember(turn) if turn.understanding else [])


async def unknown(turn: Turn) -> list[Event]:
    """Says that it is not known, keeps the question for the unit, and offers a work order or a human."""
    await observe(store(), "unanswered", turn.visitor_id, content=turn.text)
    turn.say("answer.unknown")
    return [*remember(turn), set_slot("last_answer", None)]


def remember(turn: Turn) -> list[Event]:
    """Keeps the question, so that one tap can file it."""
    understanding = turn.understanding
    if understanding is None:
        return []
    return [set_slot("last_matter", {"text": turn.text, "understanding": understanding.to_dict()})]
