"""The description of the interfaces names every call that there is."""

from __future__ import annotations

import re

import pytest
from sanic import Sanic

from bot.app import application
from bot.app.openapi import description

SAMPLES = {"number": "1", "call": "articles:batch", "named": "x.json", "__file_uri__": "a.js", "rest": "a"}


def _calls(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Every method and an example of its address."""
    Sanic.test_mode = True
    monkeypatch.setenv("WECHAT_TOKEN", "token")
    monkeypatch.setenv("WECHAT_APP_ID", "wx1")
    app = application.create_app()
    app.router.finalize()
    return {
        (method.lower(), "/" + re.sub(r"<(\w+)(:\w+)?>", lambda found: SAMPLES.get(found[1], "x"), route.path))
        for route in app.router.routes
        for method in route.methods
        if method not in ("HEAD", "OPTIONS")
    }


def test_every_call_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    described = [
        (method, re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path).rstrip("/") or "/"))
        for path, item in description()["paths"].items()
        for method in item
    ]
    missing = [
        (method, path)
        for method, path in sorted(_calls(monkeypatch))
        if not any(method == one and re.fullmatch(pattern, path) for one, pattern in described)
    ]
    # Any address below /open311 that is none is answered for every method alike.
    assert missing in ([], [("post", "/open311/a")])
