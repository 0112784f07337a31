"""What helps to write: who am I, is this right, would it be found, and what nobody has answered yet."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from sanic import HTTPResponse, Request
from sanic import json as json_response

from bot.cities import city
from bot.dialogue.bubble import bubble
from bot.errors import Refusal
from bot.hotline.catalogue import catalogue
from bot.storage import database
from channels.kb import calls, render
from channels.kb.keys import editor_of
from kb.search.language import Language
from kb.search.schema import LONGEST_ANSWER, LONGEST_ENGLISH
from kb.upkeep import trying
from kb.upkeep.editing import sent
from kb.upkeep.faults import AUDIENCES, LABELS, checked
from kb.upkeep.gaps import Gap, Gaps

LONGEST_QUESTION = 200

learning = calls.blueprint("learning")


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
    content = sent(editor, calls.body_of(request))
    _, faults = checked("new", content)
    shape = any(fault.shape for fault in faults)
    bubbles = (
        {"chinese": "", "english": ""} if shape else {"chinese": bubble(content), "english": bubble(content, "en")}
    )
    return json_response({"faults": render.faults(faults), "bubble": bubbles})


@learning.post("/try")
async def try_question(request: Request) -> HTTPResponse:
    """What a citizen who asks this would get, and why; with ``article`` also why that one was or was not found."""
    editor, body = editor_of(request), calls.body_of(request)
    editor.needs("read")
    question, name = calls.text_of(body, "question"), calls.text_of(body, "article")
    if not question or len(question) > LONGEST_QUESTION:
        raise Refusal(422, "bad_value", f"写一个问题，最多 {LONGEST_QUESTION} 个字。")
    language = _needed(request)
    tried = await asyncio.to_thread(trying.tried, database(), language, editor, question, name or None)
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
    editor, ids = editor_of(request), _ids(request)
    done = await asyncio.to_thread(_gaps(request).draft, editor, ids)
    return json_response(render.saved(done), status=201)


@learning.post("/gaps/add")
async def add_gap(request: Request) -> HTTPResponse:
    """Adds questions to the article that was given and did not help (``{"questions": [ids], "to": "asked"}``), or
    ``"beyond"``: no article answers them."""
    editor, ids = editor_of(request), _ids(request)
    to = calls.body_of(request).get("to")
    if to not in ("asked", "beyond"):
        raise Refusal(422, "bad_value", "to 只能是 asked（答得了）或者 beyond（答不了）。")
    done = await asyncio.to_thread(_gaps(request).add, editor, ids, to)
    return json_response(render.saved(done))


@learning.post("/gaps/dismiss")
async def dismiss_gap(request: Request) -> HTTPResponse:
    """Puts questions aside."""
    editor, ids = editor_of(request), _ids(request)
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


def _ids(request: Request) -> list[int]:
    given = calls.body_of(request).get("questions")
    if not isinstance(given, list) or not given or not all(type(one) is int and 0 < one < 2**31 for one in given):
        raise Refusal(422, "bad_value", "questions 是一列问题的编号。")
    return given


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
