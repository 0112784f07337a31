"""All of it together: ``app.blueprint(knowledge)`` serves the interface and the page."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, Sanic

from bot.settings import settings
from channels.kb import keys
from channels.kb.articles import articles
from channels.kb.files import files
from channels.kb.learning import learning
from channels.kb.page import desk
from channels.kb.reviewing import reviewing
from channels.keys import long_enough

knowledge = Blueprint.group(articles, reviewing, files, learning, desk)


@articles.before_server_start
async def check_keys(app: Sanic[Any, Any], _: Any) -> None:
    """A mistake in the keys is seen at the start, not by the first who calls."""
    long_enough(keys.parse(settings().kb_keys or ""), "BOT_KB_KEYS")
