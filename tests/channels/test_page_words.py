"""The scripts of the web page find every sentence that they ask for among the words put into it."""

from __future__ import annotations

import json
import re

import pytest

from bot.dialogue.wording import say
from bot.hotline.workorders.life import MOVES, RATINGS
from bot.settings import ROOT
from channels.templates import rendered
from channels.web.page import script_words

SCRIPTS = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "channels/web/static").glob("*.js"))


def put_in() -> dict[str, str]:
    """The words as the browser reads them from the page."""
    page = rendered("web/templates/index.html", say=say, words=script_words())
    found = re.search(r'<script type="application/json" id="words">(.*?)</script>', page)
    assert found
    words: dict[str, str] = json.loads(found[1])
    return words


def test_every_sentence_that_the_scripts_name_is_there() -> None:
    named = set(re.findall(r"words\('([^']+)'", SCRIPTS))
    assert len(named) > 60 and named - set(put_in()) == set()


@pytest.mark.parametrize("group", sorted(set(re.findall(r"words\(`([a-z_.]+)\.\$", SCRIPTS))))
def test_every_group_that_the_scripts_name_is_there(group: str) -> None:
    assert [key for key in put_in() if key.startswith(f"{group}.")]


def test_steps_and_ratings_of_a_work_order_have_names() -> None:
    words = put_in()
    assert {f"order.step.{move}" for move in MOVES} | {f"order.rating.{rating}" for rating in RATINGS} <= set(words)
    assert words["order.state_short.reopened"] == "重新办理"


def test_the_scripts_get_placeholders_to_fill_in_but_the_name_of_the_city() -> None:
    words = put_in()
    assert "{most}" in words["page.chat.fault.too_long"] and words["page.chat.hotline"].startswith("丽水市")


def test_what_stands_in_the_words_cannot_end_their_element() -> None:
    page = rendered("web/templates/index.html", say=say, words={"a": "</script><b>"})
    assert "</script><b>" not in page
