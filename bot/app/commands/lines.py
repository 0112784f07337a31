"""JSON Lines in and out (标准输入输出): one object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any


def rows(key: str) -> Iterator[dict[str, Any]]:
    """The objects of standard input, in order; for a line that cannot be read ``{"line", "error"}``, without the key."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield {"line": number, "error": f"not JSON: {error}"}
            continue
        if isinstance(row, dict) and isinstance(row.get(key), str) and row[key].strip():
            yield row
        else:
            yield {"line": number, "error": f'no "{key}"'}


def write(row: dict[str, Any]) -> None:
    """Writes one object as a line of UTF-8; half a surrogate pair, which UTF-8 has not, stays escaped."""
    line = json.dumps(row, ensure_ascii=False)
    if any("\ud800" <= character <= "\udfff" for character in line):
        line = json.dumps(row)
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.flush()
