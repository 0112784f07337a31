"""The public page at ``/`` and its files."""

from __future__ import annotations

from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request

from channels.page import page_of

STATIC = Path(__file__).parent / "static"

page = Blueprint("page")
page.static("/static", STATIC)


@page.get("/")
async def index(request: Request) -> HTTPResponse:
    """The chat page."""
    return page_of("web/templates/index.html")
