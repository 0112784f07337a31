"""Import and export: the articles as CSV, Excel and Markdown files."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

from sanic import HTTPResponse, Request

from bot.clock import local_now
from bot.errors import Refusal
from bot.storage import database
from channels.kb import calls
from channels.kb.articles import outcome_of
from channels.kb.keys import editor_of
from kb.upkeep import exchange, importing, listing

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a file of articles."""

files = calls.blueprint("files")


@files.get("/export")
async def export(request: Request) -> HTTPResponse:
    """The articles of a list as a file: what citizens see with ``state=published``, else the newest versions."""
    editor, wanted, kind = editor_of(request), calls.filter_of(request), request.args.get("format", "xlsx")
    if kind not in exchange.FORMATS:
        raise Refusal(422, "bad_value", f"format 只能是：{'、'.join(exchange.FORMATS)}。")
    rows = await database().run(lambda session: listing.exported(session, editor, wanted))
    data = await asyncio.to_thread(exchange.write, kind, rows)
    name = f"知识条目-{local_now():%Y-%m-%d}.{kind}"
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HTTPResponse(data, headers=headers, content_type=exchange.FORMATS[kind].content_type)


@files.post("/import", ctx_largest_body=LARGEST_FILE)
async def import_file(request: Request) -> HTTPResponse | None:
    """Takes a file (multipart, field ``file``), each article by itself; answers a line of JSON for each as it is done.

    ``dry_run=true`` only says what would be done. A run that was cut off is finished by sending the file again.
    """
    editor, dry_run, publish = editor_of(request), calls.flag(request, "dry_run"), calls.flag(request, "publish")
    editor.needs("publish" if publish else "write")
    given = request.files.get("file") if request.files else None
    if given is None:
        raise Refusal(422, "no_file", "请选一个文件，字段名是 file。")
    # Read whole before the first line goes out: a file that is none is answered as an error.
    entries = await asyncio.to_thread(exchange.read, given.name, given.body)
    outcomes = importing.take(database(), editor, entries, publish=publish, dry_run=dry_run)
    response = await request.respond(content_type="application/x-ndjson; charset=utf-8")
    await response.send(_line({"total": len(entries), "dry_run": dry_run}))
    kept = 0
    while outcome := await asyncio.to_thread(next, outcomes, None):
        kept += outcome.saved is not None
        await response.send(_line({**outcome_of(outcome), "message": str(outcome)}))
    await response.send(_line({"kept": kept, "refused": len(entries) - kept}))
    await response.eof()
    return None


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"
