"""Files that citizens send and that the account uploads."""

from __future__ import annotations

import base64

import pytest

from tests.tools.wechat_standin.driver import Api, Standin
from tests.tools.wechat_standin.tiny_account import TinyAccount
from tools.wechat_standin.acts import SAMPLES

JPEG = b"\xff\xd8\xff\xe0" + bytes(4)


def upload(standin: Standin, api: Api, kind: str, content: bytes) -> dict[str, object]:
    query = {"access_token": api.token, "type": kind}
    answer = standin.http.post("/cgi-bin/media/upload", params=query, files={"media": ("a.jpg", content)})
    result: dict[str, object] = answer.json()
    return result


def test_a_picture_of_a_citizen_can_be_fetched_for_three_days(standin: Standin, account: TinyAccount, api: Api) -> None:
    citizen = standin.citizen()
    citizen.does("image", data=base64.b64encode(JPEG).decode())
    id_ = account.heard()[-1]["MediaId"]
    answer = api.gets("media/get", media_id=id_)
    assert answer.content == JPEG
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == f'attachment; filename="{id_}.jpg"'
    standin.skip(3 * 86_400 + 1)
    api.renew()
    assert api.gets("media/get", media_id=id_).json()["errcode"] == 40007


def test_of_a_video_there_is_an_address(standin: Standin, account: TinyAccount, api: Api) -> None:
    standin.citizen().does("video")
    answer = api.gets("media/get", media_id=account.heard()[-1]["MediaId"])
    assert standin.http.get(answer.json()["video_url"]).content == SAMPLES["video"]


def test_a_voice_is_amr(standin: Standin, account: TinyAccount, api: Api) -> None:
    standin.citizen().does("voice")
    answer = api.gets("media/get", media_id=account.heard()[-1]["MediaId"])
    assert answer.headers["content-type"] == "audio/amr"
    assert answer.content.startswith(b"#!AMR")


@pytest.mark.parametrize(("id_", "code"), [("unknown", 40007), ("", 41006)])
def test_what_is_not_there_is_said_in_json(api: Api, id_: str, code: int) -> None:
    assert api.gets("media/get", media_id=id_).json()["errcode"] == code


def test_an_upload_can_be_fetched_again(standin: Standin, api: Api) -> None:
    answer = upload(standin, api, "image", JPEG)
    assert answer["type"] == "image"
    assert api.gets("media/get", media_id=str(answer["media_id"])).content == JPEG


@pytest.mark.parametrize(
    ("kind", "start", "zeros", "code"),
    [
        ("poem", JPEG, 0, 40004),
        ("image", b"no picture", 0, 40004),
        ("image", JPEG, 10 * 1024 * 1024, 40009),
        ("voice", b"", 2 * 1024 * 1024 + 1, 40010),
        ("thumb", JPEG, 64 * 1024, 40012),
    ],
)
def test_an_upload_must_be_right(standin: Standin, api: Api, kind: str, start: bytes, zeros: int, code: int) -> None:
    assert upload(standin, api, kind, start + bytes(zeros))["errcode"] == code


def test_an_upload_without_a_file(standin: Standin, api: Api) -> None:
    query = {"access_token": api.token, "type": "image"}
    assert standin.http.post("/cgi-bin/media/upload", params=query).json()["errcode"] == 41005
