"""Any article that the schema takes, for the round trips."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from bot.hotline.catalogue import catalogue
from kb.search.schema import Article, tidy
from kb.upkeep.editing import content_of

SIGNS = st.one_of(
    st.sampled_from("路灯坏了找谁修 \n-*+#=@'\"\\,;:：/|《》123\t\r\u2028\u3000＝－1.、)"), st.characters()
)


def texts(least: int, most: int) -> st.SearchStrategy[str]:
    """Tidy texts of one line."""
    made = st.text(SIGNS, min_size=least, max_size=most).map(lambda text: tidy(text)[:most].strip())
    return made.filter(lambda text: len(text) >= least and tidy(text) == text)


@st.composite
def contents(draw: Any) -> tuple[str, dict[str, Any]]:
    """The unit's own name of an article, and its content as it is kept."""
    lines = draw(st.lists(texts(1, 20), min_size=1, max_size=4))
    values = {
        "title": draw(texts(4, 30)),
        "phrasings": draw(st.lists(texts(1, 20), min_size=4, max_size=8)),
        "answer": ("\n".join(lines) + "\n打12345问问怎么办吧")[:160],
        "english": draw(texts(0, 30)),
        "steps": draw(st.lists(texts(1, 20), max_size=6)),
        "bring": draw(st.lists(texts(1, 10), max_size=3)),
        "where": draw(texts(0, 20)) or None,
        "legal_basis": draw(st.lists(st.sampled_from(["《民法典》第一条", "《养犬规定》"]), max_size=2)),
        "unit": draw(texts(2, 20)),
        "category": list(draw(st.sampled_from(sorted(catalogue().entries)))),
        "source": {"title": draw(texts(2, 20)), "url": draw(st.sampled_from([None, "https://example.org/a?b=1"]))},
        "region": draw(texts(2, 10)),
        "audience": draw(st.sampled_from(["person", "business", "both"])),
        "reviewed_on": date(2026, 11, 24),
        "valid_from": draw(st.none() | st.dates(date(2000, 1, 1), date(2025, 1, 1))),
        "valid_to": draw(st.none() | st.dates(date(2026, 1, 1), date(2099, 1, 1))),
    }
    return draw(texts(1, 20)), content_of(Article(**values, id="x"))
