"""The editors' page at ``/desk/kb`` and its files."""

from __future__ import annotations

from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request

from channels.page import page_of

STATIC = Path(__file__).parent / "static"

desk = Blueprint("kb_desk", url_prefix="/desk/kb")
desk.static("/static", STATIC)


@desk.get("/")
async def index(request: Request) -> HTTPResponse:
    """The page."""
    return page_of("kb/templates/index.html")
