"""What every call of the interface has in common: its blueprint, and how its parts are read."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

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


def body_of(request: Request, longest: int = 64 * 1024) -> dict[str, Any]:
    """The JSON object that was sent; raises `Refusal`."""
    if len(request.body) > longest:
        raise Refusal(413, "too_large", f"内容太大了：最多 {longest // 1024} KB。")
    found = request.json
    if not isinstance(found, dict):
        raise Refusal(400, "bad_json", "请发送一个 JSON 对象。")
    return found


def text_of(body: dict[str, Any], name: str) -> str:
    """A text of the body, "" where there is none."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refusal(422, "bad_value", f"{name} 应当是文字。")
    return tidy(value, lines=True)


def number_of(body: dict[str, Any]) -> int:
    """The version that is meant."""
    value = body.get("version")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise Refusal(422, "bad_version", "version 写明是第几版，例如 3。")
    return value


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
