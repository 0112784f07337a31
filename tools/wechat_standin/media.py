"""Temporary media (临时素材): what people sent and what the account uploaded.

Real: kept for three days (tokens and ids are those of this account only); sizes image 10 MB, voice 2 MB, video 10 MB,
thumb 64 KB; images PNG, JPEG, GIF. Simplified: the length of voices and the format of voices and videos are not checked.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tools.wechat_standin.errors import ApiError

DAYS_3 = 3 * 86_400.0
_MB = 1024 * 1024
_LIMITS = {
    "image": (10 * _MB, 40009),
    "voice": (2 * _MB, 40010),
    "video": (10 * _MB, 40011),
    "thumb": (64 * 1024, 40012),
}
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")


@dataclass(frozen=True)
class Medium:
    """One file: ``kind`` as the platform calls it, ``born`` when it came."""

    id: str
    kind: str
    content: bytes
    content_type: str
    suffix: str
    born: float


class MediaStore:
    """All files, by id."""

    def __init__(self) -> None:
        self._all: dict[str, Medium] = {}

    def keep(self, kind: str, content: bytes, now: float) -> Medium:
        """Keeps a file.

        Raises:
            ApiError: not a kind of media, nothing in it, too large, not a picture.
        """
        if kind not in _LIMITS:
            raise ApiError(40004)
        if not content:
            raise ApiError(41005)
        most, code = _LIMITS[kind]
        if len(content) > most:
            raise ApiError(code)
        if kind in ("image", "thumb") and not content.startswith(_IMAGES):
            raise ApiError(40004, "not PNG, JPEG or GIF")
        content_type, suffix = _type_of(kind, content)
        medium = Medium(secrets.token_urlsafe(48), kind, content, content_type, suffix, now)
        self._all[medium.id] = medium
        return medium

    def get(self, id_: object, now: float) -> Medium:
        """A file that is still there.

        Raises:
            ApiError: 40007.
        """
        medium = self._all.get(id_) if isinstance(id_, str) else None
        if medium is None or now - medium.born > DAYS_3:
            raise ApiError(40007)
        return medium


def _type_of(kind: str, content: bytes) -> tuple[str, str]:
    if kind == "voice":
        return ("audio/mp3", "mp3") if content.startswith((b"ID3", b"\xff\xfb")) else ("audio/amr", "amr")
    if kind == "video":
        return "video/mp4", "mp4"
    if content.startswith(b"\x89PNG"):
        return "image/png", "png"
    return ("image/gif", "gif") if content.startswith(b"GIF8") else ("image/jpeg", "jpg")
