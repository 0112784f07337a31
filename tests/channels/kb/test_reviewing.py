"""Review over HTTP: a second person publishes, sends back, withdraws; versions are compared and brought back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.storage.tables_knowledge import ArticleRow
from kb.search.published import today
from tests.channels.kb.conftest import Server
from tests.kb.writing import UNIT


def test_an_article_goes_from_draft_to_citizens_with_two_persons(server: Server) -> None:
    server.put("life", params={"draft": "true"})
    assert server.post("/articles/life/submit", {"version": 1})["state"] == "in_review"
    assert "life" in [item["external_id"] for item in server.get("/articles", "k-review", state="in_review")["items"]]
    assert server.post("/articles/life/return", {"version": 1, "note": "写上电话"}, "k-review")["state"] == "draft"
    assert server.get("/articles/life")["version"]["decision"] == "写上电话"
    server.put("life", where="拨打12345")
    told = server.post("/articles/life/publish", {"version": 2}, "k-write", 403)
    assert told["error"]["code"] == "not_allowed"
    done = server.post("/articles/life/publish", {"version": 2, "note": "可以"}, "k-review")
    assert (done["state"], done["published"]) == ("published", 2)
    again = server.post("/articles/life/publish", {"version": 2}, "k-review")
    assert again["changed"] is False


def test_who_reviews_an_old_version_is_shown_the_new_one(server: Server) -> None:
    server.put("old")
    server.put("old", title="后来又改过的标题")
    for step in ("publish", "return"):
        told = server.post(f"/articles/old/{step}", {"version": 1, "note": "好"}, "k-review", 409)
        assert (told["newest"], told["theirs"]["title"]) == (2, "后来又改过的标题")


def test_the_author_may_not_publish_even_with_the_scope(server: Server) -> None:
    server.put("own", "k-both")
    assert "另一个人" in server.post("/articles/own/publish", {"version": 1}, "k-both", 403)["error"]["message"]
    assert server.post("/articles/own/publish", {"version": 1}, "k-all")["state"] == "published"


def test_versions_are_listed_compared_and_brought_back(server: Server) -> None:
    server.publish("versions")
    server.put("versions", title="路灯坏了打什么电话？", params={"note": "更口语"})
    told = server.get("/articles/versions/versions")
    assert [(one["number"], one["state"], one["note"]) for one in told["versions"]] == [
        (2, "in_review", "更口语"),
        (1, "published", ""),
    ]
    assert (told["published"], told["versions"][1]["decided_by"]) == (1, f"{UNIT}/审核")
    second = server.get("/articles/versions/versions/2")
    assert (second["against"], [change["field"] for change in second["diff"]]) == (1, ["title"])
    assert server.get("/articles/versions")["diff"] == second["diff"]
    assert server.get("/articles/versions/versions/1")["against"] == 0
    assert server.get("/articles/versions/versions/2", against="2")["diff"] == []
    done = server.post("/articles/versions/undo", {"version": 1, "newest": 2})
    assert (done["newest"], done["state"], done["published"]) == (3, "in_review", 1)
    server.post("/articles/versions/undo", {"version": 2, "newest": 2}, status=409)


@pytest.mark.parametrize("path", ["versions/9", "versions/0", "versions/99999999999999999999", "versions/1?against=9"])
def test_a_version_that_is_not_there_is_404(server: Server, path: str) -> None:
    server.put("short")
    answer = server.call("GET", f"/articles/short/{path}")
    assert answer.status_code == 404 and answer.json()["error"]["code"] == "not_found"


def test_another_unit_finds_nothing(server: Server) -> None:
    server.put("hidden")
    for path in ("", "/versions", "/versions/1"):
        assert server.call("GET", f"/articles/hidden{path}", "k-other").status_code == 404
    for step in ("submit", "publish", "return", "withdraw", "confirm", "undo"):
        server.post(f"/articles/hidden/{step}", {"version": 1, "note": "x"}, "k-other", 404)


def test_a_withdrawal_needs_a_reason(server: Server) -> None:
    server.publish("wrong")
    assert server.post("/articles/wrong/withdraw", {}, "k-review", 422)["faults"][0]["field"] == "note"
    assert server.post("/articles/wrong/withdraw", {"note": "政策废止"}, "k-review")["published"] is None
    assert server.get("/articles/wrong")["state"] == "withdrawn"
    assert server.post("/articles/wrong/confirm", {"version": 2}, "k-review", 409)["error"]["code"] == "wrong_state"


@pytest.mark.parametrize("body", [{}, {"version": "1"}, {"version": True}, {"version": 0}, {"version": 2**40}])
def test_a_step_says_which_version_is_meant(small: Server, body: dict[str, Any]) -> None:
    small.put("which")
    assert small.post("/articles/which/publish", body, "k-review", 422)["error"]["code"] == "bad_version"
    small.post("/articles/which/return", {"version": 1, "note": 5}, "k-review", 422)
    small.post("/articles/which/undo", {"version": 1, "newest": "2"}, status=422)
    small.post("/articles/which/undo", {"version": 1}, status=409)


def test_reminders_come_by_unit_until_somebody_confirms(server: Server) -> None:
    soon = today() + timedelta(days=10)
    server.publish("dated", valid_to=soon.isoformat())
    server.publish("stale", reviewed_on="2020-01-01")
    [unit] = server.get("/reminders")["units"]
    assert unit["unit"] == UNIT
    why = {item["external_id"]: item["why"] for item in unit["items"]}
    assert (why["dated"], why["stale"]) == ("expires", "review")
    done = server.post("/articles/stale/confirm", {"version": 1}, "k-review")
    assert (done["newest"], done["published"]) == (2, 2)
    [unit] = server.get("/reminders")["units"]
    assert "stale" not in [item["external_id"] for item in unit["items"]]
    assert server.get("/reminders", "k-other")["units"] == []
    assert "dated" in [item["external_id"] for item in server.get("/articles", due="true")["items"]]


def test_an_expired_article_is_not_found_and_says_why(server: Server) -> None:
    server.publish("ends", title="临时停水到什么时候？", valid_to=(today() + timedelta(days=1)).isoformat())
    server.until_found("临时停水到什么时候？", "ends")
    with server.store.transaction() as session:
        session.get(ArticleRow, "ends").valid_to = today() - timedelta(days=1)
    server.publish("another", title="河里的鱼死了一片找谁管？")
    server.until_found("河里的鱼死了一片找谁管？", "another")
    tried = server.post("/try", {"question": "临时停水到什么时候？", "article": "ends"})
    assert "ends" not in [hit["id"] for hit in tried["hits"]]
    assert "失效" in tried["wanted"]
    assert [item["external_id"] for item in server.get("/articles", state="expired")["items"]] == ["ends"]


def test_the_list_is_filtered_and_paged(small: Server) -> None:
    for n in range(5):
        small.put(f"page-{n}", title=f"分页用的条目第 {n} 条", category=["环境保护", "噪声污染"])
    first = small.get("/articles", text="分页", size=2)
    assert (first["total"], len(first["items"]), first["page"]) == (5, 2, 1)
    assert len(small.get("/articles", text="分页", size=2, page=3)["items"]) == 1
    assert small.get("/articles", category="环境保护/噪声污染")["total"] == 5
    for query in ("page=0", "size=201", "page=x", "state=lost", "due=maybe"):
        assert small.call("GET", f"/articles?{query}").status_code == 422
