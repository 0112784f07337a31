"""Articles as an Excel workbook: the first sheet, one article a row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kb.upkeep.exchange.entries import Entry
from kb.upkeep.exchange.tables import entries_of, guarded, headings
from kb.upkeep.problems import Unreadable
from kb.upkeep.rows import FIELDS

LARGEST_UNPACKED = 32 * 1024 * 1024
"""Bytes of a workbook's parts together: a small file may hold more than the memory."""
TOO_LARGE = "这个 Excel 文件解开以后太大，请分成几个。"
MOST_MARKS = 500_000
"""Marks of all its parts together: each costs the reader some hundred bytes. 5,000 plain articles have fewer."""
MOST_ROWS, MOST_COLUMNS = 10_000, 200
"""What a sheet has at most; it may name any row and column, and those before it count."""
_WIDE = {"title": 28, "answer": 60} | dict.fromkeys(
    ("phrasings", "asked", "beyond", "english", "steps", "legal_basis"), 40
)


def read(data: bytes) -> list[Entry]:
    """The articles of a workbook; dates and numbers become text, formulas their last result."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise Unreadable(TOO_LARGE)
            if sum(_marks(parts, name) for name in parts.namelist()) > MOST_MARKS:
                raise Unreadable(TOO_LARGE)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What the file says of its own size is not believed: some programs write it wrong.
        sheet.reset_dimensions()
        rows: list[list[str]] = []
        for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
            if len(rows) == MOST_ROWS:
                raise Unreadable(TOO_LARGE)
            rows.append([_text(cell) for cell in row])
    except Unreadable:
        raise
    except Exception as error:  # whatever a broken or hostile file makes the reader raise
        raise Unreadable("这不是完整的 Excel 文件（.xlsx），请用表格软件另存一次。") from error
    return entries_of(rows)


def _marks(parts: zipfile.ZipFile, name: str) -> int:
    """How many marks a part opens and closes, at most."""
    with parts.open(name) as part:
        return sum(piece.count(b"<") for piece in iter(lambda: part.read(1 << 16), b""))


def write(rows: Iterable[dict[str, str]]) -> bytes:
    """The workbook: headings that stay in sight, lines that wrap, and nothing that is run."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "知识条目"
    sheet.append(headings())
    sheet.freeze_panes = "C2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, name in enumerate(FIELDS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE.get(name, 16)
    for place, row in enumerate(rows, 2):
        for number, name in enumerate(FIELDS, 1):
            if text := row[name]:
                cell = sheet.cell(place, number, guarded(text))
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
