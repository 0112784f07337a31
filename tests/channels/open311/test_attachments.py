"""Attachments are for personal keys."""

from __future__ import annotations

import secrets

import httpx
import pytest
from sqlalchemy import select

from bot.hotline.media import _write
from bot.storage.tables import Access, Media
from tests.channels.open311.calls import error
from tests.channels.open311.conftest import Server


@pytest.fixture
def attachment(server: Server) -> tuple[str, str]:
    """Number of an order and id of its picture."""
    number = server.file()
    media_id = secrets.token_hex(12)
    _write(server.folder / "media" / media_id, b"\xff\xd8 a picture")
    with server.store.transaction() as session:
        session.add(Media(id=media_id, visitor_id="open311:city", order_number=number, name="现场.jpg",
                          content_type="image/jpeg", size=12))  # fmt: skip
    return number, media_id


def test_attachments_are_for_personal_keys(server: Server, attachment: tuple[str, str]) -> None:
    number, media_id = attachment
    assert server.one(number, "k-all")["media_url"] is None
    url = server.one(number, "k-whole")["media_url"]
    assert url == f"{server.url}/open311/v2/media/{media_id}"
    answer = httpx.get(url, headers={"X-API-Key": "k-whole"})
    assert (answer.content, answer.headers["content-type"]) == (b"\xff\xd8 a picture", "image/jpeg")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg"
    with server.store.transaction() as session:
        query = select(Access.who).where(Access.number == number, Access.what == "open311:media")
        assert session.scalars(query).all() == ["whole"]


def test_attachments_of_orders_that_a_key_may_not_see_are_not_there(
    server: Server, attachment: tuple[str, str]
) -> None:
    _, media_id = attachment
    for path, key in ((media_id, "k-own"), ("f" * 24, "k-whole"), ("..%2F..%2Fetc%2Fpasswd", "k-whole")):
        error(server.http.get(f"/media/{path}", headers={"X-API-Key": key}), 404)
    (server.folder / "media" / media_id).unlink()
    error(server.http.get(f"/media/{media_id}", headers={"X-API-Key": "k-whole"}), 404)
