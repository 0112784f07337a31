"""Tables of articles, and the file that every program reads: CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from kb.upkeep.exchange.entries import Entry
from kb.upkeep.faults import LABELS
from kb.upkeep.problems import Unreadable
from kb.upkeep.rows import FIELDS, NAMES, content_of_row

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""How a cell begins that a spreadsheet would run, also with marks before it that were put there on purpose."""


def headings() -> list[str]:
    """The first row."""
    return [LABELS[name] for name in FIELDS]


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: a leading ' says that it is text."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """The text of a cell that was `guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def entries_of(rows: Iterable[Sequence[str]]) -> list[Entry]:
    """The articles of a table, of which the first row says what each column is; empty rows are passed over."""
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row))
    first = next(numbered, None)
    if first is None:
        raise Unreadable("文件是空的。")
    columns = [cell.strip().lstrip("\ufeff") for cell in first[1]]
    unknown = [name for name in columns if name and name not in NAMES]
    if unknown or len({NAMES[name] for name in columns if name}) < len([name for name in columns if name]):
        fault = f"不认识的列：{'、'.join(unknown)}" if unknown else "有两列的名称相同"
        raise Unreadable(f"第 {first[0]} 行（列名）{fault}。列名应当是：{'、'.join(headings())}。")
    entries = []
    for number, row in numbered:
        texts = {NAMES[name]: plain(cell) for name, cell in zip(columns, row, strict=False) if name}
        content = content_of_row(texts)
        entries.append(Entry(number, str(content.pop("id", "")).strip(), content))
    return entries


def read_csv(data: bytes) -> list[Entry]:
    """The articles of a CSV file in UTF-8, or in GB18030 as a Chinese Excel saves it."""
    try:
        rows = list(csv.reader(io.StringIO(decoded(data), newline=""), strict=True))
    except csv.Error as error:
        raise Unreadable(f"这不是完整的 CSV 文件：{error}。请用表格软件另存一次。") from error
    return entries_of(rows)


def write_csv(rows: Iterable[dict[str, str]]) -> bytes:
    """The file, with the mark by which Excel knows that it is UTF-8."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(headings())
    writer.writerows([guarded(row[name]) for name in FIELDS] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 or GB18030; raises `Unreadable`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("看不懂文件的编码，请另存为 UTF-8。")
