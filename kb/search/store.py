"""The first articles as files, in the folder that the city names, and beside it what citizens asked (``questions``)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.cities import city
from kb.search.schema import Article


class ArticleError(ValueError):
    """Articles that cannot be used; the message says in which file, which article, and what to mend."""


def load_articles(folder: Path | None = None) -> list[Article]:
    """All articles of the folder (the city's unless given), each checked; raises `ArticleError` that lists every fault at once.

    The questions stand in the folder ``questions`` beside it, if there is one.
    """
    folder = folder or city().articles_folder
    articles: dict[str, Article] = {}
    faults: list[str] = []
    questions = {entry.get("id"): (name, entry) for name, entry in _entries(folder.with_name("questions"))}
    for name, entry in _entries(folder):
        more = questions.pop(entry.get("id"), ("", {}))[1]
        try:
            article = Article(**{**more, **entry})
        except ValidationError as error:
            faults += [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            continue
        if article.id in articles:
            faults.append(f"{name}: this id is used twice")
        articles[article.id] = article
    faults += [f"{name}: questions of an article that there is not" for name, _ in questions.values()]
    if faults:
        raise ArticleError("\n".join(faults))
    return list(articles.values())


def _entries(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever stands in the files, and where."""
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            yield f"{path.name}: {entry.get('id', '(no id)')}", entry
