"""What a knowledge article is (知识条目)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConstrainedStr, Field, PydanticValueError, validator

from bot.hotline.catalogue import catalogue

LONGEST_ANSWER = 160
"""Characters of an answer: what fits a chat bubble on a phone."""
LONGEST_ENGLISH = 320
LONGEST_LINE = 100
"""Characters of a phrasing, a step, a thing to bring or a place."""

MOST_PHRASINGS = 8
MOST_ASKED = 100
"""Questions of citizens that an article is found by, and as many that it does not answer."""

SEVERAL_LINES = ("answer", "english")
"""Fields in which a line break is kept."""

_CITATION = re.compile(r"^《[^《》]+》(?:第[一二三四五六七八九十百千零]+条(?:第[一二三四五六七八九十]+[款项])?)?$")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing: with them a text can look like another."""


class UnknownClass(PydanticValueError):
    """A class that the dispatch catalogue does not have."""

    code = "unknown_class"
    msg_template = "{path} is not in the dispatch catalogue"


class BadCitation(PydanticValueError):
    """A legal basis that does not name the law and the article."""

    code = "bad_citation"
    msg_template = "cite as 《law》第…条: {given}"


class BadPeriod(PydanticValueError):
    """A validity that ends before it begins."""

    code = "bad_period"
    msg_template = "ends before it begins on {begins}"


class Line(ConstrainedStr):
    """One line of text."""

    min_length = 1
    max_length = LONGEST_LINE


def tidy(text: str, lines: bool = False) -> str:
    """The text without control characters and needless space; on one line unless ``lines``."""
    rows = ["".join(map(_sign, row)) for row in text.splitlines()]
    rows = [" ".join(row.split()) for row in rows]
    return ("\n" if lines else " ").join(filter(None, rows))


def _sign(sign: str) -> str:
    if sign.isspace():
        return " "
    return "" if sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs") else sign


def tidied(value: Any, lines: bool = False) -> Any:
    """The same for whatever is made of texts: empty ones become None, and vanish from lists."""
    if isinstance(value, str):
        return tidy(value, lines) or None
    if isinstance(value, list):
        return [item for item in (tidied(item) for item in value) if item is not None]
    return value


class Source(BaseModel):
    """Where the facts come from."""

    title: str = Field(min_length=2, max_length=200)
    # Pages make a link of it: only addresses that open a page.
    url: str | None = Field(None, max_length=500, regex=r"^https?://[^\s<>\"']+$")

    class Config:
        extra = "forbid"

    @validator("*", pre=True)
    def _tidied(cls, value: Any) -> Any:
        return tidied(value)


class Article(BaseModel):
    """One question and its answer, with its owner, source, region and validity."""

    id: str = Field(regex=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)
    title: str = Field(min_length=4, max_length=60)
    phrasings: list[Line] = Field(min_items=4, max_items=MOST_PHRASINGS)
    asked: list[Line] = Field(default_factory=list, max_items=MOST_ASKED)
    """Questions that this answers, in the words of those who asked; only searched."""
    beyond: list[Line] = Field(default_factory=list, max_items=MOST_ASKED)
    """Questions near to this that no article answers: who asks one of them is not given this answer."""
    answer: str = Field(min_length=10, max_length=LONGEST_ANSWER)
    english: str = Field("", max_length=LONGEST_ENGLISH)
    steps: list[Line] = Field(default_factory=list, max_items=6)
    bring: list[Line] = Field(default_factory=list, max_items=20)
    where: str | None = Field(None, max_length=LONGEST_LINE)
    legal_basis: list[str] = Field(default_factory=list, max_items=20)
    unit: str = Field(min_length=2, max_length=64)
    category: list[str] = Field(min_items=2, max_items=2)
    source: Source
    region: str = Field(min_length=2, max_length=32)
    audience: Literal["person", "business", "both"] = "person"
    reviewed_on: date
    valid_from: date | None = None
    valid_to: date | None = None

    class Config:
        extra = "forbid"

    @validator("*", pre=True)
    def _tidied(cls, value: Any, field: Any) -> Any:
        value = tidied(value, lines=field.name in SEVERAL_LINES)
        return "" if value is None and field.name == "english" else value

    @validator("reviewed_on", "valid_from", "valid_to", pre=True)
    def _written_date(cls, value: Any) -> Any:
        if value is None or isinstance(value, date):
            return value
        # Not left to pydantic alone: it takes the number 20261124 for seconds since 1970.
        match = _DATE.fullmatch(str(value))
        return "{}-{:0>2}-{:0>2}".format(*match.groups()) if match else f"no date: {value}"

    @validator("category")
    def _known_category(cls, value: list[str]) -> list[str]:
        if (value[0], value[1]) not in catalogue().entries:
            raise UnknownClass(path="/".join(value))
        return value

    @validator("legal_basis", each_item=True)
    def _citation(cls, value: str) -> str:
        if not _CITATION.match(value) or len(value) > LONGEST_LINE:
            raise BadCitation(given=value)
        return value

    @validator("valid_to")
    def _ends_after_it_begins(cls, value: date | None, values: dict[str, Any]) -> date | None:
        begins = values.get("valid_from")
        if value and begins and value < begins:
            raise BadPeriod(begins=begins)
        return value
