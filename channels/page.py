"""A page of this service for the browser, and what the browser may do with it."""

from __future__ import annotations

from typing import Any

from sanic import HTTPResponse
from sanic import html as html_response

from channels.templates import rendered

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; img-src 'self' blob: data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_of(template: str, **values: Any) -> HTTPResponse:
    """The page of a template, with these values, as an answer."""
    return html_response(rendered(template, **values), headers=_HEADERS)
