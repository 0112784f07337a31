"""What a knowledge article is (知识条目)."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field, validator

from bot.catalogue import catalogue

LONGEST_ANSWER = 160
"""Characters of an answer: what fits a chat bubble on a phone."""
LONGEST_ENGLISH = 320

_CITATION = re.compile(r"^《[^《》]+》(?:第[一二三四五六七八九十百千零]+条(?:第[一二三四五六七八九十]+[款项])?)?$")


class Source(BaseModel):
    """Where the facts come from."""

    title: str = Field(min_length=2)
    url: str | None = None

    class Config:
        extra = "forbid"


class Article(BaseModel):
    """One question and its answer, with its owner, source, region and validity."""

    id: str = Field(regex=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
    title: str = Field(min_length=4, max_length=60)
    phrasings: list[str] = Field(min_items=4, max_items=8)
    answer: str = Field(min_length=10, max_length=LONGEST_ANSWER)
    english: str = Field("", max_length=LONGEST_ENGLISH)
    steps: list[str] = Field(default_factory=list, max_items=6)
    bring: list[str] = Field(default_factory=list)
    where: str | None = None
    legal_basis: list[str] = Field(default_factory=list)
    unit: str
    category: list[str] = Field(min_items=2, max_items=2)
    source: Source
    region: str
    audience: Literal["person", "business", "both"] = "person"
    reviewed_on: date
    valid_from: date | None = None
    valid_to: date | None = None

    class Config:
        extra = "forbid"

    @validator("category")
    def _known_category(cls, value: list[str]) -> list[str]:
        if (value[0], value[1]) not in catalogue().entries:
            raise ValueError(f"{'/'.join(value)} is not in the dispatch catalogue")
        return value

    @validator("legal_basis", each_item=True)
    def _citation(cls, value: str) -> str:
        if not _CITATION.match(value):
            raise ValueError(f"cite as 《law》第…条: {value}")
        return value

    def current_on(self, day: date) -> bool:
        """Whether the article holds on this day; one out of date is never shown as current (Article 13)."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
