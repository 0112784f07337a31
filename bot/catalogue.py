"""The dispatch catalogue (派单目录), Article 12: which unit answers for which category in which region."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from bot.gazetteer import CITY_LEVEL, gazetteer, short_name
from bot.settings import ROOT, settings

Path2 = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """One class of the catalogue. ``needs_location`` and ``needs_time``: required, optional or no."""

    category: Path2
    unit_city: str
    unit_county: str
    co_units: tuple[str, ...]
    urgency: str
    needs_location: str
    needs_time: str
    legal_basis: str


class Catalogue:
    """The catalogue as data: ``bot/data/catalogue.csv`` and its exceptions by region."""

    def __init__(self) -> None:
        self.entries: dict[Path2, Entry] = {}
        for row in _rows("catalogue.csv"):
            path = (row["category1"], row["category2"])
            co_units = tuple(unit for unit in row["co_units"].split(";") if unit)
            self.entries[path] = Entry(
                path, row["unit_city"], row["unit_county"], co_units, row["urgency"], row["needs_location"],
                row["needs_time"], row["legal_basis"],
            )  # fmt: skip
        self._exceptions = {
            ((row["category1"], row["category2"]), row["region"]): row["unit"]
            for row in _rows("catalogue_exceptions.csv")
        }

    def entry(self, category: list[str]) -> Entry | None:
        """The class of a path, or its first level's 其他, or None for an unknown path."""
        if not category:
            return None
        second = category[1] if len(category) > 1 else "其他"
        return self.entries.get((category[0], second)) or self.entries.get((category[0], "其他"))

    def responsible_unit(self, category: list[str], region: str | None) -> str:
        """The responsible unit (承办单位) for a category in a region; the hotline centre where no class is known.

        A region outside the city gives the hotline centre, which passes the matter to that city (长三角一网通办).
        """
        entry = self.entry(category)
        centre = f"{settings().city.removesuffix('市')}市12345政务咨询投诉举报服务中心"
        if entry is None:
            return centre
        if region is None or region == CITY_LEVEL:
            return entry.unit_city
        if region not in gazetteer().counties:
            return centre
        if special := self._exceptions.get((entry.category, region)):
            return special
        return entry.unit_county.format(county=region, short=short_name(region)) or entry.unit_city


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "bot" / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue of this process."""
    return Catalogue()
