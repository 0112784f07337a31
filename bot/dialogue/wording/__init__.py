"""The wording (话术): every sentence that citizens read, by key, in one catalogue a language (``zh.yml``, ``en.yml``).

`say` fills a sentence in. What the city is called, and the like, is always there (`bot.cities.City.words`). Chinese is
complete; another catalogue lists under ``chinese`` what it leaves to it. Catalogues that do not fit together are refused
when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from bot.cities import city
from bot.settings import settings

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
_THE_CHINESE = "zh"
"""Placeholder of another language for the Chinese sentence of the same key."""
_LEFT_OUT = "chinese"
"""Where a catalogue lists what it leaves to the Chinese one."""
_FORMAT = Formatter()


class WordingError(ValueError):
    """A catalogue that cannot be used, or a key or value that is missing; the message says which."""


@dataclass(frozen=True)
class Key:
    """A value that is itself wording: said in the language of the sentence that it stands in."""

    name: str


class _Day(date):
    """2026年12月3日, unless a format says otherwise."""

    def __format__(self, how: str) -> str:
        return super().__format__(how) if how else f"{self.year}年{self.month}月{self.day}日"


class Wording:
    """The catalogues of one folder; ``city_words`` gives the values that every sentence may name."""

    def __init__(self, folder: Path, city_words: Callable[[], Mapping[str, str]]) -> None:
        self._city_words = city_words
        self.texts: dict[str, dict[str, str]] = {}
        for language in LANGUAGES:
            self.texts[language], left_out = _read(folder / f"{language}.yml")
            _check(language, self.texts[language], self.texts[CHINESE], left_out, set(city_words()))

    def say(self, key: str, language: str = CHINESE, **values: Any) -> str:
        """The sentence with its values; raises `WordingError`. A language without it, or unknown, says it in Chinese."""
        text = self.texts.get(language, {}).get(key)
        if text is None:
            language, text = CHINESE, self.texts[CHINESE].get(key)
        if text is None:
            raise WordingError(f"there is no wording {key}")
        wanted = placeholders(text)
        known: dict[str, Any] = {**self._city_words(), **values}
        if language != CHINESE and _THE_CHINESE in wanted:
            known[_THE_CHINESE] = self.say(key, **values)
        if missing := wanted - set(known):
            raise WordingError(f"{key} ({language}) needs {', '.join(sorted(missing))}")
        return text.format_map({name: self._value(known[name], language) for name in wanted})

    def _value(self, value: Any, language: str) -> Any:
        if isinstance(value, Key):
            return self.say(value.name, language)
        return _Day(value.year, value.month, value.day) if isinstance(value, date) else value

    def knows(self, key: str) -> bool:
        """Whether there is such a key."""
        return key in self.texts[CHINESE]

    def group(self, name: str, language: str = CHINESE) -> dict[str, str]:
        """The sentences below a name that need no values, by the last part of their keys."""
        found = {key.removeprefix(f"{name}."): key for key in self.texts[CHINESE] if key.startswith(f"{name}.")}
        return {short: self.say(key, language) for short, key in found.items()}


def placeholders(text: str) -> set[str]:
    """The names of the values that a sentence needs."""
    try:
        return {name for _, name, _, _ in _FORMAT.parse(text) if name is not None}
    except ValueError as error:
        raise WordingError(f"{error}: {text}") from error


def _read(file: Path) -> tuple[dict[str, str], list[str]]:
    """The sentences of a file by key, and what it leaves to the Chinese one."""
    data = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    left_out = [str(name) for name in data.pop(_LEFT_OUT, [])]
    return dict(_flat(data, file.name)), left_out


def _flat(data: Mapping[Any, Any], file: str, above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, file, f"{key}.")
        elif isinstance(value, str) and value.strip():
            yield key, value
        else:
            raise WordingError(f"{file}: {key} is no sentence")


def _check(
    language: str, texts: Mapping[str, str], chinese: Mapping[str, str], left_out: list[str], of_city: set[str]
) -> None:
    """Raises `WordingError` for keys that only one catalogue has, and for placeholders that do not fit."""

    def left_to_chinese(key: str) -> bool:
        return any(key == name or key.startswith(f"{name}.") for name in left_out)

    faults = [f"{key} is not in the Chinese catalogue" for key in texts if key not in chinese]
    faults += [f"{key} is missing" for key in chinese if key not in texts and not left_to_chinese(key)]
    faults += [
        f"{name} is said to be left to Chinese, but is no key"
        for name in left_out
        if not any(key == name or key.startswith(f"{name}.") for key in chinese)
    ]
    for key, text in texts.items():
        own, model = placeholders(text) - of_city, placeholders(chinese.get(key, "")) - of_city
        if language != CHINESE and _THE_CHINESE in own:
            own = (own - {_THE_CHINESE}) | model
        if own != model:
            faults.append(f"{key} has the values {sorted(own)}, in Chinese {sorted(model)}")
    if faults:
        raise WordingError(f"{language}.yml: " + "; ".join(faults))


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The catalogues of this process, with the words of its city."""
    years = f"{round(settings().keep_orders / 365, 1):g}"
    return Wording(Path(__file__).parent, lambda: {**city().words(), "keep_years": years})


def say(key: str, language: str = CHINESE, **values: Any) -> str:
    """The sentence with this key (`Wording.say`)."""
    return wording().say(key, language, **values)


def day(value: date) -> str:
    """2026年12月3日."""
    return format(_Day(value.year, value.month, value.day))
