"""JSON Lines in and out (标准输入输出): one object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click


def rows(key: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise click.ClickException(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get(key), str):
            raise click.ClickException(f'line {number} has no "{key}"')
        yield row


def write(row: dict[str, Any]) -> None:
    click.echo(json.dumps(row, ensure_ascii=False))
    sys.stdout.flush()
