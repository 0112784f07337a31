"""The gazetteer (地名库): the city's counties, towns, villages, roads, estates, and the cities of the Yangtze delta."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.settings import ROOT, settings

CITY_LEVEL = "市本级"
"""Region of a matter that is the city's own or whose county is not known (市本级)."""

_SUFFIXES = ("畲族自治县", "区", "市", "县")


@dataclass(frozen=True)
class Place:
    """A named place: its kind (county, town, road …) and the region it lies in."""

    name: str
    kind: str
    region: str


@dataclass(frozen=True)
class Hit:
    """A place found in a text at ``start``."""

    place: Place
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.place.name)


def short_name(region: str) -> str:
    """莲都区 → 莲都, 景宁畲族自治县 → 景宁."""
    for suffix in _SUFFIXES:
        if region.endswith(suffix) and len(region) >= len(suffix) + 2:
            return region.removesuffix(suffix)
    return region


class Gazetteer:
    """Finds the longest known names in a text."""

    def __init__(self) -> None:
        self._places: dict[str, Place | None] = {}
        folder = ROOT / "bot" / "data"
        with (folder / "gazetteer.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.counties = tuple(row["name"] for row in rows if row["kind"] == "county")
        for row in rows:
            self._add(row["name"], row["kind"], row["region"])
        for county in self.counties:
            self._add(short_name(county), "county", county)
            self._add(short_name(county) + "县", "county", county)
        for line in (folder / "delta_cities.txt").read_text(encoding="utf-8").splitlines():
            city, _, short = line.partition(" ")
            own = city == settings().city
            for name in filter(None, (city, short)):
                self._places[name] = Place(name, "city", CITY_LEVEL if own else city)
        self._longest = max(map(len, self._places))

    def _add(self, name: str, kind: str, region: str) -> None:
        known = self._places.get(name)
        if name in self._places and (known is None or known.region != region):
            # A name that several counties share says nothing about the region.
            self._places[name] = None
        elif known is None:
            self._places[name] = Place(name, kind, region)

    def find(self, text: str) -> Iterator[Hit]:
        """Known places from left to right, the longest at each point, without overlaps."""
        at = 0
        while at < len(text):
            for length in range(min(self._longest, len(text) - at), 1, -1):
                if place := self._places.get(text[at : at + length]):
                    yield Hit(place, at)
                    at += length
                    break
            else:
                at += 1


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer of this process."""
    return Gazetteer()
