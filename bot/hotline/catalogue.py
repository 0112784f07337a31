"""The dispatch catalogue (派单目录), Article 12: which unit answers for which category in which region.

The files are the first edition; decisions made since (Article 19) lie over them, and the number of the newest is the
catalogue's version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from pydantic import Field

from bot.cities import CITY_LEVEL, Line, city, short_name
from bot.hotline.classification import KINDS

Path2 = tuple[str, str]
COLUMNS = ("unit_city", "unit_county", "co_units", "urgency", "needs_location", "needs_time", "special_period",
           "special_kinds", "legal_basis")  # fmt: skip
"""What a decision may change in a class."""


@dataclass(frozen=True)
class Entry:
    """One class of the catalogue. ``needs_location`` and ``needs_time``: required, optional or no.

    ``code`` is the class's code for other systems. ``special_period`` is a law's own term (``7wd``, ``60d``) for
    matters of the kinds in ``special_kinds``.
    """

    category: Path2
    code: str
    unit_city: str
    unit_county: str
    co_units: tuple[str, ...]
    urgency: str
    needs_location: str
    needs_time: str
    legal_basis: str
    special_period: str = ""
    special_kinds: tuple[str, ...] = ()

    def period_for(self, kind: str) -> str | None:
        """The law's own term for a matter of this kind, or None."""
        return self.special_period if self.special_period and kind in self.special_kinds else None


class ClassLine(Line):
    """A line of ``catalogue.csv``."""

    category1: str = Field(min_length=1)
    category2: str = Field(min_length=1)
    code: str = Field(min_length=1)
    unit_city: str
    unit_county: str
    co_units: str
    urgency: str
    needs_location: str
    needs_time: str
    special_period: str
    special_kinds: str
    legal_basis: str


class ExceptionLine(Line):
    """A line of ``catalogue_exceptions.csv``: the unit of a class in one region."""

    category1: str
    category2: str
    region: str
    unit: str = Field(min_length=1)


@dataclass(frozen=True)
class Change:
    """A decision: new values of a class, or the unit of a class in one region."""

    version: int
    category: Path2
    region: str | None
    values: dict[str, Any]


@dataclass(frozen=True)
class Suggestion:
    """Where an order should go (智能派单), who helps, and where it would go if the class that came second is right."""

    unit: str
    co_units: tuple[str, ...]
    runner_up: str | None
    legal_basis: str


class Catalogue:
    """One edition of the catalogue: ``catalogue.csv`` of the city, its exceptions by region, and the changes since."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.entries = _entries()
        self.exceptions = _exceptions(self.entries)
        self.version = self.changes = 0
        for change in changes:
            self._apply(change)

    def _apply(self, change: Change) -> None:
        self.version = change.version
        self.changes += 1
        if change.category not in self.entries:
            return  # a class that this edition of the files has no more
        if change.region is None:
            values: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in change.values.items()
                if name in COLUMNS
            }
            self.entries[change.category] = replace(self.entries[change.category], **values)
        elif unit := change.values.get("unit"):
            self.exceptions[change.category, change.region] = unit
        else:
            self.exceptions.pop((change.category, change.region), None)

    def entry(self, category: list[str]) -> Entry | None:
        """The class of a path, or its first level's 其他, or None for an unknown path."""
        if not category:
            return None
        second = category[1] if len(category) > 1 else "其他"
        return self.entries.get((category[0], second)) or self.entries.get((category[0], "其他"))

    def by_code(self, code: str) -> Entry | None:
        """The class with this code, or None."""
        return next((entry for entry in self.entries.values() if entry.code == code), None)

    def responsible_unit(self, category: list[str], region: str | None) -> str:
        """The responsible unit (承办单位) for a category in a region; the hotline centre where no class is known.

        A region outside the city gives the hotline centre, which passes the matter to that city (for the cities of the
        Yangtze delta: 长三角一网通办).
        """
        entry = self.entry(category)
        if entry is None:
            return city().centre
        if region is None or region == CITY_LEVEL:
            return entry.unit_city
        if region not in city().counties:
            return city().centre
        if special := self.exceptions.get((entry.category, region)):
            return special
        return _in_county(entry.unit_county, region) or entry.unit_city

    def suggest(self, category: list[str], region: str | None, runner_up: list[str] | None = None) -> Suggestion:
        """The units for a class in a region, with the unit of the class that came second."""
        entry = self.entry(category)
        unit = self.responsible_unit(category, region)
        other = self.responsible_unit(runner_up, region) if runner_up else unit
        co_units = tuple(name for name in (entry.co_units if entry else ()) if name != unit)
        return Suggestion(unit, co_units, other if other != unit else None, entry.legal_basis if entry else "")

    def rows(self) -> list[dict[str, str]]:
        """The edition as rows of the file, for export."""
        return [
            {
                "category1": entry.category[0],
                "category2": entry.category[1],
                "code": entry.code,
                **{
                    name: ";".join(value) if isinstance(value, tuple) else value
                    for name, value in asdict(entry).items()
                    if name in COLUMNS
                },
            }
            for entry in self.entries.values()
        ]


def parse_values(values: dict[str, str]) -> dict[str, Any]:
    """Checked values of a decision about a class, from texts; raises `ValueError` that says what to mend."""
    from bot.hotline.deadlines import SpecialPeriod

    for name, value in values.items():
        if name not in COLUMNS:
            raise ValueError(f"unknown column {name}; known are {', '.join(COLUMNS)}")
        if name == "urgency" and value not in ("standard", "expedited"):
            raise ValueError(f"urgency is standard or expedited, not {value!r}")
        if name.startswith("needs_") and value not in ("required", "optional", "no"):
            raise ValueError(f"{name} is required, optional or no, not {value!r}")
        if name == "special_period" and value:
            SpecialPeriod.parse(value)
        if name == "unit_city" and not value.strip():
            raise ValueError("every class needs a unit of the city")
        if name == "special_kinds" and (unknown := set(_split(value)) - set(KINDS)):
            raise ValueError(f"special_kinds are of {', '.join(KINDS)}, not {', '.join(sorted(unknown))}")
        if name == "unit_county":
            check_unit(_in_county(value, max(city().counties, key=len, default="")))
        if name in ("unit_city", "co_units"):
            for unit in _split(value):
                check_unit(unit)
    split = ("co_units", "special_kinds")
    return {name: _split(value) if name in split else value.strip() for name, value in values.items()}


def check_unit(name: str) -> None:
    """Raises `ValueError` that says what to mend, if this cannot be the name of a unit."""
    if len(name) > 64:
        raise ValueError(f"the name of a unit has at most 64 characters, not {len(name)}")
    if set("{}") & set(name):
        raise ValueError(f"braces stand only in unit_county, and there only {{county}} and {{short}}: {name!r}")


def _in_county(pattern: str, county: str) -> str:
    return pattern.replace("{county}", county).replace("{short}", short_name(county))


def _entries() -> dict[Path2, Entry]:
    """The classes of the city's file, of which the first that cannot be is told."""
    found: dict[Path2, Entry] = {}
    for line in city().table("catalogue.csv", ClassLine):
        path = line.category1, line.category2
        try:
            entry = Entry(path, line.code, **parse_values(line.dict(include=set(COLUMNS))))
        except ValueError as error:
            raise city().fault("catalogue.csv", f"{'/'.join(path)}: {error}") from error
        if path in found or any(entry.code == other.code for other in found.values()):
            raise city().fault("catalogue.csv", f"{'/'.join(path)}, {entry.code}: a class and a code stand there once")
        found[path] = entry
    if not found:
        raise city().fault("catalogue.csv", "there is no class in it")
    return found


def _exceptions(entries: Collection[Path2]) -> dict[tuple[Path2, str], str]:
    found: dict[tuple[Path2, str], str] = {}
    for line in city().table("catalogue_exceptions.csv", ExceptionLine):
        path = line.category1, line.category2
        if path not in entries or line.region not in city().counties:
            unknown = f"there is no class {'/'.join(path)} or no county {line.region}"
            raise city().fault("catalogue_exceptions.csv", unknown)
        found[path, line.region] = line.unit
    return found


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


@lru_cache(maxsize=1)
def _current() -> list[Catalogue]:
    return [Catalogue()]


def catalogue() -> Catalogue:
    """The edition that this process uses."""
    return _current()[0]


def use(edition: Catalogue) -> None:
    """Makes this process use another edition from now on."""
    _current()[0] = edition
