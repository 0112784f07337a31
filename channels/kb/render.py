"""Articles, versions, faults and problems as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sanic import HTTPResponse
from sanic import json as json_response

from bot.clock import local
from bot.metrics import REFUSED
from bot.storage.tables_knowledge import ArticleRow, ArticleVersion
from kb.upkeep.editing import Saved
from kb.upkeep.faults import Fault
from kb.upkeep.problems import Conflict, Invalid, NoArticle, NotAllowed, Problem, WrongState
from kb.upkeep.versions import Change, diff

# Conflict is not 412: Sanic leaves the length out of such an answer, and clients wait for more of it.
_STATUS = {NotAllowed: 403, NoArticle: 404, WrongState: 409, Conflict: 409}


def summary(row: ArticleRow) -> dict[str, Any]:
    """An article in a list."""
    return {
        "id": row.id,
        "external_id": row.external_id,
        "unit": row.owner,
        "title": row.title,
        "category": row.category.split("/") if row.category else [],
        "state": row.state,
        "newest": row.newest,
        "published": row.published,
        "reviewed_on": day(row.reviewed_on),
        "valid_from": day(row.valid_from),
        "valid_to": day(row.valid_to),
        "updated_at": moment(row.updated_at),
    }


def version(row: ArticleVersion) -> dict[str, Any]:
    """A version without its content."""
    return {
        "number": row.number,
        "state": row.state,
        "author": row.author,
        "unit": row.unit,
        "note": row.note,
        "created_at": moment(row.created_at),
        "decided_by": row.decided_by,
        "decided_at": moment(row.decided_at),
        "decision": row.decision,
    }


def saved(done: Saved) -> dict[str, Any]:
    """What came of a change."""
    return {
        "id": done.article_id,
        "external_id": done.external_id,
        "unit": done.owner,
        "newest": done.number,
        "state": done.state,
        "published": done.published,
        "changed": done.changed,
        "faults": faults(done.faults),
    }


def faults(found: tuple[Fault, ...] | list[Fault]) -> list[dict[str, str]]:
    """What to mend, by field."""
    return [{"field": one.field, "label": one.label, "message": one.message} for one in found]


def changes(found: list[Change]) -> list[dict[str, Any]]:
    """A comparison: each field's pieces as ``[same | out | in, text]``."""
    return [asdict(change) for change in found]


def refused(problem: Problem) -> dict[str, Any]:
    """A problem as an error of the contracts; a conflict shows both versions and how they differ."""
    told: dict[str, Any] = {"error": {"code": problem.code, "message": problem.message}}
    if isinstance(problem, Invalid):
        told["faults"] = faults(problem.faults)
    if isinstance(problem, Conflict):
        told |= {"newest": problem.number, "theirs": problem.content}
        if problem.sent is not None:
            told |= {"yours": problem.sent, "diff": changes(diff(problem.content, problem.sent))}
    return told


def problem_response(problem: Problem) -> HTTPResponse:
    """The same as an answer, with its status."""
    REFUSED.labels(problem.code).inc()
    return json_response(refused(problem), status=_STATUS.get(type(problem), 422))


def day(value: date | None) -> str | None:
    """YYYY-MM-DD."""
    return value.isoformat() if value else None


def moment(value: datetime | None) -> str | None:
    """ISO 8601 with the hotline's offset."""
    return local(value).isoformat(timespec="seconds") if value else None
