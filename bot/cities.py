"""The city (城市数据) that this service is of: one folder of data, named by ``BOT_CITY``.

``city.yml`` holds the names; the dispatch catalogue, the gazetteer, the holidays and the legal routes stand beside it.
Nothing of a city stands in code: another city is another folder (`docs/data.md`). Whatever cannot be used is a
`CityError`, which names the file, the line and what to mend.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, validator

from bot.settings import settings

CITY_LEVEL = "市本级"
"""Region of a matter that is the city's own or whose county is not known."""
LEGAL_ROUTES = ("litigation", "arbitration", "discipline", "reconsideration", "disclosure", "petition")
"""诉讼、仲裁、纪检监察、行政复议、政府信息公开、信访: where Article 15 (3) sends a matter."""
_PROVINCE = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$")

_SHOWN = 5
"""Faults of one file that are told at once."""

Row = TypeVar("Row", bound="Line")


class CityError(RuntimeError):
    """The city's folder cannot be used; the message says what to mend."""


class Strict(BaseModel):
    """Data of a city: a name that is not known is a slip, never passed over."""

    class Config:
        extra = Extra.forbid
        anystr_strip_whitespace = True
        min_anystr_length = 1


class Line(BaseModel):
    """A row of one of the tables; a cell may be empty."""

    class Config:
        extra = Extra.forbid
        anystr_strip_whitespace = True


class Region(Strict):
    """A county (县区) of the city: full and short name."""

    name: str
    short: str


class LegalRoute(Strict):
    """One legal route (法定途径): which body, how, by when; the law that says so, and the lines to tap."""

    name: str
    text: str
    english: str
    law: str
    lines: list[str]


class City(Strict):
    """The contents of ``city.yml``, and the legal routes."""

    name: str
    short: str
    province: str
    centre: str
    """The hotline centre (热线工作机构), the unit of whatever no other unit is known for."""
    regulation: str = Field(regex="^[^《》]+$")
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
    legal_routes: dict[str, LegalRoute]

    @validator("regions")
    def _each_once(cls, regions: list[Region]) -> list[Region]:
        names = [name for region in regions for name in {region.name, region.short}]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{'、'.join(twice)} stands there twice")
        return regions

    @validator("legal_routes")
    def _all_routes(cls, routes: dict[str, LegalRoute]) -> dict[str, LegalRoute]:
        if set(routes) != set(LEGAL_ROUTES):
            raise ValueError(f"the routes are {', '.join(LEGAL_ROUTES)}, not {', '.join(routes) or 'none'}")
        return routes

    @property
    def counties(self) -> tuple[str, ...]:
        """The names of its counties."""
        return tuple(region.name for region in self.regions)

    @property
    def province_short(self) -> str:
        """The province as people say it (浙江省 → 浙江)."""
        return _PROVINCE.sub("", self.province)

    @property
    def articles_folder(self) -> Path:
        """Where the first articles stand."""
        return (self.folder / self.articles).resolve()

    def words(self) -> dict[str, str]:
        """What citizens' sentences may name of the city, by placeholder."""
        names = (
            "name",
            "short",
            "province",
            "centre",
            "regulation",
            "example_place",
            "example_landline",
            "number_prefix",
        )
        return {"city" if name == "name" else name: getattr(self, name) for name in names}

    def table(self, name: str, row: type[Row]) -> list[Row]:
        """The rows of a CSV file, each checked."""
        try:
            with (self.folder / name).open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file, restkey="more", restval="", strict=True)
                columns, lines = reader.fieldnames or [], [(reader.line_num, line) for line in reader]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise self.fault(name, str(error)) from error
        if set(columns) != (wanted := set(row.__fields__)):
            wrong = [f"the column {column} is missing" for column in row.__fields__ if column not in columns]
            wrong += [f"the column {column} is not known" for column in columns if column not in wanted]
            raise self.fault(name, *wrong)
        found, faults = [], []
        for number, line in lines:
            try:
                found.append(row(**line))
            except ValidationError as error:
                faults.append(f"line {number}: {told(error)}")
        if faults:
            raise self.fault(name, *faults)
        return found

    def lines(self, name: str) -> list[str]:
        """The lines of a text file, without empty ones and comments (#)."""
        try:
            lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise self.fault(name, str(error)) from error
        return [line for line in lines if line.strip() and not line.startswith("#")]

    def fault(self, name: str, *faults: str) -> CityError:
        """The error for what is wrong in one of the files."""
        return fault(self.folder / name, *faults)


def short_name(region: str) -> str:
    """The short name of a county of the city, or of a place elsewhere without its last word (杭州市 → 杭州)."""
    known = {each.name: each.short for each in city().regions}
    if region in known:
        return known[region]
    return region[:-1] if region.endswith(("区", "市", "县")) and len(region) > 2 else region


def told(error: ValidationError) -> str:
    """What is wrong, with the names of the fields."""
    faults = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
    return "; ".join(f"{field}: {said}" if field != "__root__" else said for field, said in faults)


def load(folder: Path) -> City:
    """The city of a folder; raises `CityError` that says what to mend."""
    if not (folder / "city.yml").is_file():
        raise CityError(f"BOT_CITY names the folder of a city, with a city.yml in it; {folder} is none")
    names, routes = _mapping(folder / "city.yml"), _mapping(folder / "legal_routes.yml")
    try:
        found = City(**{**names, "folder": folder, "legal_routes": routes})
    except ValidationError as error:
        part = "legal_routes.yml" if error.errors()[0]["loc"][0] == "legal_routes" else "city.yml"
        raise fault(folder / part, told(error)) from error
    if not any(found.articles_folder.glob("*.yml")):
        raise found.fault("city.yml", f"articles: there are no articles in {found.articles_folder}")
    return found


def read_yaml(file: Path) -> Any:
    """The contents of a YAML file; raises `CityError`."""
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise fault(file, str(error)) from error


def _mapping(file: Path) -> dict[str, Any]:
    data = read_yaml(file)
    if not isinstance(data, dict):
        raise fault(file, "it should hold names and their values")
    return data


def fault(file: Path, *faults: str) -> CityError:
    """The error for what is wrong in a file; of many faults the first are told."""
    more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    listed = "\n  ".join([*faults[:_SHOWN], *more])
    return CityError(f"the city's data cannot be used: {file}\n  {listed}")


@lru_cache(maxsize=1)
def city() -> City:
    """The city of this process."""
    return load(settings().city)
