"""Answers from the knowledge base (智能问答): with source, unit and date, or not at all."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from rasa_sdk import Action

from actions.process import about_process, tell_progress
from actions.services import orders, store
from actions.triage_replies import be_cautious
from actions.turn import Event, Turn, set_slot
from bot.dialogue.bubble import bubble
from bot.dialogue.cues import asks_how, ends_in_question, only_asking
from bot.dialogue.intake import is_bare_wish
from bot.dialogue.responses import button
from bot.dialogue.wording import ENGLISH, say
from bot.hotline.observations import observe
from bot.language.extract.passages import sentences
from bot.language.extract.words import tagged
from bot.language.understanding import Understanding
from kb.search.base import Hit
from kb.search.live import knowledge_base
from kb.search.points import asks_point, point
from kb.search.schema import Article

_DECLINES = re.compile(r"[不弗勿](?:用|要|必)(?:再)?(?:登记|了|麻烦)|我自己(?:去|问|来|想)|算了")
"""How people decline what was offered."""
_FOLLOW_UP = 15
"""Characters of a question that may need the one before it to be understood (那要带什么)."""
_POINTS_BACK = re.compile(r"[那这](?:个|件|事)")
"""How a question begins that names nothing itself; 那医保怎么报 does."""
_GOES_ON = re.compile(r"那")
"""How a question begins that goes on about the answer before it, unless another article answers it surely."""
_VALUES = {"bring": "things", "where": "where"}
"""The placeholder of the sentence that tells a point."""
_LONGEST_FOLLOW_UP = 40
"""Characters of a further question that asks for a point of the article just given."""
_LEAD = 2
"""Sentences of an answer that are told again where nothing more is known."""
_ACCOUNT = 60
"""Characters of an account beside which a short question is read."""
_LONGEST_KEPT = 200
"""Characters of what was asked and told before, to which more is added."""
_OF_THE_ORDER = re.compile(r"单子|工单|刚才?(?:登记|报|提交|写)的|改成|改一下|能改|写错|登错|填错|还是写|咋撤|怎么撤")
"""How people speak of what they have just filed."""
_WHERE_IT_IS = re.compile(
    r"(?:转|派|交|报|送)(?:过去|上去|出去|给.{1,6})?了?(?:吗|没有?|么|[?？])|有人(?:看|管|处理)了?(?:吗|没|么)"
)
"""Questions whether what was filed goes its way."""
_HURRY = re.compile(r"快一?点|尽快|太慢|赶紧|催|等不(?:了|及)")


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
            be_cautious(turn, understanding.caution)
        if await about_process(turn):
            return []
        last = turn.slot("last_answer") or {}
        result = await asyncio.to_thread(base.search, turn.text, 5)
        if last.get("article") and not result.answerable and len(turn.text) <= _LONGEST_FOLLOW_UP:
            near = [hit.document.id for hit in result.hits]
            goes_on = _GOES_ON.match(turn.text) and not await _names_another(turn.text, result.hits, last["article"])
            if asks_point(turn.text) and (last["article"] in near or goes_on):
                return await follow_up(turn)
        if last.get("article") and not result.answerable and len(turn.text) <= _FOLLOW_UP:
            result = await asyncio.to_thread(base.search, f"{last['question']} {turn.text}", 5)
        if result.answerable:
            # None where it was withdrawn this moment.
            article = await asyncio.to_thread(base.articles.get, result.hits[0].document.id)
            if article is None:
                return await unknown(turn)
            if article.id == last.get("article"):
                return go_on(turn, article, last)
            return give(turn, article, {"question": turn.text})
        if result.choices:
            buttons = article_buttons(result.choices)
            turn.say("answer.which", buttons=[*buttons, button("none_of_these")])
            return [*remember(turn), set_slot("last_answer", {"article": None, "question": turn.text})]
        return await unknown(turn)


async def _names_another(text: str, hits: list[Hit], last: str) -> bool:
    """Whether a question names what the best article is about and the last one is not (那医保呢, after the household register)."""
    article = await asyncio.to_thread(knowledge_base().articles.get, last)
    if not hits or article is None:
        return False
    named = [word.text for word in tagged(text) if len(word.text) > 1 and word.text in hits[0].document.title]
    return any(word not in article.title + article.answer for word in named)


async def follow_up(turn: Turn, any_point: bool = False) -> list[Event]:
    """A further question about the last answer, however it was understood (那要带什么); nothing if it is none."""
    last = turn.slot("last_answer") or {}
    if not last.get("article") or not turn.text:
        return []
    if not any_point and not asks_point(turn.text):
        return []
    article = await asyncio.to_thread(knowledge_base().articles.get, last["article"])
    return go_on(turn, article, last) if article else []


def go_on(turn: Turn, article: Article, last: dict[str, Any]) -> list[Event]:
    """A further question about the article just given: its one point, or that it says no more; never the same again."""
    if _DECLINES.search(turn.text):
        turn.say("smalltalk.deny")
        return [set_slot("last_answer", None)]
    told = [
        text if name == "text" else turn.word(f"answer.{name}", **{_VALUES[name]: text})
        for name, text in point(article, turn.text)
    ]
    if told and not turn.said_last(turn.word("answer.point", text="\n".join(told))):
        turn.say("answer.point", text="\n".join(told))
    else:
        told_before = article.english if turn.language == ENGLISH and article.english else article.answer
        turn.say("answer.no_more", lead="".join(sentences(told_before)[:_LEAD]), unit=article.unit)
    return [*remember(turn), set_slot("last_answer", last)]


async def answer_first(turn: Turn) -> list[Event]:
    """The answer to a question in a complaint's clothes (身份证丢了怎么办), with the offer to file; nothing if there is none."""
    if not (asks_how(turn.text) or ends_in_question(turn.text) or only_asking(turn.text)):
        return []
    article = await known(turn.text)
    return give(turn, article, {"question": turn.text}, offers=("file",)) if article else []


async def aside(turn: Turn, question: str, account: str, told: list[str]) -> bool:
    """Answers a question from the knowledge base while a form waits, and notes the article in ``told``; False where it does
    not know, or has told all it knows. A short question is read with the ``account`` of the form where it points to it
    (那个要赔偿吗), or says too little by itself (要什么材料)."""
    short = len(question) <= _FOLLOW_UP
    article = None if short and _POINTS_BACK.match(question) else await known(question)
    if article is None and len(question) <= _LONGEST_FOLLOW_UP:
        article = await known(f"{account[:_ACCOUNT]} {question}")
    if article is None or article.id in told:
        return False
    told.append(article.id)
    turn.tell(bubble(article.dict(), turn.language), source=_source(article))
    return True


async def known(question: str) -> Article | None:
    """The article that surely answers, or None."""
    result = await asyncio.to_thread(knowledge_base().search, question, 5)
    if not result.answerable:
        return None
    return await asyncio.to_thread(knowledge_base().articles.get, result.hits[0].document.id)


def _source(article: Article) -> dict[str, str]:
    return {"title": article.title, "unit": article.unit, "updated": article.reviewed_on.isoformat()}


def article_buttons(hits: list[Hit]) -> list[dict[str, str]]:
    """A button for each article, with its title."""
    return [
        {"title": hit.document.title, "payload": f'/open_article{{"article": "{hit.document.id}"}}'} for hit in hits
    ]


def give(turn: Turn, article: Article, asked: dict[str, Any], offers: tuple[str, ...] = ()) -> list[Event]:
    """Says the article's answer, its steps, and where it comes from; asks whether that solved it."""
    question = asked.get("question") or article.title
    turn.tell(
        say("answer.article", turn.language, article=bubble(article.dict(), turn.language)),
        buttons=[button(name) for name in ("solved", "unsolved", *offers, "human")],
        links=[{"title": article.source.title, "url": article.source.url}] if article.source.url else [],
        source=_source(article),
    )
    events = [set_slot("last_answer", {"article": article.id, "question": question})]
    return events + (remember(turn) if turn.understanding else [])


async def unknown(turn: Turn) -> list[Event]:
    """Says that it is not known, keeps the question for the unit, and offers a work order or a human."""
    if _DECLINES.search(turn.text):
        turn.say("smalltalk.deny")
        return [set_slot("last_answer", None)]
    number = turn.slot("last_order")
    if number and _WHERE_IT_IS.search(turn.text) and (order := await orders().find(number, turn.visitor_id, None)):
        tell_progress(turn, order)
        return []
    if number and _OF_THE_ORDER.search(turn.text):
        turn.say("order.offer_supplement", buttons=[button("supplement", number), button("withdraw", number)])
        return []
    if number and _HURRY.search(turn.text):
        turn.say("order.offer_urge", buttons=[button("urge", number)])
        return []
    await observe(store(), "unanswered", turn.visitor_id, content=turn.text)
    if number:
        turn.say("answer.unknown_filed", buttons=[button("progress"), button("supplement", number), button("file")])
    else:
        turn.say("answer.unknown")
    return [*remember(turn), set_slot("last_answer", None)]


def remember(turn: Turn) -> list[Event]:
    """Keeps the question, so that one tap can file it, with what was told before of the same matter."""
    understanding = turn.understanding
    if understanding is None:
        return []
    before = turn.slot("last_matter") or {}
    told = [before["text"], turn.text] if _same_matter(before, understanding) else [turn.text]
    return [set_slot("last_matter", {"text": "\n".join(told), "understanding": understanding.to_dict()})]


def _same_matter(before: dict[str, Any], understanding: Understanding) -> bool:
    """Whether what was kept last is of the same first level of the catalogue, and still short enough to grow."""
    if not before.get("understanding") or len(before["text"]) > _LONGEST_KEPT:
        return False
    was, now = Understanding.from_dict(before["understanding"]).classification, understanding.classification
    return was is not None and now is not None and was.category[:1] == now.category[:1]
