"""Files as people send them, and as attackers do."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def picture(format_: str = "PNG", size: tuple[int, int] = (4, 2), mode: str = "RGB", **how: Any) -> bytes:
    """A picture: dark, with a bright pixel at the top left."""
    image = Image.new(mode, size)
    image.putpixel((0, 0), {"RGB": (255, 255, 255), "RGBA": (255, 255, 255, 255)}.get(mode, 255))
    written = io.BytesIO()
    image.save(written, format_, **how)
    return written.getvalue()


MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100)
AMR = b"#!AMR\n" + b"\x3c" * 100
PDF = b"%PDF-1.7\n" + bytes(100) + b"%%EOF"
RECORDINGS = {
    "audio/amr": AMR,
    "audio/mpeg": b"ID3\x03\0\0\0\0\0\x0a" + bytes(100),
    "audio/mp4": b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom" + bytes(100),
    "audio/ogg": b"OggS\0\x02" + bytes(22) + b"\x01\x13OpusHead" + bytes(100),
    "audio/x-wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + bytes(100),
    "video/mp4": MP4,
    "video/quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100),
    "video/webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(100),
    "video/3gpp": b"\0\0\0\x18ftyp3gp4\0\0\0\x003gp43gp6" + bytes(100),
    "application/pdf": PDF,
}
"""The beginnings of recordings and documents, by type."""
UNWANTED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "xml": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "exe": b"MZ\x90\0" + bytes(200),
    "elf": b"\x7fELF" + bytes(200),
    "zip": b"PK\x03\x04" + bytes(200),
    "text": b"hello",
    "nothing": b"",
    "half a picture": picture(size=(200, 200))[:60],
    "a picture's name only": b"\x89PNG\r\n\x1a\n" + b"0" * 100,
    "tiff": picture("TIFF"),
}
"""What is refused, whatever it is called."""
