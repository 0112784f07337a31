"""What the ticket backend reports is signed and fresh."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.hotline.tickets.inbox import WINDOW, BadSignature, sign, verify

SECRET = "between the two of us"


def now(shift: int = 0) -> str:
    return str(int(time.time()) + shift)


def test_a_report_that_was_signed_with_the_secret_is_genuine() -> None:
    body, at = b'{"id": "1"}', now()
    verify(SECRET, at, body, sign(SECRET, at, body))


def test_the_signature_is_the_one_that_the_documentation_names() -> None:
    # printf '%s.%s' 1785720600 '{}' | openssl dgst -sha256 -hmac key -hex
    assert sign("key", "1785720600", b"{}") == "a0f272a7ba036197df92c926cb36d333367f8313e3f989ac818d7431b1603e0c"


@pytest.mark.parametrize(
    ("timestamp", "signature"), [(None, "0" * 64), ("1785720600", None), (None, None), ("", ""), ("1785720600", "")]
)
def test_without_its_headers_a_report_is_refused(timestamp: str | None, signature: str | None) -> None:
    with pytest.raises(BadSignature, match="X-Hotline-Timestamp"):
        verify(SECRET, timestamp, b"{}", signature)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda at, body, signature: (at, body + b" ", signature), id="body"),
        pytest.param(lambda at, body, signature: (str(int(at) + 1), body, signature), id="timestamp"),
        pytest.param(lambda at, body, signature: (at, body, sign("a guess", at, body)), id="secret"),
        pytest.param(lambda at, body, signature: (at, body, signature[:-1]), id="cut"),
        pytest.param(lambda at, body, signature: (at, body, "ü" * 64), id="no hex"),
        pytest.param(lambda at, body, signature: (at[:-1], at[-1].encode() + body, signature), id="moved stop"),
    ],
)
def test_a_signature_of_anything_else_is_refused(change: Any) -> None:
    body, at = b'{"id": "1"}', now()
    changed_at, changed_body, signature = change(at, body, sign(SECRET, at, body))
    with pytest.raises(BadSignature, match="does not fit"):
        verify(SECRET, changed_at, changed_body, signature)


@pytest.mark.parametrize("shift", [-WINDOW - 60, WINDOW + 600])
def test_a_report_from_long_ago_or_from_the_future_is_refused(shift: int) -> None:
    at = now(shift)
    with pytest.raises(BadSignature, match="timestamp"):
        verify(SECRET, at, b"{}", sign(SECRET, at, b"{}"))


@pytest.mark.parametrize("at", ["0", "yesterday", "-1", "1e9", " ", "9" * 30])
def test_a_timestamp_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(BadSignature, match="timestamp"):
        verify(SECRET, at, b"{}", sign(SECRET, at, b"{}"))


@pytest.mark.parametrize("shift", [60 - WINDOW, WINDOW - 60])
def test_a_clock_that_is_a_little_off_is_no_matter(shift: int) -> None:
    at = now(shift)
    verify(SECRET, at, b"{}", sign(SECRET, at, b"{}"))
