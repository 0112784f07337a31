"""The city (城市数据) that this service is of: one folder of data, named by ``BOT_CITY``.

``city.yml`` holds the names; the dispatch catalogue, the gazetteer, the holidays and the legal routes stand beside it.
Nothing of a city stands in code: another city is another folder (`docs/data.md`).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError

from bot.settings import settings

CITY_LEVEL = "市本级"
"""Region of a matter that is the city's own or whose county is not known."""


class CityError(RuntimeError):
    """The city's folder cannot be used; the message says what to mend."""


class Region(BaseModel):
    """A county (县区) of the city: full and short name."""

    name: str
    short: str

    class Config:
        extra = Extra.forbid


class City(BaseModel):
    """The contents of ``city.yml``."""

    name: str
    short: str
    province: str
    centre: str
    """The hotline centre (热线工作机构), the unit of whatever no other unit is known for."""
    regulation: str
    """Name of the regulation of the hotline, without 《》."""
    number_prefix: str = Field(regex="^[A-Z]{2}$")
    regions: list[Region]
    ethnic: list[str] = []
    """Words for an ethnic group within names of towns, which people leave out."""
    example_place: str
    example_landline: str
    articles: str
    """Folder of the first articles, relative to ``city.yml``."""
    folder: Path

    class Config:
        extra = Extra.forbid

    @property
    def counties(self) -> tuple[str, ...]:
        """The names of its counties."""
        return tuple(region.name for region in self.regions)

    @property
    def articles_folder(self) -> Path:
        """Where the first articles stand."""
        return (self.folder / self.articles).resolve()

    def words(self) -> dict[str, str]:
        """What citizens' sentences may name of the city, by placeholder."""
        names = ("name", "short", "province", "centre", "regulation", "example_place", "example_landline")
        return {"city" if name == "name" else name: getattr(self, name) for name in names}


def short_name(region: str) -> str:
    """The short name of a county of the city, or of a place elsewhere without its last word (杭州市 → 杭州)."""
    known = {each.name: each.short for each in city().regions}
    if region in known:
        return known[region]
    return region[:-1] if region.endswith(("区", "市", "县")) and len(region) > 2 else region


def load(folder: Path) -> City:
    """The city of a folder; raises `CityError` that says what to mend."""
    file = folder / "city.yml"
    try:
        data: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        return City(**{**data, "folder": folder})
    except (OSError, yaml.YAMLError, TypeError, ValidationError) as error:
        raise CityError(f"BOT_CITY names a folder with a city.yml; {file} cannot be used: {error}") from error


@lru_cache(maxsize=1)
def city() -> City:
    """The city of this process."""
    return load(settings().city)
