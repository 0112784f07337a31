"""Every regular expression of the product, and texts made to slow each of them down.

`gathered` watches the compiler of regular expressions while the modules are imported and the tables are read, and adds the
literals that stand inside functions. `attacks` walks a parsed pattern and pumps what leads to each of its parts.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import random
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from bot.settings import ROOT

PACKAGES = ("bot", "kb", "actions", "channels")
LONGEST = 2000
"""Characters of the longest message."""

Pattern = re.Pattern[Any]
Place = tuple[str, int]


class Watch:
    """Keeps what the product's own code compiles, and the lines that compile it."""

    def __init__(self) -> None:
        self.patterns: dict[tuple[Any, int], Pattern] = {}
        self.places: dict[tuple[Any, int], Place] = {}
        self._compile = re._compile  # type: ignore[attr-defined]
        re._compile = self._watched  # type: ignore[attr-defined]

    def close(self) -> None:
        re._compile = self._compile  # type: ignore[attr-defined]

    def _watched(self, pattern: Any, flags: Any) -> Pattern:
        compiled: Pattern = self._compile(pattern, flags)
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename == re.__file__:
            frame = frame.f_back
        file = frame.f_code.co_filename
        if any(file.startswith(f"{ROOT}/{package}/") for package in PACKAGES):
            self.keep(compiled, (str(Path(file).relative_to(ROOT)), frame.f_lineno))
        return compiled

    def keep(self, compiled: Pattern, place: Place) -> None:
        self.patterns.setdefault((compiled.pattern, compiled.flags), compiled)
        self.places.setdefault((compiled.pattern, compiled.flags), place)


def gathered() -> tuple[Watch, set[Place]]:
    """All regular expressions, and the lines that compile one which was never seen. For a process of its own."""
    watch = Watch()
    try:
        for package in PACKAGES:
            for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
                if not module.name.endswith("__main__"):
                    importlib.import_module(module.name)
        _read_tables()
    finally:
        watch.close()
    unseen = set()
    seen = set(watch.places.values())
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            for lines, literal in _uses(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(literal, ast.Name):
                    literal = getattr(sys.modules[file[:-3].replace("/", ".")], literal.id, None)
                if isinstance(literal, re.Pattern):
                    watch.keep(literal, (file, lines.start))
                elif isinstance(literal, str | bytes):
                    watch.keep(re.compile(literal), (file, lines.start))
                elif not any((file, line) in seen for line in lines):
                    unseen.add((file, lines.start))
    return watch, unseen


def _read_tables() -> None:
    """What compiles only when it is first used."""
    from bot.dialogue.spoken_places import with_detail
    from bot.language.danger.detector import find
    from bot.language.extract.conceal import conceal
    from bot.language.extract.places import find_location
    from bot.language.gazetteer import gazetteer
    from bot.language.nlu.normaliser import normalise
    from kb.search.lexical import common

    gazetteer()
    text = "我家在浙江省丽水市莲都区紫金街道丽阳街123号，着火了"
    find(normalise(text))
    find_location(text)
    common(text)
    with_detail("白云小区2号楼", "3号楼")
    conceal("我叫王芳，13812345678", name="王芳", phone="13812345678")


_FUNCTIONS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")


def _uses(tree: ast.AST) -> Iterator[tuple[range, Any]]:
    """The calls that name a regular expression, and it, where it is a literal or a name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = [word.value for word in node.keywords if word.arg == "regex"]
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re":
            named += node.args[:1] if function.attr in _FUNCTIONS else []
        for value in named:
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            yield lines, value.value if isinstance(value, ast.Constant) else value


def attacks(pattern: Pattern, seed: int = 0) -> Iterator[str | bytes]:
    """Texts of the longest length: samples of every run of parts of the pattern, pumped, also after one another."""
    chance = random.Random(seed)
    pieces: list[str] = []
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    for _ in range(4):
        _pieces(list(parser.parse(pattern.pattern, flags)), chance, pieces)
    pieces = list(dict.fromkeys(piece for piece in pieces if piece))
    chance.shuffle(pieces)
    pumps = pieces[:60]
    texts = [_pumped(piece) for piece in pumps]
    for _ in range(24):
        first, second = chance.choice(pieces), chance.choice(pieces)
        texts += [_pumped(first, LONGEST // 2) + _pumped(second, LONGEST // 2), _pumped(first + second)]
        third = chance.choice(pieces)
        texts.append(first + _pumped(second, LONGEST - 40) + third)
    for text in texts:
        yield text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


def _pumped(piece: str, length: int = LONGEST) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def _pieces(nodes: list[Any], chance: random.Random, found: list[str]) -> None:
    """Samples of what the parts match: each alone, and all that leads to it."""
    for index, (kind, value) in enumerate(nodes):
        found.append(_sample(nodes[: index + 1], chance))
        found.append(_sample(nodes[index : index + 1], chance))
        found.append(_sample(nodes[index:], chance))
        for inner in _inner(kind, value):
            _pieces(inner, chance, found)


def _inner(kind: Any, value: Any) -> list[list[Any]]:
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return [list(value[2])]
    if kind == op.SUBPATTERN:
        return [list(value[3])]
    if kind == op.BRANCH:
        return [list(branch) for branch in value[1]]
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return [list(value[1])]
    return [list(value)] if kind == op.ATOMIC_GROUP else []


def _sample(nodes: list[Any], chance: random.Random) -> str:
    """A text that the nodes match, but for what looks around."""
    text = ""
    for kind, value in nodes:
        if kind == op.LITERAL:
            text += chr(value)
        elif kind in (op.NOT_LITERAL, op.ANY):
            text += chance.choice("好a")
        elif kind == op.IN:
            text += _one_of(value, chance)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, inner = value
            count = max(least, min(int(most), chance.choice((0, 1, 1, 2))))
            text += "".join(_sample(list(inner), chance) for _ in range(count))
        elif kind == op.BRANCH:
            text += _sample(list(chance.choice(value[1])), chance)
        elif kind != op.ASSERT_NOT:
            for inner in _inner(kind, value):
                text += _sample(inner, chance)
    return text


def _one_of(choices: list[Any], chance: random.Random) -> str:
    """A character of a set."""
    if choices[0][0] == op.NEGATE:
        taken = {chr(value) for kind, value in choices if kind == op.LITERAL}
        return next(sign for sign in "好a0，。 " if sign not in taken)
    kind, value = chance.choice(choices)
    if kind == op.LITERAL:
        return chr(value)
    if kind == op.RANGE:
        return chr(chance.randint(*value))
    return {op.CATEGORY_DIGIT: "0", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_WORD: "，"}.get(value, "好")


def messages(watch: Watch, count: int, seed: int) -> Iterator[str]:
    """Messages made of what the patterns look for: a few pieces, repeated, one after another, or mixed."""
    chance = random.Random(seed)
    pieces: list[str] = []
    for pattern in watch.patterns.values():
        if isinstance(pattern.pattern, str):
            _pieces(list(parser.parse(pattern.pattern, pattern.flags)), chance, pieces)
    pieces = sorted({piece[:60] for piece in pieces if piece.strip()})
    for _ in range(count):
        length = chance.choice((20, 60, 200, LONGEST))
        chosen = chance.choices(pieces, k=chance.randint(1, 5))
        match chance.randrange(3):
            case 0:
                yield _pumped("".join(chosen), length)
            case 1:
                yield "".join(_pumped(piece, length // len(chosen)) for piece in chosen)
            case _:
                yield "".join(chance.choices([*chosen, "，", "。", "\n", " ", "😀", "\ud83d"], k=length))[:length]


PATIENCE = 0.3
"""Seconds of the processor for one text; 0.05 is what is aimed at, the rest is for slow machines."""


class TooSlow(Exception):
    """A search used up its time."""


def slow(pattern: Pattern) -> str | bytes | None:
    """The first text that a pattern is too slow for, or None; stops the search where its time is over."""

    def stop(*_: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        for text in attacks(pattern):
            signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
            try:
                for _ in pattern.finditer(text):
                    pass
            except TooSlow:
                return text
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return None


def main() -> None:
    """Prints what was gathered and what is slow, as JSON."""
    watch, unseen = gathered()
    found = {
        f"{watch.places[key][0]}:{watch.places[key][1]}: {str(pattern.pattern)[:80]}": str(text)[:40]
        for key, pattern in watch.patterns.items()
        if (text := slow(pattern)) is not None
    }
    print(json.dumps({"patterns": len(watch.patterns), "unseen": sorted(unseen), "slow": found}, ensure_ascii=False))


if __name__ == "__main__":
    main()
