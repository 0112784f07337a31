"""The gazetteer (地名库): the city's counties, towns, villages, roads, estates, and other cities.

Three files of the city: ``gazetteer.csv`` (name, kind, region, parent), ``other_cities.txt`` (a line a city whose
matters are passed on to it: its name, its short name, its districts and counties), and ``gazetteer_generic.txt`` (names that do not tell the region).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import Field, validator

from bot.cities import CITY_LEVEL, Line, city, short_name
from bot.language.simplified import simplified

_VILLAGE = re.compile(r"(?<!新)(?:村|社区)$")
_SHORTEST_VILLAGE = 3
"""Signs of a village's short form: 杨家堂 is known as a village, 张村's 张 is not."""


Kind = Literal["town", "township", "street", "village", "community", "estate", "road", "bridge", "school",
               "hospital", "station", "park", "market", "river", "reservoir", "mountain", "scenic", "city"]  # fmt: skip
"""镇、乡、街道、村、社区、小区、路、桥、学校、医院、车站、公园、市场、江河、水库、山、景区、本市."""


class Row(Line):
    """A line of ``gazetteer.csv``; ``parent`` is the town of a village, else the county, or empty."""

    name: str = Field(min_length=2)
    kind: Kind
    region: str
    parent: str

    @validator("region")
    def _known(cls, region: str) -> str:
        if region not in ("", CITY_LEVEL, *city().counties):
            raise ValueError(f"{region} is neither a county of city.yml nor {CITY_LEVEL}")
        return region


@dataclass(frozen=True)
class Place:
    """A named place: its kind (county, town, road …) and the region it lies in, empty where the name does not tell."""

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


class Gazetteer:
    """Finds the longest known names in a text."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._town = re.compile(rf"(?:{'|'.join(map(re.escape, city().ethnic)) or '(?!)'})?(?:街道|镇|乡)$")
        rows = city().table("gazetteer.csv", Row)
        self.generic = frozenset(name for line in city().lines("gazetteer_generic.txt") for name in line.split())
        for row in rows:
            self._add(row.name, row.kind, row.region)
        for county in city().regions:
            for name in (county.name, county.short, county.short + "县"):
                self._add(name, "county", county.name)
        self._add_short_forms(rows)
        self.traditional = tuple(name for name in self._places if simplified(name) != name)
        """Names that keep a traditional sign (濛洲)."""
        for name in self.traditional:
            # What people type instead: 蒙洲.
            self._add(simplified(name), self._places[name].kind, self._places[name].region)
        self._add_other_cities()
        # 山村, 王村 and 小溪 are names, and words as well.
        self._places = {
            name: place
            for name, place in self._places.items()
            if place.region or len(name) > 2 or (place.kind == "river" and name not in self.generic)
        }
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._places:
            lengths[name[:2]].add(len(name))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def _add(self, name: str, kind: str, region: str) -> None:
        known = self._places.get(name)
        if name in self.generic or (known and known.region != region):
            # A name that several counties share says nothing about the region.
            region = ""
        self._places[name] = Place(name, known.kind if known else kind, region)

    def _add_short_forms(self, rows: Iterable[Row]) -> None:
        full = set(self._places)
        for row in rows:
            if row.kind in ("town", "township", "street"):
                name, shortest = self._town.sub("", row.name), 2
            elif row.kind in ("village", "community"):
                name, shortest = _VILLAGE.sub("", row.name), _SHORTEST_VILLAGE
            else:
                continue
            if len(name) >= shortest and name not in full and name not in self.generic:
                self._add(name, row.kind, row.region)
            town = self._town.sub("", row.parent)
            if shortest == _SHORTEST_VILLAGE and town in self.generic:
                # 东坑 and 白鹤村 tell nothing alone, 东坑白鹤村 does.
                self._add(town + row.name, row.kind, row.region)

    def _add_other_cities(self) -> None:
        own = set(self._places)
        for line in (f"{city().name} {city().short}", *city().lines("other_cities.txt")):
            if len(names := line.split()) < 2:
                raise city().fault("other_cities.txt", f"a line is a city, its short name, its districts: {line}")
            name, short, *districts = names
            region = CITY_LEVEL if name == city().name else name
            for each in (name, short):
                self._places[each] = Place(each, "city", region)
            for each in {form for district in districts for form in (district, short_name(district))}:
                # The city's own places come first: 海口 and 金山 are villages here.
                if each not in own and each not in self.generic:
                    self._add(each, "district", region)

    def find(self, text: str, fits: Callable[[Hit], bool] = lambda hit: True) -> Iterator[Hit]:
        """Known places from left to right, the longest that fits at each point, without overlaps.

        Places without a region are among them. ``fits`` is asked once a candidate, in order; what it takes is found.
        """
        at = 0
        while at < len(text):
            for length in self._lengths.get(text[at : at + 2], ()):
                place = self._places.get(text[at : at + length])
                if place and fits(hit := Hit(place, at)):
                    yield hit
                    at += length
                    break
            else:
                at += 1


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer of this process."""
    return Gazetteer()
