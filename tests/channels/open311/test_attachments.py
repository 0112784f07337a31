"""Attachments are for personal keys."""

from __future__ import annotations

import secrets

import httpx
import pytest
from sqlalchemy import select

from bot.storage.tables import Access, Media
from bot.storage.types import cipher
from tests.channels.open311.calls import error
from tests.channels.open311.conftest import Server


@pytest.fixture
def attachment(server: Server) -> tuple[str, str]:
    """Number of an order and id of its picture."""
    number = server.file()
    media_id = secrets.token_hex(12)
    (server.folder / "media").mkdir(exist_ok=True)
    (server.folder / "media" / media_id).write_bytes(cipher().encrypt(b"\xff\xd8 a picture"))
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
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
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


def test_an_upload_of_before_the_check_brings_no_header_and_no_page(
    server: Server, attachment: tuple[str, str]
) -> None:
    _, media_id = attachment
    for kept in ("image/png\nSet-Cookie: a=b", "image/png\r\n\r\n<script>", "text/html", "image/svg+xml"):
        with server.store.transaction() as session:
            item = session.get(Media, media_id)
            item.content_type, item.name = kept, 'a"\r\nSet-Cookie: a=b.svg'
        answer = server.http.get(f"/media/{media_id}", headers={"X-API-Key": "k-whole"})
        assert (answer.status_code, answer.content) == (200, b"\xff\xd8 a picture")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "set-cookie" not in answer.headers
