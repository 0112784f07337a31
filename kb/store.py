"""The articles as files: ``kb/articles/*.yml``."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from kb.schema import Article

FOLDER = Path(__file__).parent / "articles"


class ArticleError(ValueError):
    """Articles that cannot be used; the message says in which file, which article, and what to mend."""


def load_articles(folder: Path = FOLDER) -> list[Article]:
    """All articles of the folder, each checked; raises `ArticleError` that lists every fault at once."""
    articles: dict[str, Article] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            name = f"{path.name}: {entry.get('id', '(no id)')}"
            try:
                article = Article(**entry)
            except ValidationError as error:
                faults += [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
                continue
            if article.id in articles:
                faults.append(f"{name}: this id is used twice")
            articles[article.id] = article
    if faults:
        raise ArticleError("\n".join(faults))
    return list(articles.values())
