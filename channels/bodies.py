"""What a call sends (请求内容): a JSON object whose fields are declared, and checked before anything is done."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError
from sanic import Request

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
            raise Refusal(422, wrong["code"], wrong["message"]) from error


def sent(default: Any, message: str, code: str = "bad_value", **bounds: Any) -> Any:
    """A field of a `Body` (``...`` for one that must be sent), with what is said where it is wrong."""
    return Field(default, message=message, code=code, **bounds)


def json_object(request: Request, longest: int | None = None) -> dict[str, Any]:
    """The JSON object of a request; raises `Refusal`."""
    if longest is not None and len(request.body) > longest:
        raise Refusal(413, "too_large", f"内容太大了：最多 {longest // 1024} KB。")
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "bad_json", "请求内容不是有效的 JSON。") from error
    if not isinstance(data, dict):
        raise Refusal(400, "bad_json", "请求内容应是一个 JSON 对象。")
    return data
