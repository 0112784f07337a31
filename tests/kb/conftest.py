"""Fixtures of the knowledge base's tests."""

from __future__ import annotations

from typing import Any

from kb.search.schema import Article


def entry(**values: Any) -> dict[str, Any]:
    """An article as it stands in a file, with these values changed."""
    return {
        "id": "lamp-repair",
        "title": "路灯坏了找谁修？",
        "phrasings": ["路灯不亮了", "路灯坏了怎么办", "街上的灯灭了", "路灯报修电话"],
        "answer": "城区的路灯由综合行政执法部门维修。请说清在哪条路、灯杆上的编号，三个工作日内修好。",
        "unit": "丽水市综合行政执法局",
        "category": ["城乡建设", "市政设施"],
        "source": {"title": "《丽水市城市照明管理办法》"},
        "region": "丽水市",
        "reviewed_on": "2026-11-24",
        **values,
    }


def article(**values: Any) -> Article:
    """The same as an article."""
    return Article(**entry(**values))
