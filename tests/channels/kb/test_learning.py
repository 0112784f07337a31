"""Writing with help: what is to be mended, would it be found, and what nobody has answered yet."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.hotline.observations import Kind, observe
from tests.channels.kb.conftest import Server
from tests.kb.writing import OTHER_UNIT, UNIT, fields


def ask(server: Server, kind: Kind, *texts: str, article: str | None = None) -> None:
    async def all_of_them() -> None:
        for number, text in enumerate(texts):
            await observe(server.store, kind, f"v{number}", article, text)

    asyncio.run(all_of_them())


def groups(server: Server, key: str) -> dict[str, dict[str, Any]]:
    return {gap["questions"][0]["text"]: gap for gap in server.get("/gaps", key)["items"]}


def test_a_key_is_told_whose_it_is_and_what_a_form_offers(small: Server) -> None:
    me = small.get("/me")
    assert (me["name"], me["unit"], me["scopes"], me["alone"]) == (f"{UNIT}/编辑", UNIT, ["read", "write"], False)
    assert (
        "城乡建设/市政设施" in me["categories"] and "莲都区" in me["regions"] and {UNIT, OTHER_UNIT} <= set(me["units"])
    )
    assert me["limits"] == {"answer": 160, "english": 320} and me["language"] is True


def test_an_unsaved_article_is_looked_at_and_shown_as_a_bubble(small: Server) -> None:
    told = small.post("/check", fields(steps=["先拍照", "再打电话"], answer="短"))
    assert told["bubble"]["chinese"] == "短\n1. 先拍照\n2. 再打电话"
    assert [fault["field"] for fault in told["faults"]] == ["answer"]
    assert small.post("/check", fields())["faults"] == []
    odd = small.post("/check", {"steps": "不是一列", "title": {}})
    assert odd["bubble"] == {"chinese": "", "english": ""} and odd["faults"]


def test_a_tried_question_says_why(small: Server) -> None:
    small.publish("lamp")
    tried = small.until_found("路灯坏了找谁修", "lamp")
    [hit] = tried["hits"]
    assert hit["parts"]["phrasing"] and tried["wanted"] is None
    assert small.post("/try", {"question": "路灯", "article": "lamp"})["wanted"] == "这个条目排在第 1 位。"
    small.put("later", title="还没有审核过的条目")
    assert "还没有发布" in small.post("/try", {"question": "路灯", "article": "later"})["wanted"]
    for question in ("", "长" * 201):
        small.post("/try", {"question": question}, status=422)


def test_a_question_without_an_answer_becomes_a_draft_with_one_click(server: Server) -> None:
    ask(server, "unanswered", "共享单车乱停谁来管", "共享单车乱停谁来管", "共享单车乱停谁来管？")
    ask(server, "unanswered", "户籍证件怎么办，电话13812345678")
    mine = groups(server, "k-write")
    [gap] = [gap for text, gap in mine.items() if "单车" in text]
    assert (gap["people"], gap["unit"], gap["category"]) == (3, UNIT, ["交通运输", "共享单车"])
    assert not any("户籍" in text for text in mine)
    assert "户籍证件怎么办，电话***" in groups(server, "k-other")

    ids = [question["id"] for question in gap["questions"]]
    server.post("/gaps/draft", {"questions": ids}, "k-other", 404)
    done = server.post("/gaps/draft", {"questions": ids}, status=201)
    content = server.get(f"/articles/{done['external_id']}")["content"]
    assert (done["state"], content["title"], content["unit"]) == ("draft", gap["questions"][0]["text"], UNIT)
    assert groups(server, "k-write") == {}
    server.post("/gaps/draft", {"questions": ids}, status=404)


def test_what_did_not_help_comes_to_the_owner_of_the_article(server: Server) -> None:
    server.publish("helped-not")
    article = server.get("/articles/helped-not")["id"]
    ask(server, "unsolved", "灯还是不亮", article=article)
    gap = groups(server, "k-write")["灯还是不亮"]
    assert (gap["article"], gap["unit"]) == (article, UNIT)
    ids = [question["id"] for question in gap["questions"]]
    server.post("/gaps/add", {"questions": ids, "to": "answer"}, status=422)
    done = server.post("/gaps/add", {"questions": ids, "to": "beyond"})
    assert (done["state"], done["published"]) == ("in_review", 1)
    assert server.get("/articles/helped-not")["content"]["beyond"] == ["灯还是不亮"]
    assert "灯还是不亮" not in groups(server, "k-write")


def test_a_group_is_named_by_its_questions(small: Server) -> None:
    for given in ([], ["1"], [True], [0], [2**31], {}, None):
        small.post("/gaps/draft", {"questions": given}, status=422)
    small.post("/gaps/dismiss", {"questions": [10**6]}, status=404)
