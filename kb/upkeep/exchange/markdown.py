"""Articles as Markdown, for people who write in an editor: a heading each, fields below it, then sections.

# 路灯坏了找谁修？

- 编号：lamp-repair
- 单位：丽水市综合行政执法局
…

## 问法

- 路灯不亮了
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.upkeep.exchange.entries import Entry
from kb.upkeep.exchange.tables import decoded
from kb.upkeep.faults import LABELS
from kb.upkeep.problems import Unreadable
from kb.upkeep.rows import FIELDS, LISTS, NAMES, content_of_row

SECTIONS = ("phrasings", "asked", "beyond", "answer", "english", "steps", "bring", "legal_basis")
"""Fields that have a heading of their own."""

_TITLE = re.compile(r"#(?!#)\s*(.*)")
_SECTION = re.compile(r"##\s*(.*)")
_FIELD = re.compile(r"[-*+]\s+([^\s：:][^：:]*)[：:]\s*(.*)")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+|\d{1,9}、\s*")
_ESCAPED = re.compile(r"^\\(?=[#\\])")


def read(data: bytes) -> list[Entry]:
    """The articles of a file; raises `Unreadable` that names the line where it cannot be one."""
    entries: list[tuple[int, dict[str, str]]] = []
    section = ""
    for number, raw in enumerate(decoded(data).splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        if match := _SECTION.match(line):
            section = _field(match.group(1), number)
        elif match := _TITLE.match(line):
            entries.append((number, {"title": match.group(1)}))
            section = ""
        elif not entries:
            raise Unreadable(f"第 {number} 行：每个条目要以“# 标题”开头。")
        elif section:
            entries[-1][1][section] = _more(entries[-1][1].get(section), section, line)
        elif match := _FIELD.match(line):
            entries[-1][1][_field(match.group(1), number)] = match.group(2)
        else:
            raise Unreadable(f"第 {number} 行：应当是“- 名称：内容”，或者“## 小标题”。")
    contents = [(number, content_of_row(texts)) for number, texts in entries]
    return [Entry(number, str(content.pop("id", "")), content) for number, content in contents]


def write(rows: Iterable[dict[str, str]]) -> bytes:
    """The file."""
    return "\n\n".join(map(_section_of, rows)).encode() + b"\n"


def _field(label: str, number: int) -> str:
    label = label.strip()
    if label not in NAMES:
        raise Unreadable(f"第 {number} 行：没有“{label}”这一项。可以写的有：{'、'.join(LABELS[f] for f in FIELDS)}。")
    return NAMES[label]


def _more(before: str | None, field: str, line: str) -> str:
    text = _ITEM.sub("", line, count=1) if field in LISTS else _ESCAPED.sub("", line, count=1)
    return text if before is None else f"{before}\n{text}"


def _section_of(row: dict[str, str]) -> str:
    lines = [f"# {row['title']}", ""]
    lines += [f"- {LABELS[name]}：{row[name]}" for name in FIELDS if name not in ("title", *SECTIONS) and row[name]]
    for name in SECTIONS:
        if row[name]:
            mark = "- " if name in LISTS else ""
            texts = row[name].split("\n")
            escaped = texts if mark else [f"\\{text}" if text[:1] in ("#", "\\") else text for text in texts]
            lines += ["", f"## {LABELS[name]}", "", *(mark + text for text in escaped)]
    return "\n".join(lines)
