"""The editors' page at ``/desk/kb`` and its files."""

from __future__ import annotations

import html
from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request
from sanic import html as html_response

from bot.settings import settings

STATIC = Path(__file__).parent / "static"
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

desk = Blueprint("kb_desk", url_prefix="/desk/kb")
desk.static("/static", STATIC)


@desk.get("/")
async def index(request: Request) -> HTTPResponse:
    """The page, with the city's name in it."""
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    for name, value in (("city", settings().city), ("service_name", settings().service_name)):
        text = text.replace("{{" + name + "}}", html.escape(value))
    return html_response(text, headers=_HEADERS)
