"""Articles: list, read, push one or many."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

from sanic import HTTPResponse, Request
from sanic import json as json_response
from sanic.exceptions import NotFound
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.storage import database
from channels.bodies import Body, json_object, sent
from channels.kb import calls, render
from channels.kb.calls import LARGEST
from channels.kb.keys import editor_of
from kb.search import published
from kb.upkeep import importing, listing, review
from kb.upkeep.editing import Saved, get, save
from kb.upkeep.editing import version as version_of
from kb.upkeep.exchange.entries import Entry
from kb.upkeep.faults import checked
from kb.upkeep.versions import diff

MOST = 200
"""Articles of one batch."""
LARGEST_BATCH = 2 * 1024 * 1024

articles = calls.blueprint("articles")


class Batch(Body):
    """Many articles."""

    articles: list[dict[str, Any]] = sent(..., 'articles 是一列条目，每条带编号："articles": [{"id": "…", …}]。')


@articles.get("/articles")
async def list_articles(request: Request) -> HTTPResponse:
    """One page of the articles that the key reaches, the newest change first."""
    editor, wanted, (page, size) = editor_of(request), calls.filter_of(request), calls.page_of(request)

    def read(session: Session) -> dict[str, Any]:
        found = listing.listed(session, editor, wanted, page, size)
        items = [render.summary(row) for row in found.rows]
        return {"items": items, "total": found.total, "page": found.page, "size": found.size}

    return json_response(await database().run(read))


@articles.get("/articles/<name>")
async def read_article(request: Request, name: str) -> HTTPResponse:
    """An article's newest version, with what is to be mended in it and how it differs from what citizens see."""
    editor, unit = editor_of(request), calls.unit_of(request)
    editor.needs("read")

    def read(session: Session) -> dict[str, Any]:
        row = get(session, editor, calls.name_of(name), unit)
        newest = version_of(session, row)
        _, faults = checked(row.id, newest.content)
        found = {**render.summary(row), "content": newest.content, "version": render.version(newest)}
        found["faults"] = render.faults(faults)
        if row.published not in (None, row.newest):
            live = version_of(session, row, row.published)
            found["diff"] = render.changes(diff(live.content, newest.content))
        return found

    found = await database().run(read)
    return json_response(found, headers={"ETag": f'"{found["newest"]}"'})


@articles.put("/articles/<name>")
async def put_article(request: Request, name: str) -> HTTPResponse:
    """Creates or changes an article: the body is its fields. The same content again changes nothing.

    ``draft=true`` keeps it unfinished, ``publish=true`` publishes at once (where one person may).
    """
    editor, unit, seen = editor_of(request), calls.unit_of(request), calls.based_on(request)
    values, draft, publish = json_object(request, LARGEST), calls.flag(request, "draft"), calls.flag(request, "publish")
    if draft and publish:
        raise Refusal(422, "bad_value", "draft 和 publish 只能选一个。")
    note = request.args.get("note", "")

    def write(session: Session) -> Saved:
        if publish:
            editor.needs("publish")
            published.lock(session)
        done = save(session, editor, calls.name_of(name), values, unit=unit, based_on=seen, note=note, draft=draft)
        if publish:
            return review.publish(session, editor, done.external_id, done.number, note, unit=done.owner)
        return done

    done = await database().run(write)
    status = 201 if done.number == 1 and done.changed else 200
    return json_response(render.saved(done), status=status, headers={"ETag": f'"{done.number}"'})


# Not as it stands: the router keeps its own spelling of the colon, and clients have two.
@articles.post("/<call>", ctx_largest_body=LARGEST_BATCH)
async def put_articles(request: Request, call: str) -> HTTPResponse:
    """``articles:batch``, many at once: ``{"articles": [{"id": …, …fields}]}``. The bad ones are named, the rest kept."""
    if unquote(call) != "articles:batch":
        raise NotFound("")
    editor, publish = editor_of(request), calls.flag(request, "publish")
    editor.needs("write")
    given = Batch.of(request, LARGEST_BATCH).articles
    if len(given) > MOST:
        raise Refusal(413, "too_many", f"一次最多 {MOST} 条，请分几次发送。")
    entries = [
        Entry(place, str(item.get("id") or ""), {name: value for name, value in item.items() if name != "id"})
        for place, item in enumerate(given, 1)
    ]
    outcomes = await asyncio.to_thread(lambda: list(importing.take(database(), editor, entries, publish=publish)))
    results = [outcome_of(outcome) for outcome in outcomes]
    kept = sum(result["ok"] for result in results)
    return json_response({"results": results, "kept": kept, "refused": len(results) - kept})


def outcome_of(outcome: importing.Outcome) -> dict[str, Any]:
    """What became of one of many; ``line`` is its place or its line."""
    told: dict[str, Any] = {"line": outcome.entry.line, "external_id": outcome.entry.name}
    if outcome.saved:
        return {**told, "ok": True, **render.saved(outcome.saved)}
    return {**told, "ok": False, **(render.refused(outcome.problem) if outcome.problem else {})}
