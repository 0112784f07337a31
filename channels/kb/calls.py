"""What every call of the interface has in common: its blueprint, and how its parts are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import unquote

from pydantic import ConstrainedInt, ConstrainedStr
from sanic import Blueprint, HTTPResponse, Request

from bot.errors import Refusal
from channels.kb.render import problem_response
from kb.search.schema import tidy
from kb.upkeep.listing import LARGEST_PAGE, STATES, Filter
from kb.upkeep.problems import Problem


def blueprint(name: str) -> Blueprint:
    """A blueprint under ``/api/kb`` that answers problems in the shape of the contracts."""
    made = Blueprint(f"kb_{name}", url_prefix="/api/kb")

    async def told(request: Request, problem: Problem) -> HTTPResponse:
        return problem_response(problem)

    made.exception(Problem)(told)
    return made


def name_of(part: str) -> str:
    """An article's name as it stands in an address."""
    return tidy(unquote(part))


def unit_of(request: Request) -> str | None:
    """Whose article is meant, where an editor of all units says so."""
    return tidy(request.args.get("unit", "")) or None


LARGEST = 64 * 1024
"""Bytes of the body of a call."""


class Text(ConstrainedStr):
    """A text of a body, tidied."""

    strict = True

    @classmethod
    def __get_validators__(cls) -> Generator[Callable[..., Any], None, None]:
        yield from super().__get_validators__()
        yield lambda text: tidy(text, lines=True)


class Number(ConstrainedInt):
    """The number of a version or of a question."""

    strict, gt, lt = True, 0, 2**31


def based_on(request: Request) -> int | None:
    """The version that the sender has seen (``If-Match: "3"``), 0 for none (``If-None-Match: *``), None if not said."""
    if request.headers.get("if-none-match", "").strip() == "*":
        return 0
    given = request.headers.get("if-match")
    if given is None:
        return None
    match = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', given.strip())
    if not match:
        raise Refusal(400, "bad_if_match", 'If-Match 写版本号，例如 "3"。')
    return int(match.group(1))


def flag(request: Request, name: str) -> bool:
    """Whether a switch of the address is on."""
    value = request.args.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        raise Refusal(422, "bad_value", f"{name} 只能是 true 或 false。")
    return value in ("true", "1")


def filter_of(request: Request) -> Filter:
    """The filters of a list; raises `Refusal` for one that there is not."""
    state = request.args.get("state") or None
    if state is not None and state not in STATES:
        raise Refusal(422, "bad_value", f"state 只能是：{'、'.join(STATES)}。")
    category, text = tidy(request.args.get("category", "")), tidy(request.args.get("text", ""))
    return Filter(unit_of(request), state, category or None, text[:100] or None, flag(request, "due"))


def page_of(request: Request) -> tuple[int, int]:
    """Which page, and how many on it."""
    try:
        page, size = int(request.args.get("page", 1)), int(request.args.get("size", 50))
    except ValueError as error:
        raise Refusal(422, "bad_value", "page 和 size 是数字。") from error
    if not (1 <= page <= 100_000 and 1 <= size <= LARGEST_PAGE):
        raise Refusal(422, "bad_value", f"page 从 1 开始，size 最多 {LARGEST_PAGE}。")
    return page, size
