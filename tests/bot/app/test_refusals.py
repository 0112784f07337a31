"""Over HTTP: nothing of a citizen's words is refused, and nothing breaks, without the emergency lines."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql

from bot.app.service import LOOKS, create_service
from bot.settings import Settings
from bot.storage import database
from bot.storage.tables import Base
from channels.web.api import WebChannel
from tests.full import disk_of
from tests.ports import free_port
from tests.tools.wechat_standin.serving import served
from tests.uploads import MP4

FIRE = "救命着火了"
_names = itertools.count()


async def broken(message: Any) -> None:
    """An engine that is down."""
    raise RuntimeError("the model fell over")


@pytest.fixture
def web(environment: Callable[..., Settings]) -> Iterator[httpx.Client]:
    """The web channel of a service whose engine is down."""
    environment(BOT_RATE_LIMIT="3/minute")
    Base.metadata.create_all(database().engine)
    app = create_service(f"refusing_{next(_names)}")
    app.blueprint(WebChannel().blueprint(broken), url_prefix="/api/web")
    with served(app, free_port()) as url, httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        token = client.post("/api/web/session").json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def refused(answer: httpx.Response, status: int) -> str:
    """The message of a refusal that sees a fire."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["line"] == "119" and "119" in error["message"].splitlines()[0]
    return str(error["code"])


def test_a_text_that_is_too_long(web: httpx.Client) -> None:
    assert refused(web.post("/api/web/message", json={"text": FIRE + "字" * 2000}), 422) == "too_long"
    error = web.post("/api/web/message", json={"text": "字" * 2001}).json()["error"]
    assert "line" not in error and all(line in error["message"] for line in ("2000", "110", "119", "120", "122"))


def test_whoever_sends_very_many_of_them_still_gets_every_line(web: httpx.Client) -> None:
    """Looking at each for danger would take the time of all others; naming all lines takes none."""
    too_long = {"text": FIRE + "字" * 2000}
    for _ in range(int(LOOKS.partition("/")[0])):
        assert refused(web.post("/api/web/message", json=too_long), 422) == "too_long"
    beyond = web.post("/api/web/message", json=too_long)
    error = beyond.json()["error"]
    assert (beyond.status_code, error["code"]) == (422, "too_long")
    assert "line" not in error and all(line in error["message"] for line in ("110", "119", "120", "122"))


def test_broken_json_a_wrong_type_and_a_session_that_is_over(web: httpx.Client) -> None:
    assert refused(web.post("/api/web/message", content=f'{{"text": "{FIRE}'.encode()), 400) == "bad_json"
    assert refused(web.post("/api/web/message", json={"text": FIRE, "client_id": ""}), 422) == "bad_client_id"
    gone = web.post("/api/web/message", json={"text": FIRE}, headers={"Authorization": "Bearer none"})
    assert refused(gone, 401) == "unauthorized"


def test_too_fast(web: httpx.Client) -> None:
    for _ in range(3):
        web.post("/api/web/message", json={"text": "路灯坏了"})
    assert refused(web.post("/api/web/message", json={"text": FIRE}), 429) == "too_fast"


def test_an_engine_that_is_down(web: httpx.Client) -> None:
    first, second = web.post("/api/web/message", json={"text": FIRE}).json()["messages"]
    assert "119" in first["text"] and first["links"][0]["url"] == "tel:119"
    assert "12345" in second["text"]


def test_a_store_that_is_gone(web: httpx.Client) -> None:
    with database().engine.begin() as connection:
        connection.execute(sql("DROP TABLE visitors"))
    assert refused(web.post("/api/web/message", json={"text": FIRE}), 503) == "unavailable"


def test_a_full_disk(web: httpx.Client) -> None:
    with disk_of(database()) as disk:
        disk.full = True
        danger = web.post("/api/web/message", json={"text": FIRE})
        assert danger.status_code == 200 and "119" in danger.json()["messages"][0]["text"]
        for path, body in (("message", {"text": "路灯坏了"}), ("session", {})):
            refusal = web.post(f"/api/web/{path}", json=body)
            assert (refusal.status_code, refusal.json()["error"]["code"]) == (503, "unavailable")
            assert refusal.json()["error"]["message"].count("119") == 1
        upload = web.post("/api/web/media", files={"file": ("a.mp4", MP4, "video/mp4")})
        assert (upload.status_code, upload.json()["error"]["code"]) == (507, "no_space")
        assert "119" in upload.json()["error"]["message"]


def test_other_addresses_say_nothing_of_it(web: httpx.Client) -> None:
    error = web.post("/api/web/nothing", json={"text": FIRE}).json()["error"]
    assert "119" not in error["message"] and "line" not in error
