"""Review: versions, comparisons, the steps from draft to citizen and back, reminders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import StrictInt
from sanic import HTTPResponse, Request
from sanic import json as json_response
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.storage import database
from channels.bodies import Body, sent
from channels.kb import calls, render
from channels.kb.calls import LARGEST, Number, Text
from channels.kb.keys import editor_of
from kb.upkeep import listing, review
from kb.upkeep.editing import Editor, Saved, get
from kb.upkeep.editing import version as version_of
from kb.upkeep.versions import diff, undo, versions

reviewing = calls.blueprint("reviewing")


@reviewing.get("/articles/<name>/versions")
async def list_versions(request: Request, name: str) -> HTTPResponse:
    """All versions, newest first, and which of them citizens see."""
    editor, unit = editor_of(request), calls.unit_of(request)
    editor.needs("read")

    def read(session: Session) -> dict[str, Any]:
        row = get(session, editor, calls.name_of(name), unit)
        found = versions(session, row)
        return {"published": row.published, "versions": [render.version(one) for one in found]}

    return json_response(await database().run(read))


@reviewing.get("/articles/<name>/versions/<number:int>")
async def read_version(request: Request, name: str, number: int) -> HTTPResponse:
    """A version, and what it changed against another (``against``), by default the one before it."""
    editor, unit = editor_of(request), calls.unit_of(request)
    editor.needs("read")
    against = request.args.get("against")
    if against is not None and not (against.isdigit() and len(against) < 10):
        raise Refusal(422, "bad_version", "against 写版本号，例如 3。")
    if not 0 < number < 2**31:
        raise Refusal(404, "not_found", "没有这一版。")

    def read(session: Session) -> dict[str, Any]:
        row = get(session, editor, calls.name_of(name), unit)
        found = version_of(session, row, number)
        other = int(against) if against is not None else number - 1
        old = dict(version_of(session, row, other).content) if other else {}
        return {
            **render.version(found),
            "content": found.content,
            "against": other,
            "diff": render.changes(diff(old, found.content)),
        }

    return json_response(await database().run(read))


@reviewing.get("/reminders")
async def list_reminders(request: Request) -> HTTPResponse:
    """What is out of date, ends soon, or was not looked at for a year; by unit."""
    editor = editor_of(request)

    def read(session: Session) -> list[dict[str, Any]]:
        return [{**render.summary(found.row), "why": found.why} for found in listing.reminders(session, editor)]

    found = await database().run(read)
    units = {item["unit"]: [other for other in found if other["unit"] == item["unit"]] for item in found}
    return json_response({"units": [{"unit": unit, "items": items} for unit, items in units.items()]})


class Noted(Body):
    """A step, and what is said about it."""

    note: Text = sent("", "note 应当是文字。")


class Numbered(Noted):
    """A step of one version."""

    version: Number = sent(..., "version 写明是第几版，例如 3。", "bad_version")


class Undone(Numbered):
    """A version to go back to, and the newest that the sender has seen."""

    newest: StrictInt | None = sent(None, "newest 写您看到的最新版本号。", "bad_version")


_Sent = TypeVar("_Sent", bound=Body)


def _step(path: str, shape: type[_Sent], step: Callable[[Session, Editor, str, _Sent, str | None], Saved]) -> None:
    """Serves ``POST /articles/NAME/path`` with a JSON body."""

    async def handler(request: Request, name: str) -> HTTPResponse:
        editor, unit, body = editor_of(request), calls.unit_of(request), shape.of(request, LARGEST)
        done = await database().run(lambda session: step(session, editor, calls.name_of(name), body, unit))
        return json_response(render.saved(done))

    reviewing.add_route(handler, f"/articles/<name>/{path}", methods=["POST"], name=path)


_step("submit", Numbered, lambda s, e, name, sent, unit: review.submit(s, e, name, sent.version, unit))
_step("publish", Numbered, lambda s, e, name, sent, unit: review.publish(s, e, name, sent.version, sent.note, unit))
_step("return", Numbered, lambda s, e, name, sent, unit: review.send_back(s, e, name, sent.version, sent.note, unit))
_step("withdraw", Noted, lambda s, e, name, sent, unit: review.withdraw(s, e, name, sent.note, unit))
_step("confirm", Numbered, lambda s, e, name, sent, unit: review.confirm(s, e, name, sent.version, unit))
_step("undo", Undone, lambda s, e, name, sent, unit: undo(s, e, name, sent.version, sent.newest, unit))
