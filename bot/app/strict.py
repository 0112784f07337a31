"""What a request may look like before anything of it is used (请求检查): RFC 9112, and no more of it than needed.

Two readers of one request must never see two requests in it: whatever they could read differently is refused.
"""

from __future__ import annotations

import re

from sanic.exceptions import BadRequest, SanicException

LONGEST_HEAD = 8192
"""Bytes of the request line and the headers; Sanic's own limit."""
LONGEST_TARGET = 4096
MOST_HEADERS = 100

_LINE = re.compile(rb"[A-Z]{1,20} (/[!-~]*|\*) HTTP/1\.([01])")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_HOST = re.compile(rb"[A-Za-z0-9._~:\[\]-]{0,255}")
_LENGTH = re.compile(rb"[0-9]{1,12}")
_ONCE = (b"host", b"content-length", b"transfer-encoding")
_CONTROL = re.compile(rb"%(?:[01][0-9a-fA-F]|7[fF])")


class TargetTooLong(SanicException):
    """An address that is longer than any of ours."""

    status_code, quiet = 414, True


class HeadTooLong(SanicException):
    """Headers that are longer than any browser's."""

    status_code, quiet = 431, True


def check(head: bytes) -> None:
    """Raises for the head of a request (without the empty line at its end) that is not plain and unambiguous."""
    first, *lines = head.split(b"\r\n")
    if len(first) > LONGEST_TARGET:
        raise TargetTooLong("The address is too long.")
    line = _LINE.fullmatch(first)
    if line is None or _CONTROL.search(line[1].partition(b"?")[0]):
        raise BadRequest("The request line is not valid.")
    if len(lines) > MOST_HEADERS:
        raise HeadTooLong("There are too many headers.")
    try:
        head.decode()
    except UnicodeDecodeError as error:
        raise BadRequest("The headers are no UTF-8.") from error
    once: dict[bytes, bytes] = {}
    for text in lines:
        header = _HEADER.fullmatch(text)
        name = header[1].lower() if header else b""
        if header is None or name in once:
            raise BadRequest("A header is not valid, or given twice.")
        if name in _ONCE:
            once[name] = header[2].rstrip(b" \t")
    newest = line[2] == b"1"
    length, encoding, host = (once.get(name) for name in (b"content-length", b"transfer-encoding", b"host"))
    if (host is None and newest) or not _HOST.fullmatch(host or b""):
        raise BadRequest("The header Host is missing or not valid.")
    if length is not None and (encoding is not None or not _LENGTH.fullmatch(length)):
        raise BadRequest("The length of the body is not valid.")
    if encoding is not None and (encoding != b"chunked" or not newest):
        raise BadRequest("The encoding of the body is not known.")
