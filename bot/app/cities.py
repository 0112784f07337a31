"""The city's folder, read whole at the start (城市数据自检): a slip in it is seen then, not by the first citizen."""

from __future__ import annotations

from bot.cities import City, city
from bot.hotline.catalogue import catalogue
from bot.hotline.deadlines import calendar
from bot.language.gazetteer import gazetteer
from kb.search.lexical import synonyms


def checked() -> City:
    """The city of this process, all of whose files are fine; raises `CityError` that says what to mend."""
    found = city()
    for read in (catalogue, calendar, gazetteer, synonyms):
        read()
    return found
