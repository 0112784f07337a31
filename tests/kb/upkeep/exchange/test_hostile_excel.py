"""A small workbook that unpacks to more than the memory is refused before it is built up."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kb.upkeep.exchange import excel
from tests.conftest import ROOT

HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"
PROGRAM = """
import resource, sys
from kb.upkeep.exchange import excel
from kb.upkeep.problems import Unreadable
from pathlib import Path
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    excel.read(Path(sys.argv[1]).read_bytes())
    print("read")
except Unreadable as refused:
    print("refused")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
MOST_MEGABYTES = 400


def workbook(**parts: str) -> bytes:
    """A workbook of which some parts are others."""
    plain, changed = io.BytesIO(excel.write([])), io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(Path(name).stem, None) or old.read(name))
    assert not parts, "the workbook has no such part"
    return changed.getvalue()


BOMBS = {
    "cells": {"sheet1": f"{HEAD}<row>{'<c/>' * 6_000_000}</row>{END}"},
    "rows": {"sheet1": f"{HEAD}{'<row/>' * 4_000_000}{END}"},
    "far columns": {"sheet1": HEAD + '<row><c r="XFD1"/></row>' * 200_000 + END},
    "far rows": {"sheet1": f'{HEAD}<row r="1048576"><c r="XFD1048576"/></row>{END}'},
    "styles": {"styles": "<styleSheet><cellXfs>" + "<xf/>" * 5_000_000 + "</cellXfs></styleSheet>"},
    "names": {"workbook": "<workbook>" + "<definedName/>" * 1_000_000 + "</workbook>"},
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_would_fill_the_memory_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(workbook(**BOMBS[name]))
    assert file.stat().st_size < 200_000
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, file], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    outcome, megabytes = done.stdout.split()
    assert (outcome, int(megabytes) < MOST_MEGABYTES) == ("refused", True), done.stdout


def test_a_large_honest_workbook_is_read() -> None:
    row = dict.fromkeys(excel.FIELDS, "") | {"id": "a", "title": "标题", "answer": "答复。" * 300}
    rows = [row | {"id": f"a{number}"} for number in range(2000)]
    assert len(excel.read(excel.write(rows))) == 2000
