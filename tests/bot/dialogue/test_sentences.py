"""What citizens read stands in the catalogues of the wording, and nowhere else in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.settings import ROOT

ROOMS = ("actions", "bot", "channels", "kb")
STAFF = ("bot/app/commands", "channels/kb", "channels/desk", "kb/upkeep")
"""What editors, agents and operators read."""
LANGUAGE = (
    "bot/language",
    "bot/privacy.py",
    "kb/search",
    "bot/dialogue/acts.py",
    "bot/dialogue/changes.py",
    "bot/dialogue/contacts.py",
    "bot/dialogue/corrections.py",
    "bot/dialogue/cues.py",
    "bot/dialogue/spoken_places.py",
    "bot/dialogue/swaps.py",
)
"""What people write, and how it is recognised: words and patterns, never what is answered."""
HAN = re.compile("[一-鿿]")
ENDS = re.compile(r"(?:[。！？…]|[吗吧呢])$")
NO_SENTENCE = {
    "着": "a sign that simplification leaves as 著",
    "著": "the same",
    "交": "a word of an answer",
    "跳过": "what a button of a form stands for, as if it were written",
    "您好": "a text to warm the model up with",
    "市本级": "a region of the catalogue",
    "区": "the last word of a county",
    "市": "the last word of a county",
    "县": "the last word of a county",
    "其他": "a class of the catalogue",
    "其它": "a class of another server",
    "时间": "a word of a correction",
    "一二三四五六七八九": "numerals",
    "年": "a date",
    "月": "a date",
    "日": "a date",
    "（12345工单号：": "how our number stands in a case of another system",
    "（诉求人要求保密，转派前请人工核对）": "what clerks read beside a confidential case",
    "承办单位已办结。": "the reply that is kept where a unit of another system closes a case without one",
    "12345 智能受理助手": "the name of the service, a setting",
}
"""What may stand in code, and why."""


def literals(file: Path) -> Iterator[tuple[int, str]]:
    """The Chinese strings of a module, without docstrings, comments, and patterns of `re`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            left_out |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Field":
            # The description of a setting, which operators read.
            left_out |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        plain = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out
        if plain and HAN.search(node.value):
            yield node.lineno, node.value


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), file


def test_no_words_for_citizens_stand_in_code() -> None:
    found = [
        f"{name}:{line}: {text}"
        for name, file in modules()
        if not name.startswith((*STAFF, *LANGUAGE))
        for line, text in literals(file)
        if text not in NO_SENTENCE
    ]
    assert found == []


def test_what_recognises_language_says_nothing() -> None:
    found = [
        f"{name}:{line}: {text}"
        for name, file in modules()
        if name.startswith(LANGUAGE)
        for line, text in literals(file)
        if ENDS.search(text) and len(HAN.findall(text)) > 3 and not re.search(r"[\[|(^]", text)
    ]
    assert found == []


def page_lines() -> Iterator[tuple[str, str]]:
    """The lines of citizens' pages and their scripts that have Chinese, without comments and patterns."""
    for file in sorted((ROOT / "channels").rglob("*")):
        name = file.relative_to(ROOT).as_posix()
        if file.suffix not in (".html", ".js", ".css") or name.startswith(STAFF):
            continue
        text = re.sub(r"<!--.*?-->|/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for line in text.splitlines():
            code = re.sub(r"(^|\s)//.*|\.replace\(/.*?/\w*,", "", line)
            if HAN.search(code):
                yield name, line.strip()


def test_no_words_for_citizens_stand_in_pages_and_scripts() -> None:
    assert list(page_lines()) == []


def test_the_domain_of_the_dialogue_engine_says_nothing() -> None:
    domain = (ROOT / "domain.yml").read_text(encoding="utf-8")
    assert "responses:" not in domain and not HAN.search(re.sub(r"#.*", "", domain))
