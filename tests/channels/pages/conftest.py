"""The pages served on a store, and an order that has a life behind it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import httpx
import pytest
from sanic import Sanic

from bot.storage import Database
from channels.pages.routes import pages
from tests.ports import free_port
from tests.tools.wechat_standin.serving import served

_names = itertools.count()


@pytest.fixture
def browser(store: Database) -> Iterator[httpx.Client]:
    """A phone's browser at the service."""
    app = Sanic(f"pages_{next(_names)}", configure_logging=False)
    app.blueprint(pages(store))
    with (
        served(app, free_port()) as url,
        httpx.Client(base_url=url, timeout=60, trust_env=False, follow_redirects=True) as client,
    ):
        yield client
