"""An upload is what its content says, and pictures tell nothing about who took them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.hotline.media import kinds
from bot.hotline.media.kinds import Content, MediaRefused, recognised, served_type
from tests.uploads import MP4, RECORDINGS, UNWANTED, picture

SECRET = b"home of Zhang San"


def opened(content: Content) -> Image.Image:
    return Image.open(io.BytesIO(content.body))


@pytest.mark.parametrize(("kind", "body"), RECORDINGS.items())
def test_recordings_and_documents_are_told_by_their_first_bytes(kind: str, body: bytes) -> None:
    assert recognised(body) == Content(kind, body)


@pytest.mark.parametrize("name", UNWANTED)
def test_anything_else_is_refused_whatever_it_is_called(name: str) -> None:
    with pytest.raises(MediaRefused, match="unwanted_media"):
        recognised(UNWANTED[name])


@pytest.mark.parametrize(
    ("format_", "mode", "kind"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("GIF", "P", "image/png"),
        ("BMP", "RGB", "image/png"),
        ("WEBP", "RGB", "image/webp"),
        ("MPO", "RGB", "image/jpeg"),
    ],
)
def test_pictures_are_kept_as_pictures(format_: str, mode: str, kind: str) -> None:
    content = recognised(picture(format_, (40, 20), mode))
    image = opened(content)
    image.load()
    assert (content.type, image.size) == (kind, (40, 20))


def test_a_photograph_neither_grows_nor_loses(tmp_path: object) -> None:
    noise = Image.effect_noise((400, 300), 60).convert("RGB")
    sent = io.BytesIO()
    noise.save(sent, "JPEG", quality=70)
    assert len(recognised(sent.getvalue()).body) < 1.02 * len(sent.getvalue())


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "MPO"])
def test_place_camera_and_comments_are_gone_and_the_picture_stands_upright(format_: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    more = {"pnginfo": PngInfo()} if format_ == "PNG" else {"comment": SECRET}
    if format_ == "PNG":
        more["pnginfo"].add_text("Comment", SECRET.decode())  # type: ignore[union-attr]
    sent = picture(format_, (40, 20), exif=exif, icc_profile=b"profile of " + SECRET, **more)
    assert SECRET in sent
    content = recognised(sent + SECRET)
    assert SECRET not in content.body and b"Exif" not in content.body and b"eXIf" not in content.body
    image = opened(content)
    assert (image.size, len(image.getexif())) == ((20, 40), 0)
    assert image.convert("L").getpixel((19, 0)) > 100  # type: ignore[operator]


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is as large as this."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    header = struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(8000, 8000), (60_000, 60_000), (2_000_000_000, 2_000_000_000)])
def test_a_picture_that_unpacks_to_very_much_is_refused_before_it_is_unpacked(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(Image.core, "new", lambda *size: loaded.append(size))
    with pytest.raises(MediaRefused):
        recognised(bomb(width, height))
    assert loaded == []


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "LARGEST", len(MP4) - 1)
    with pytest.raises(MediaRefused, match="too_large"):
        recognised(MP4)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("现场.mp4", "现场.mp4"),
        ("现场.exe", "现场.mp4"),
        ("../../etc/passwd", "passwd.mp4"),
        ("C:\\fakepath\\现场.mov", "现场.mp4"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.mp4"),
        ("半\ud83d个", "半个.mp4"),
        (".mp4", ".mp4.mp4"),
        ("长" * 300, "长" * 180 + ".mp4"),
    ],
)
def test_a_name_is_no_path_and_ends_as_its_type(sent: str, kept: str) -> None:
    assert recognised(MP4).named(sent) == kept


@pytest.mark.parametrize("kept", ["image/png\nSet-Cookie: a=b", "text/html", "image/svg+xml", ""])
def test_a_type_of_before_the_check_is_not_served(kept: str) -> None:
    assert served_type(kept) == "application/octet-stream"
    assert served_type("image/png") == "image/png"
