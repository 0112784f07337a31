"""What a call sends is checked field by field, and refused with what its field says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import StrictStr

from bot.errors import Refusal
from channels.bodies import Body, sent


class Parcel(Body):
    sender: StrictStr = sent(..., "sender 应是文字。", "bad_sender", max_length=5)
    note: StrictStr | None = sent(None, "note 应是文字。")


def read(body: bytes, longest: int | None = None) -> Parcel:
    request: Any = SimpleNamespace(body=body)
    return Parcel.of(request, longest)


def test_what_fits_is_taken_and_what_is_not_known_is_passed_over() -> None:
    taken = read('{"sender": "王芳", "colour": "red"}'.encode())
    assert (taken.sender, taken.note) == ("王芳", None)


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        (b"{}", 422, "bad_sender", "sender 应是文字。"),
        (b'{"sender": 5}', 422, "bad_sender", "sender 应是文字。"),
        (b'{"sender": null}', 422, "bad_sender", "sender 应是文字。"),
        (b'{"sender": "abcdef"}', 422, "bad_sender", "sender 应是文字。"),
        (b'{"sender": "a", "note": ["b"]}', 422, "bad_value", "note 应是文字。"),
        (b"", 400, "bad_json", "不是有效的 JSON"),
        (b"{", 400, "bad_json", "不是有效的 JSON"),
        (b"\xff", 400, "bad_json", "不是有效的 JSON"),
        (b"[" * 20_000, 400, "bad_json", "不是有效的 JSON"),
        (b'"x"', 400, "bad_json", "JSON 对象"),
        (b'{"sender": "' + b"a" * 40_000 + b'"}', 413, "too_large", "最多 32 KB"),
    ],
)
def test_what_does_not_fit_is_refused_with_code_and_message(body: bytes, status: int, code: str, message: str) -> None:
    with pytest.raises(Refusal, match=message) as refused:
        read(body, 32 * 1024)
    assert (refused.value.status, refused.value.code) == (status, code)


@pytest.mark.parametrize("half", [rb"\ud83d", rb"\ude00", rb"\ude00\ud83d", b"\xed\xa0\xbd"])
def test_half_an_emoji_is_left_out_and_a_whole_one_stays(half: bytes) -> None:
    taken = read(b'{"sender": "a' + half + rb'b", "note": "\ud83d\ude00", "' + half + b'": ["' + half + b'"]}')
    assert (taken.sender, taken.note) == ("ab", "😀")
