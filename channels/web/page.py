"""The public page at ``/`` and its files."""

from __future__ import annotations

from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request

from bot.cities import city
from bot.dialogue.wording import CHINESE, placeholders, say, wording
from channels.page import page_of

STATIC = Path(__file__).parent / "static"
GROUPS = ("page.chat", "button", "kind", "order.state_short", "order.step", "order.rating")
"""The wording that the scripts need."""

page = Blueprint("page")
page.static("/static", STATIC)


@page.get("/")
async def index(request: Request) -> HTTPResponse:
    """The chat page."""
    return page_of("web/templates/index.html", say=say, words=script_words())


def script_words() -> dict[str, str]:
    """The sentences of the scripts by key; placeholders stay for the scripts to fill in, but for the city's."""
    found = {}
    for key, text in wording().texts[CHINESE].items():
        if key.startswith(tuple(f"{group}." for group in GROUPS)):
            kept = placeholders(text) - set(city().words())
            found[key] = say(key, **{name: f"{{{name}}}" for name in kept})
    return found
