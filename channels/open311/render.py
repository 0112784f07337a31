"""Answers in the two formats of GeoReport v2: lists and objects in JSON, the elements of the standard in XML."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

from sanic import HTTPResponse

FORMATS = ("json", "xml")
_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_ONE = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What one item of a list is called in XML."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML cannot carry at all."""


class Problem(Exception):
    """Why a call is not answered, in words for those who run the other system."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.retry_after = status, description, retry_after


def rendered(root: str, content: Any, format: str, status: int = 200) -> HTTPResponse:
    """The answer; ``root`` names the outermost element of XML. Nothing of it is to be kept on the way."""
    if format == "json":
        body = json.dumps(content, ensure_ascii=False).encode(errors="replace")
    else:
        body = ElementTree.tostring(_element(root, content), encoding="utf-8", xml_declaration=True)
    return HTTPResponse(body, status, headers={"Cache-Control": "no-store"}, content_type=_TYPES[format])


def problem(error: Problem, format: str) -> HTTPResponse:
    """An error in the shape of the standard."""
    answer = rendered("errors", [{"code": error.status, "description": error.description}], format, error.status)
    if error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(key, inner) for key, inner in value.items())
    elif isinstance(value, list):
        element.extend(_element(_ONE[name], inner) for inner in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NO_XML.sub("", str(value))
    return element
