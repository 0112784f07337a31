"""A page of this service: its HTML with the city's name in it, and what a browser may do with it."""

from __future__ import annotations

import html
from pathlib import Path

from sanic import HTTPResponse
from sanic import html as html_response

from bot.cities import city
from bot.settings import settings

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_of(file: Path) -> HTTPResponse:
    """The file as an answer."""
    text = file.read_text(encoding="utf-8")
    for name, value in (("city", city().name), ("service_name", settings().service_name)):
        text = text.replace("{{" + name + "}}", html.escape(value))
    return html_response(text, headers=_HEADERS)
