"""What an upload is, by its content (文件类型): what a client or a file name says about it counts for nothing.

Pictures are written anew, so that nothing but what is seen is kept: no place, no camera, no hidden second file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import filetype
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import get_sampling

MEGABYTES = 10
LARGEST = MEGABYTES * 1024 * 1024
"""Bytes of one upload."""
MOST_PIXELS = 50_000_000
"""Pixels of one picture: more than a telephone takes, and 200 MB once unpacked."""
_READ = ("JPEG", "PNG", "GIF", "BMP", "WEBP")
_WRITTEN_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "BMP": "PNG", "WEBP": "WEBP"}
"""What is written of a format; of several pictures in one file (MPO is such a JPEG) the first."""
_QUICKLY: dict[str, dict[str, Any]] = {"PNG": {"compress_level": 3}, "WEBP": {"method": 0}}
"""Less than half of the usual time, for about as many bytes."""
_PICTURE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_OTHERS = {
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/x-flac": "flac",
    "audio/x-wav": "wav",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/mpeg": "mpg",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "application/pdf": "pdf",
}
"""Recordings and documents that are taken, with the ending of their names."""
_ENDINGS = {**_OTHERS, "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_NOT_KNOWN_TO_LIBRARY = ((b"#!AMR-WB\n", 0, "audio/amr"), (b"ftyp3g", 4, "video/3gpp"))
"""Older telephones' recordings: first bytes, where they stand, and the type."""


class MediaRefused(Exception):
    """An upload that is not kept; ``reason`` names why, and is the name of the sentence for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Content:
    """What is kept of an upload, and its true type."""

    type: str
    body: bytes

    def named(self, name: str) -> str:
        """A name for it without path and control characters, and with the ending of its type."""
        plain = "".join(sign for sign in name if sign.isprintable()).replace("\\", "/").rpartition("/")[2]
        stem = plain.rpartition(".")[0] or plain
        return f"{stem[:180]}.{_ENDINGS[self.type]}"


def recognised(body: bytes) -> Content:
    """The content to keep; raises `MediaRefused` ``unwanted_media`` or ``too_large``. May take seconds."""
    if len(body) > LARGEST:
        raise MediaRefused("too_large")
    for signature, at, known in _NOT_KNOWN_TO_LIBRARY:
        if body.startswith(signature, at):
            return Content(known, body)
    found = filetype.guess_mime(body)
    if found in _OTHERS:
        return Content(found, body)
    try:
        picture = _rewritten(body)
    except MediaRefused:
        raise
    except Exception as error:
        # Broken or hostile files make the decoders raise almost anything.
        raise MediaRefused("unwanted_media") from error
    if len(picture.body) > 2 * LARGEST:
        raise MediaRefused("too_large")
    return picture


def served_type(kept: str) -> str:
    """The type that a kept upload is served with: those of before the check may say anything."""
    return kept if kept in _ENDINGS else "application/octet-stream"


def _rewritten(body: bytes) -> Content:
    with Image.open(io.BytesIO(body), formats=_READ) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise MediaRefused("too_large")
        format_ = _WRITTEN_AS[str(picture.format)]
        how = dict(_QUICKLY.get(format_, {}))
        if format_ == "JPEG" and picture.mode in ("L", "RGB"):
            # As coarse as it came: neither worse nor larger.
            how |= {"qtables": getattr(picture, "quantization", None), "subsampling": get_sampling(picture)}
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        upright: Image.Image = picture
        if format_ == "JPEG" and picture.mode not in ("L", "RGB"):
            upright = picture.convert("RGB")
        elif format_ == "PNG" and picture.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
            upright = picture.convert("RGBA")
        # Whatever stands here is written too: profiles, comments, and what else the file said of itself.
        upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
        written = io.BytesIO()
        upright.save(written, format_, **how)
        return Content(_PICTURE_TYPES[format_], written.getvalue())
