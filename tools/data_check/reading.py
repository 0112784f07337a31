"""Reading what is checked: training examples, held-out sets and the articles' phrasings, each text with its line.

Rasa's own reader of training data tells no lines, and passes over what it cannot read with a warning.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.settings import ROOT
from tools.data_check.examples import Example
from tools.data_check.labels import Fault

_NO_LANGUAGE = {"synonym", "regex", "lookup"}
"""Blocks of Rasa's format that hold no examples of an intent."""


class DataError(ValueError):
    """A file or folder that cannot be read at all; the message says which, and where."""


def read_training(folder: Path) -> tuple[list[Example], list[Fault]]:
    """All examples of a folder in Rasa's format (``*.yml``), and what is not in that format."""
    examples: list[Example] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yml")):
        document = _yaml(path)
        blocks = document.get("nlu") if isinstance(document, dict) else None
        for block in blocks if isinstance(blocks, list) else [blocks]:
            for example, in_form in _block(block, _name(path)):
                if in_form:
                    examples.append(example)
                else:
                    faults.append(Fault(example, "not in the form of training data"))
    if not examples:
        where = f": {faults[0].example.place} is {faults[0].what}" if faults else ""
        raise DataError(f"there is no training example in {folder}{where}")
    return examples, faults


def read_heldout(folder: Path, pattern: str = "**/*.jsonl") -> list[Example]:
    """The texts of the held-out sets (评测集) of a folder: each row's ``text``, ``query`` or ``parts``."""
    texts = [text for path in sorted(folder.glob(pattern)) for text in _texts_of(path)]
    if not texts:
        raise DataError(f"there is no held-out text in {folder / pattern}")
    return texts


def read_matters(file: Path) -> list[Example]:
    """The messages, each in a row as its ``parts``, from which it is learned where another matter (诉求) begins; none
    where there is no such file."""
    found = []
    for number, row in _rows(file) if file.exists() else ():
        parts = row.get("parts")
        if not (isinstance(parts, list) and parts and all(isinstance(part, str) and part.strip() for part in parts)):
            raise DataError(f'{_name(file)}:{number} has no "parts", or an empty one')
        found.append(Example("".join(parts), _name(file), number))
    return found


def read_phrasings(folder: Path) -> list[Example]:
    """The ways to ask (问法) that the articles of a folder name, and in the folder ``questions`` beside it what citizens
    asked and what no article answers: what the search learns from."""
    files = [(path, "phrasings") for path in sorted(folder.rglob("*.yml"))]
    questions = sorted(folder.with_name("questions").rglob("*.yml"))
    files += [(path, key) for path in questions for key in ("asked", "beyond")]
    return [phrasing for path, key in files for phrasing in _phrasings(path, key)]


def _block(block: Any, file: str) -> Iterator[tuple[Example, bool]]:
    """The examples of a block, each with whether it is in Rasa's form."""
    if not isinstance(block, dict) or not ({"intent", *_NO_LANGUAGE} & block.keys()):
        # A block is best found by the first text in it that knows its line.
        first = next(iter(block), None) if isinstance(block, dict) else block
        yield Example(str(block), file, _line(first)), False
    elif "intent" in block:
        labels = {"intent": block["intent"], **_metadata(block)}
        for text, line, own in _texts(block.get("examples")):
            yield Example(text, file, line or _line(block["intent"]), labels | (own or {})), own is not None


def _texts(examples: Any) -> Iterator[tuple[str, int, dict[str, Any] | None]]:
    """Text, line and own metadata of every example, in either form of Rasa's; no metadata where it is in neither."""
    if isinstance(examples, str):
        for number, line in enumerate(examples.splitlines(), _line(examples)):
            if line.strip():
                yield line.removeprefix("-").strip(), number, {} if line.startswith("-") else None
    elif isinstance(examples, list):
        for item in examples:
            if isinstance(item, dict) and "text" in item:
                yield str(item["text"] or "").strip(), _line(item["text"]), _metadata(item)
            else:
                yield str(item), _line(item), None
    else:
        yield str(examples), 0, None


def _metadata(holder: dict[str, Any]) -> dict[str, Any]:
    found = holder.get("metadata")
    return dict(found) if isinstance(found, dict) else {}


def _phrasings(path: Path, key: str) -> Iterator[Example]:
    for article in _yaml(path) or []:
        # An article may have no questions yet, but it always has phrasings.
        lines = article.get(key, None if key == "phrasings" else []) if isinstance(article, dict) else None
        if not isinstance(lines, list):
            raise DataError(f"{_name(path)} is not a list of articles with {key}: {str(article)[:40]}")
        for phrasing in lines:
            yield Example(str(phrasing), _name(path), _line(phrasing))


def _texts_of(path: Path) -> Iterator[Example]:
    for number, row in _rows(path):
        text = row.get("text", row.get("query"))
        if isinstance(parts := row.get("parts"), list):
            text = "".join(str(part[0]) for part in parts)
        if not isinstance(text, str):
            raise DataError(f'{_name(path)}:{number} has neither a "text" nor a "query" nor "parts"')
        yield Example(text, _name(path), number)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(_content(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{_name(path)}:{number} is not JSON: {error}") from error
        yield number, row if isinstance(row, dict) else {}


class _Text(str):
    """A text of a YAML file that knows its line."""

    line: int


class _Loader(yaml.CSafeLoader):
    """The safe loader, whose texts know their lines."""


def _with_line(_: _Loader, node: yaml.ScalarNode) -> _Text:
    text = _Text(node.value)
    # The text of a block (`|`) begins on the line after the sign.
    text.line = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
    return text


_Loader.add_constructor("tag:yaml.org,2002:str", _with_line)


def _line(value: Any) -> int:
    """The line of a text, or 0: YAML makes a number or a truth value of a bare 1 or yes, which know none."""
    return getattr(value, "line", 0)


def _yaml(path: Path) -> Any:
    try:
        return yaml.load(_content(path), Loader=_Loader)  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        raise DataError(f"{_name(path)} is not YAML: {error}") from error


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{_name(path)} is not UTF-8: {error}") from error


def _name(path: Path) -> str:
    path = path.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
