"""Articles as files that units keep and send: CSV, Excel and Markdown, one article a row or section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from kb.upkeep.exchange import excel, markdown, tables
from kb.upkeep.exchange.entries import Entry
from kb.upkeep.problems import Unreadable
from kb.upkeep.rows import row_of

LARGEST = 5 * 1024 * 1024
"""Bytes of a file."""
MOST = 5000
"""Articles in one file."""


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is read and written, and what it is on the web."""

    content_type: str
    read: Callable[[bytes], list[Entry]]
    write: Callable[[Iterable[dict[str, str]]], bytes]


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", tables.read_csv, tables.write_csv),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", excel.read, excel.write),
    "md": Format("text/markdown; charset=utf-8", markdown.read, markdown.write),
}


def read(name: str, data: bytes) -> list[Entry]:
    """The articles of a file, unchecked; of its name only the ending counts. Raises `Unreadable`."""
    ending = PurePath(name).suffix.lower().removeprefix(".").replace("markdown", "md")
    if ending not in FORMATS:
        raise Unreadable("只能导入 .csv、.xlsx 或 .md 文件。旧的 .xls 请先另存为 .xlsx。")
    if len(data) > LARGEST:
        raise Unreadable(f"文件太大了：最多 {LARGEST // 1024 // 1024} MB，请分成几个。")
    entries = FORMATS[ending].read(data)
    if not entries:
        raise Unreadable("文件里没有条目。")
    if len(entries) > MOST:
        raise Unreadable(f"条目太多了：一个文件最多 {MOST} 条，请分成几个。")
    return entries


def write(kind: str, articles: Iterable[tuple[str, Mapping[str, Any]]]) -> bytes:
    """A file of this kind with these articles: the unit's own name of each, and its content."""
    return FORMATS[kind].write(row_of(content, name) for name, content in articles)
