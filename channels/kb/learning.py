"""What helps to write: who am I, is this right, would it be found, and what nobody has answered yet."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any, Literal

from sanic import HTTPResponse, Request
from sanic import json as json_response

from bot.cities import city
from bot.errors import Refusal
from bot.hotline.catalogue import catalogue
from bot.storage import database
from channels.bodies import Body, json_object, sent
from channels.kb import calls, render
from channels.kb.calls import LARGEST, Number, Text
from channels.kb.keys import editor_of
from kb.search.bubble import bubble
from kb.search.language import Language
from kb.search.schema import LONGEST_ANSWER, LONGEST_ENGLISH
from kb.upkeep import trying
from kb.upkeep.editing import sent as content_sent
from kb.upkeep.faults import AUDIENCES, LABELS, checked
from kb.upkeep.gaps import Gap, Gaps

LONGEST_QUESTION = 200

learning = calls.blueprint("learning")


class Asked(Body):
    """A question to try, and the article that should answer it."""

    question: Text = sent("", "question 应当是文字。")
    article: Text = sent("", "article 应当是文字。")


class Chosen(Body):
    """Questions by their numbers."""

    questions: list[Number] = sent(..., "questions 是一列问题的编号。", min_items=1)


class Added(Chosen):
    """Questions for an article: those that it answers, or that no article does."""

    to: Literal["asked", "beyond"] = sent(..., "to 只能是 asked（答得了）或者 beyond（答不了）。")


@learning.get("/me")
async def me(request: Request) -> HTTPResponse:
    """Whose key this is and what it may do, with what a form offers."""
    editor = editor_of(request)
    entries = catalogue().entries
    regions = ["全国", city().province, city().name, *city().counties]
    return json_response(
        {
            "name": editor.name,
            "unit": editor.unit,
            "scopes": sorted(editor.may),
            "alone": editor.alone,
            "labels": LABELS,
            "limits": {"answer": LONGEST_ANSWER, "english": LONGEST_ENGLISH},
            "audiences": AUDIENCES,
            "regions": list(dict.fromkeys(regions)),
            "categories": ["/".join(path) for path in entries],
            "units": sorted({entry.unit_city for entry in entries.values()}),
            "language": _language(request) is not None,
        }
    )


@learning.post("/check")
async def check(request: Request) -> HTTPResponse:
    """An unsaved article: what is to be mended, and the bubble that citizens would see."""
    editor = editor_of(request)
    content = content_sent(editor, json_object(request, LARGEST))
    _, faults = checked("new", content)
    shape = any(fault.shape for fault in faults)
    bubbles = (
        {"chinese": "", "english": ""} if shape else {"chinese": bubble(content), "english": bubble(content, True)}
    )
    return json_response({"faults": render.faults(faults), "bubble": bubbles})


@learning.post("/try")
async def try_question(request: Request) -> HTTPResponse:
    """What a citizen who asks this would get, and why; with ``article`` also why that one was or was not found."""
    editor, asked = editor_of(request), Asked.of(request, LARGEST)
    editor.needs("read")
    if not asked.question or len(asked.question) > LONGEST_QUESTION:
        raise Refusal(422, "bad_value", f"写一个问题，最多 {LONGEST_QUESTION} 个字。")
    language = _needed(request)
    tried = await asyncio.to_thread(trying.tried, database(), language, editor, asked.question, asked.article or None)
    return json_response(asdict(tried))


@learning.get("/gaps")
async def list_gaps(request: Request) -> HTTPResponse:
    """Questions without an answer, grouped; those of the key's unit."""
    editor = editor_of(request)
    found = await asyncio.to_thread(_gaps(request).groups, editor)
    return json_response({"items": [_gap(gap) for gap in found]})


@learning.post("/gaps/draft")
async def draft_of_gap(request: Request) -> HTTPResponse:
    """Begins an article from questions (``{"questions": [ids]}``)."""
    editor, ids = editor_of(request), Chosen.of(request, LARGEST).questions
    done = await asyncio.to_thread(_gaps(request).draft, editor, ids)
    return json_response(render.saved(done), status=201)


@learning.post("/gaps/add")
async def add_gap(request: Request) -> HTTPResponse:
    """Adds questions to the article that was given and did not help (``{"questions": [ids], "to": "asked"}``), or
    ``"beyond"``: no article answers them."""
    editor, added = editor_of(request), Added.of(request, LARGEST)
    done = await asyncio.to_thread(_gaps(request).add, editor, added.questions, added.to)
    return json_response(render.saved(done))


@learning.post("/gaps/dismiss")
async def dismiss_gap(request: Request) -> HTTPResponse:
    """Puts questions aside."""
    editor, ids = editor_of(request), Chosen.of(request, LARGEST).questions
    await asyncio.to_thread(_gaps(request).dismiss, editor, ids)
    return json_response({"dismissed": len(ids)})


def _language(request: Request) -> Language | None:
    return getattr(request.app.ctx, "kb_language", None)


def _needed(request: Request) -> Language:
    language = _language(request)
    if language is None:
        raise Refusal(503, "no_language", "这台服务器没有装语言模型，用不了这一项，请联系管理员。")
    return language


def _gaps(request: Request) -> Gaps:
    context = request.app.ctx
    if not hasattr(context, "kb_gaps"):
        context.kb_gaps = Gaps(database(), _needed(request))
    gaps: Gaps = context.kb_gaps
    return gaps


def _gap(gap: Gap) -> dict[str, Any]:
    times = [question.at for question in gap.questions]
    return {
        "unit": gap.unit,
        "category": list(gap.category),
        "article": gap.article_id,
        "people": gap.people,
        "first_at": render.moment(min(times)),
        "last_at": render.moment(max(times)),
        "questions": [
            {"id": question.id, "text": question.text, "at": render.moment(question.at)} for question in gap.questions
        ],
    }
