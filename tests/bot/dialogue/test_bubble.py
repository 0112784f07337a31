"""The bubble of an article: what the editors' preview shows is what citizens read."""

from __future__ import annotations

from bot.dialogue.bubble import bubble
from kb.upkeep.editing import content_of
from tests.kb.conftest import article


def test_a_bubble_has_the_answer_and_what_belongs_to_it() -> None:
    content = content_of(
        article(
            steps=["先拍照", "再打电话"],
            bring=["身份证", "户口簿"],
            where="街道办事处",
            legal_basis=["《民法典》第一条", "《民法典》第二条", "《养犬规定》"],
            english="Call us at 12345.",
        )
    )
    assert bubble(content).split("\n")[1:] == [
        "1. 先拍照",
        "2. 再打电话",
        "要带：身份证、户口簿",
        "去哪办：街道办事处",
        "依据：《民法典》第一条、第二条；《养犬规定》",
    ]
    assert bubble(content, language="en").startswith("Call us at 12345.\n城区的路灯")


def test_an_unfinished_draft_has_a_bubble_too() -> None:
    assert bubble({}) == ""
    assert bubble({"legal_basis": ["民法典"], "steps": ["拍照"]}) == "1. 拍照\n依据：民法典"
