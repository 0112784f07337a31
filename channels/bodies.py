"""What a call sends (请求内容): a JSON object whose fields are declared, and checked before anything is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError
from sanic import Request
from sanic.request import RequestParameters

from bot.dialogue.wording import say
from bot.errors import Refusal

_B = TypeVar("_B", bound="Body")


class Body(BaseModel):
    """The fields that a call takes; others are passed over."""

    @classmethod
    def of(cls: type[_B], request: Request, longest: int | None = None) -> _B:
        """What the request sends; raises `Refusal` with the code and message of the first field that is wrong."""
        try:
            return cls(**json_object(request, longest))
        except ValidationError as error:
            wrong = cls.__fields__[str(error.errors()[0]["loc"][0])].field_info.extra
            message = wrong["message"]
            raise Refusal(422, wrong["code"], message() if callable(message) else message) from error


def sent(default: Any, message: str | Callable[[], str], code: str = "bad_value", **bounds: Any) -> Any:
    """A field of a `Body` (``...`` for one that must be sent), with what is said where it is wrong (or what makes it)."""
    return Field(default, message=message, code=code, **bounds)


def form_of(request: Request) -> RequestParameters:
    """The fields of a form, none if there is no form."""
    return request.form or RequestParameters()


def parsed(body: bytes) -> Any:
    """The JSON of a body; raises `ValueError` or `RecursionError`. Half of a surrogate pair, such as an emoji that was
    cut, is left out: nobody can read it, and no store or log takes it."""
    data = json.loads(body)
    text = json.dumps(data, ensure_ascii=False)
    plain = text.encode(errors="ignore").decode()
    return data if text == plain else json.loads(plain)


def json_object(request: Request, longest: int | None = None) -> dict[str, Any]:
    """The JSON object of a request; raises `Refusal`."""
    if longest is not None and len(request.body) > longest:
        raise Refusal(413, "too_large", say("web.longer_than", kilobytes=longest // 1024))
    try:
        data = parsed(request.body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "bad_json", say("web.bad_json")) from error
    if not isinstance(data, dict):
        raise Refusal(400, "bad_json", say("web.no_object"))
    return data
