"""Return codes (返回码) of the platform's calls; a failed call still has HTTP status 200."""

from __future__ import annotations

import secrets
from typing import Any

MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40037: "invalid template_id",
    40054: "invalid sub button url domain",
    40055: "invalid button url domain",
    40066: "invalid url",
    40119: "invalid use button type",
    40120: "invalid use sub button type",
    40125: "invalid appsecret",
    40200: "invalid account type",
    40202: "invalid action",
    40203: "invalid check_operator",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, please retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45065: "clientmsgid exist",
    45067: "clientmsgid size out of limit",
    45072: "invalid command",
    45080: "need sending message to user in recent 30 seconds",
    45081: "already typing",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
}


class ApiError(Exception):
    """A call that is refused: the code, what is wrong in detail, and further fields of the answer."""

    def __init__(self, code: int, detail: str = "", **more: Any) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.more = more

    def answer(self) -> dict[str, Any]:
        """As the platform says it; ``rid`` is what its support asks for."""
        rid = "-".join(secrets.token_hex(4) for _ in range(3))
        text = f"{MESSAGES.get(self.code, 'error')} {self.detail}".rstrip()
        return {"errcode": self.code, "errmsg": f"{text} rid: {rid}", **self.more}
