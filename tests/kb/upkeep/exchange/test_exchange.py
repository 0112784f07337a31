"""What goes out comes back the same, in every kind of file; what is no such file says so."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kb.search.store import load_articles
from kb.upkeep import exchange
from kb.upkeep.editing import content_of, normal
from kb.upkeep.exchange import LARGEST, MOST, excel, tables
from kb.upkeep.exchange.tables import guarded, plain
from kb.upkeep.faults import LABELS
from kb.upkeep.problems import Unreadable
from kb.upkeep.rows import FIELDS
from tests.kb.upkeep.exchange.articles import contents

KINDS = list(exchange.FORMATS)


# There and back -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(articles=st.lists(contents(), min_size=1, max_size=3))
def test_any_article_comes_back_as_it_was(kind: str, articles: list[tuple[str, dict[str, Any]]]) -> None:
    entries = exchange.read(f"articles.{kind}", exchange.write(kind, articles))
    assert [(entry.name, normal(entry.values)) for entry in entries] == articles


@pytest.mark.parametrize("kind", KINDS)
def test_the_articles_of_the_city_come_back_as_they_were(kind: str) -> None:
    articles = [(article.id, content_of(article)) for article in load_articles()]
    entries = exchange.read(f"x.{kind}", exchange.write(kind, articles))
    assert [(entry.name, normal(entry.values)) for entry in entries] == articles


@pytest.mark.parametrize("kind", KINDS)
def test_an_unfinished_draft_goes_out_too(kind: str) -> None:
    [entry] = exchange.read(f"x.{kind}", exchange.write(kind, [("later", {"title": "写到一半"})]))
    assert (entry.name, normal(entry.values)) == ("later", {"title": "写到一半"})


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_export_is_a_form_to_fill_in(kind: str) -> None:
    data = exchange.write(kind, [])
    if kind == "csv":
        assert data.decode("utf-8-sig").strip().split(",") == [LABELS[name] for name in FIELDS]
    with pytest.raises(Unreadable, match="没有条目"):
        exchange.read(f"x.{kind}", data)


# Formulas -------------------------------------------------------------------------------------------------------------


@given(st.text())
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    assert plain(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r＝＋－＠")


ATTACK = '=HYPERLINK("https://evil.example","点我")'


@pytest.mark.parametrize("text", [ATTACK, "+1+1", "-2", "@SUM(A1)", "＝1", "'=1"])
def test_no_cell_of_an_export_is_run(text: str) -> None:
    content = {"title": text, "phrasings": [text, "另一种问法"], "where": text}
    [_, row] = csv.reader(io.StringIO(exchange.write("csv", [(text, content)]).decode("utf-8-sig"), newline=""))
    assert {cell[:1] for cell in row if cell} == {"'"}
    sheet = load_workbook(io.BytesIO(exchange.write("xlsx", [(text, content)]))).active
    cells = [cell for cell in sheet[2] if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"} and {cell.value[:1] for cell in cells} == {"'"}


# Files of people ------------------------------------------------------------------------------------------------------


def test_a_table_as_a_chinese_excel_saves_it_is_read() -> None:
    text = '编号,标题,问法\r\n\r\nlamp,路灯坏了找谁修？,"路灯不亮\r\n灯灭了"\r\n'
    [entry] = exchange.read("路灯.CSV", text.encode("gb18030"))
    assert (entry.line, entry.name) == (3, "lamp")
    assert entry.values == {"title": "路灯坏了找谁修？", "phrasings": ["路灯不亮", "灯灭了"]}


def test_columns_may_have_the_names_of_the_interface() -> None:
    [entry] = exchange.read("x.csv", b"id,category,source.url,audience\nlamp,a/b,https://example.org,both\n")
    assert entry.values == {"category": ["a", "b"], "source": {"url": "https://example.org"}, "audience": "both"}


def test_a_workbook_with_dates_and_numbers_is_read() -> None:
    book = Workbook()
    book.active.append(["编号", "标题", "复核日期", None])
    book.active.append([12, 3.5, datetime(2026, 11, 24), None])
    book.active.append([None, " ", None, None])
    book.active.append([13.0, "=1+1", "2026年1月2日", None])
    buffer = io.BytesIO()
    book.save(buffer)
    first, second = exchange.read("x.xlsx", buffer.getvalue())
    assert (first.line, first.name, first.values) == (2, "12", {"title": "3.5", "reviewed_on": "2026-11-24"})
    assert (second.line, second.name, second.values) == (4, "13", {"reviewed_on": "2026年1月2日"})


def test_markdown_as_people_write_it_is_read() -> None:
    text = """
#路灯坏了找谁修？
* 编号: lamp
- 分类：城乡建设 / 市政设施

## 问法
1. 路灯不亮
2、灯灭了
+ 路灯报修
## 回答

打 12345。
\\# 这不是标题
"""
    [entry] = exchange.read("x.markdown", text.encode())
    assert (entry.line, entry.name) == (2, "lamp")
    assert entry.values == {
        "title": "路灯坏了找谁修？",
        "category": ["城乡建设", "市政设施"],
        "phrasings": ["路灯不亮", "灯灭了", "路灯报修"],
        "answer": "打 12345。\n# 这不是标题",
    }


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("x.xls", b"", "另存为 .xlsx"),
        ("../../etc/passwd", b"", "只能导入"),
        ("x.csv", b"", "空的"),
        ("x.csv", "编号,颜色\n1,红\n".encode(), "不认识的列：颜色"),
        ("x.csv", "标题,title\n1,2\n".encode(), "名称相同"),
        ("x.csv", '编号\n"没有完'.encode(), "不是完整的 CSV"),
        ("x.csv", b"\xff\xff\xff", "编码"),
        ("x.xlsx", b"not a workbook", "不是完整的 Excel"),
        ("x.md", "说明文字".encode(), "第 1 行：每个条目要以"),
        ("x.md", "# 标题\n- 颜色：红".encode(), "第 2 行：没有“颜色”"),
        ("x.md", "# 标题\n\n没有小标题的文字".encode(), "第 3 行"),
        ("x.md", "# 标题\n## 颜色".encode(), "第 2 行：没有“颜色”"),
        ("x.md", b"", "没有条目"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        exchange.read(name, data)


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(Unreadable, match="最多 5 MB"):
        exchange.read("x.csv", b"x" * (LARGEST + 1))
    with pytest.raises(Unreadable, match=f"最多 {MOST} 条"):
        exchange.read("x.csv", b"id\n" + b"a\n" * (MOST + 1))


def test_a_small_file_that_unpacks_to_a_large_one_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * (excel.LARGEST_UNPACKED + 1))
    assert len(buffer.getvalue()) < LARGEST
    with pytest.raises(Unreadable, match="解开以后太大"):
        exchange.read("x.xlsx", buffer.getvalue())


def test_a_workbook_with_entities_that_multiply_is_refused() -> None:
    good = exchange.write("xlsx", [("lamp", {"title": "路灯坏了找谁修？"})])
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            new.writestr(part, bomb if part.endswith("workbook.xml") else old.read(part))
    with pytest.raises(Unreadable):
        exchange.read("x.xlsx", buffer.getvalue())


def test_headings_are_those_of_the_page() -> None:
    assert tables.headings()[:3] == ["编号", "标题", "问法"]
