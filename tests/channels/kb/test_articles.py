"""Units push articles over HTTP: one or many, again and again, two at a time."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from kb.search.published import load_published
from tests.channels.kb.conftest import Server
from tests.kb.writing import OTHER_UNIT, UNIT, fields, row_of, version_of


def error(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    assert told["error"]["code"] and told["error"]["message"]
    return told


# Keys -----------------------------------------------------------------------------------------------------------------

CALLS = [
    ("GET", "/me"),
    ("GET", "/articles"),
    ("GET", "/articles/x"),
    ("PUT", "/articles/x"),
    ("POST", "/articles:batch"),
    ("GET", "/articles/x/versions"),
    ("GET", "/articles/x/versions/1"),
    *(("POST", f"/articles/x/{step}") for step in ("submit", "publish", "return", "withdraw", "confirm", "undo")),
    ("GET", "/reminders"),
    ("GET", "/gaps"),
    ("POST", "/gaps/draft"),
    ("POST", "/gaps/add"),
    ("POST", "/gaps/dismiss"),
    ("POST", "/check"),
    ("POST", "/try"),
    ("GET", "/export"),
    ("POST", "/import"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_needs_a_known_key(small: Server, method: str, path: str) -> None:
    assert error(small.call(method, path, None), 401)["error"]["code"] == "no_key"
    for wrong in ("k-writ", "K-WRITE", "密钥"):
        answer = small.call(method, path, None, headers={"X-API-Key": wrong.encode()})
        assert error(answer, 401)["error"]["code"] == "bad_key"


def test_a_key_may_stand_in_either_header(small: Server) -> None:
    assert small.call("GET", "/me", None, headers={"X-API-Key": "k-write"}).json()["name"] == f"{UNIT}/编辑"
    assert small.get("/me", "k-all")["unit"] is None


@pytest.mark.parametrize(
    ("method", "path", "key", "scope"),
    [
        ("PUT", "/articles/x", "k-review", "编写"),
        ("PUT", "/articles/x?publish=true", "k-write", "审核发布"),
        ("POST", "/articles:batch", "k-read", "编写"),
        ("POST", "/articles/x/publish", "k-write", "审核发布"),
        ("POST", "/articles/x/confirm", "k-write", "审核发布"),
        ("POST", "/articles/x/submit", "k-review", "编写"),
        ("GET", "/articles", "k-push", "查看"),
        ("GET", "/articles/x", "k-push", "查看"),
        ("GET", "/articles/x/versions", "k-push", "查看"),
        ("GET", "/articles/x/versions/1", "k-push", "查看"),
        ("GET", "/reminders", "k-push", "查看"),
        ("GET", "/gaps", "k-push", "查看"),
        ("GET", "/export", "k-push", "查看"),
        ("POST", "/import", "k-read", "编写"),
        ("POST", "/import?publish=true", "k-write", "审核发布"),
        ("POST", "/gaps/dismiss", "k-read", "编写"),
    ],
)
def test_a_key_does_what_its_scopes_say(small: Server, method: str, path: str, key: str, scope: str) -> None:
    body = {"json": {"version": 1, "articles": [], "questions": [1], **fields()}} if method in ("PUT", "POST") else {}
    told = error(small.call(method, path, key, **body), 403)
    assert told["error"]["code"] == "not_allowed" and scope in told["error"]["message"]


# Pushing one ----------------------------------------------------------------------------------------------------------


def test_a_pushed_article_waits_for_review_and_is_then_found_without_a_restart(server: Server) -> None:
    done = server.put("found", status=201, title="共享单车乱停放找谁管？", phrasings=["单车乱停"] * 3 + ["自行车挡路"])
    assert (done["state"], done["newest"], done["published"], done["changed"]) == ("in_review", 1, None, True)
    assert server.post("/try", {"question": "共享单车乱停放找谁管？"})["hits"][:1] == []
    server.post("/articles/found/publish", {"version": 1}, "k-review")
    server.until_found("共享单车乱停放找谁管？", "found")
    server.post("/articles/found/withdraw", {"note": "政策废止"}, "k-review")
    server.until_found("共享单车乱停放找谁管？", None)


def test_the_same_push_again_changes_nothing(server: Server) -> None:
    assert server.put("again", status=201)["changed"] is True
    assert server.put("again", status=200)["changed"] is False
    assert server.put("again", status=200, title="路灯坏了打什么电话？")["newest"] == 2


def test_a_push_with_faults_says_by_field_what_to_mend(server: Server) -> None:
    answer = server.call("PUT", "/articles/bad", json=fields(answer="短", phrasings=["一"] * 9, colour="red"))
    told = error(answer, 422)
    assert {fault["field"]: fault["label"] for fault in told["faults"]} == {
        "answer": "回答",
        "phrasings": "问法",
        "colour": "colour",
    }
    assert all(fault["message"] for fault in told["faults"])
    error(server.call("GET", "/articles/bad"), 404)


@pytest.mark.parametrize(
    ("name", "external_id"),
    [
        ("a%20b", "a b"),
        ("%E8%B7%AF%E7%81%AF-1", "路灯-1"),
        ("A.B_c~1", "A.B_c~1"),
        ("%3Cb%3E", "<b>"),
    ],
)
def test_a_unit_uses_its_own_names(server: Server, name: str, external_id: str) -> None:
    assert server.put(name)["external_id"] == external_id
    assert server.get(f"/articles/{name}")["content"]["title"] == "路灯坏了找谁修？"


@pytest.mark.parametrize("name", ["a%2Fb", "x" * 65, "%20"])
def test_a_name_that_will_not_do_is_refused(small: Server, name: str) -> None:
    assert [f["field"] for f in error(small.call("PUT", f"/articles/{name}", json=fields()), 422)["faults"]] == ["id"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"", 400),
        (b"[" * 100_000, 413),
        (b'{"title": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
def test_a_body_that_is_no_article_is_refused(small: Server, content: bytes, status: int) -> None:
    error(small.call("PUT", "/articles/x", content=content), status)


def test_odd_values_are_refused_and_break_nothing(small: Server) -> None:
    odd: list[Any] = ["\x00", "\ud800", 5, True, None, {"a": {"b": []}}, [[["x"]]], "x" * 300, 1e308]
    for name in fields():
        for value in odd:
            for draft in ("true", "false"):
                body = {**fields(), name: value}
                answer = small.call("PUT", "/articles/odd", content=json.dumps(body), params={"draft": draft})
                assert answer.status_code in (200, 201, 422), (name, value, answer.text)
                assert small.call("GET", "/articles/odd").status_code in (200, 404)
    for query in ("text=%00", "category=%00", "unit=%00", "unit=%ED%A0%80", "text=" + "%25" * 500):
        assert small.call("GET", f"/articles?{query}", "k-all").status_code == 200


def test_a_draft_is_kept_unfinished(server: Server) -> None:
    answer = server.call("PUT", "/articles/draft?draft=true&note=先占个位", json={"title": "写到一半的标题"})
    assert answer.status_code == 201
    assert (answer.json()["state"], len(answer.json()["faults"]) > 3) == ("draft", True)
    found = server.get("/articles/draft")
    assert found["content"] == {"title": "写到一半的标题", "unit": UNIT}
    assert found["version"]["note"] == "先占个位" and found["faults"]
    told = error(server.call("POST", "/articles/draft/submit", json={"version": 1}), 422)
    assert {fault["field"] for fault in told["faults"]} >= {"answer", "phrasings"}


def test_a_unit_writes_and_sees_only_its_own(server: Server) -> None:
    server.put("mine")
    server.put("mine", "k-other", unit=OTHER_UNIT, title="别的单位的同名条目")
    assert server.get("/articles/mine", "k-other")["title"] == "别的单位的同名条目"
    assert server.get("/articles/mine")["title"] == "路灯坏了找谁修？"
    assert error(server.call("PUT", "/articles/z", "k-other", json=fields()), 422)["faults"][0]["field"] == "unit"
    error(server.call("GET", f"/articles/{row_of(server.store, 'mine').id}-x", "k-other"), 404)
    assert {item["unit"] for item in server.get("/articles", "k-other")["items"]} == {OTHER_UNIT}
    assert server.get("/articles/mine", "k-all", unit=OTHER_UNIT)["title"] == "别的单位的同名条目"


# Two at once ----------------------------------------------------------------------------------------------------------


def test_of_two_editors_the_second_gets_both_versions(server: Server) -> None:
    server.put("two")
    seen = server.call("GET", "/articles/two").headers["etag"]
    assert seen == '"1"'
    server.put("two", title="第一个人改的标题", headers={"If-Match": seen})
    answer = server.call("PUT", "/articles/two", json=fields(title="第二个人改的标题"), headers={"If-Match": seen})
    told = error(answer, 409)
    assert (told["newest"], told["theirs"]["title"], told["yours"]["title"]) == (
        2,
        "第一个人改的标题",
        "第二个人改的标题",
    )
    [change] = told["diff"]
    assert change["label"] == "标题" and ["out", "一"] in change["parts"] and ["in", "二"] in change["parts"]
    assert server.put("two", title="第二个人改的标题", headers={"If-Match": '"2"'})["newest"] == 3


def test_of_many_at_the_same_moment_one_is_first(server: Server) -> None:
    server.put("race")

    def edit(n: int) -> int:
        body = fields(title=f"同时改的标题第{n}个")
        return server.call("PUT", "/articles/race", json=body, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(edit, range(8))) == [200] + [409] * 7


def test_who_creates_may_ask_that_there_is_none(server: Server) -> None:
    header = {"If-None-Match": "*"}
    server.put("fresh", status=201, headers=header)
    error(server.call("PUT", "/articles/fresh", json=fields(), headers=header), 409)
    error(server.call("PUT", "/articles/fresh", json=fields(), headers={"If-Match": "yes"}), 400)


# Many -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/articles:batch", "/articles%3Abatch"])
def test_of_many_the_good_ones_are_kept_and_the_bad_ones_named(server: Server, path: str) -> None:
    prefix = "a" if "%" in path else "b"
    good = [{"id": f"{prefix}-{n}", **fields()} for n in range(4)]
    bad = {"id": f"{prefix}-bad", **fields(answer="短")}
    told = server.post(path, {"articles": [*good[:2], bad, {}, *good[2:]]})
    assert (told["kept"], told["refused"]) == (4, 2)
    assert [result["ok"] for result in told["results"]] == [True, True, False, False, True, True]
    assert told["results"][2]["external_id"] == f"{prefix}-bad" and told["results"][2]["faults"][0]["field"] == "answer"
    assert told["results"][3]["line"] == 4
    again = server.post(path, {"articles": good})
    assert [result["changed"] for result in again["results"]] == [False] * 4


@pytest.mark.parametrize("body", [{}, {"articles": {}}, {"articles": [1]}, {"articles": "x"}])
def test_a_batch_that_is_none_is_refused(small: Server, body: dict[str, Any]) -> None:
    error(small.call("POST", "/articles:batch", json=body), 422)


def test_a_batch_has_an_end(small: Server) -> None:
    error(small.call("POST", "/articles:batch", json={"articles": [{}] * 201}), 413)
    error(small.call("POST", "/articles:other", json={}), 404)


def test_nothing_is_published_at_once_while_a_second_person_must_look(server: Server) -> None:
    told = error(server.call("PUT", "/articles/hasty?publish=true", "k-both", json=fields()), 403)
    assert "另一个人" in told["error"]["message"]
    error(server.call("GET", "/articles/hasty"), 404)
    error(server.call("PUT", "/articles/hasty?publish=true&draft=true", "k-both", json=fields()), 422)
    error(server.call("PUT", "/articles/hasty?draft=perhaps", "k-both", json=fields()), 422)


# Under load -----------------------------------------------------------------------------------------------------------


async def test_units_push_while_others_read_and_nothing_is_lost(server: Server) -> None:
    async with httpx.AsyncClient(base_url=f"{server.url}/api/kb", timeout=120) as http:

        async def push(n: int) -> int:
            body = fields(title=f"同时推送的条目第 {n} 条")
            headers = {"Authorization": "Bearer k-write"}
            done = await http.put(f"/articles/load-{n}", json=body, headers=headers)
            ok = await http.post(
                f"/articles/load-{n}/publish", json={"version": 1}, headers={"Authorization": "Bearer k-review"}
            )
            return done.status_code * 1000 + ok.status_code

        async def read(n: int) -> int:
            headers = {"Authorization": "Bearer k-read"}
            if n % 2:
                return (await http.post("/try", json={"question": "路灯坏了"}, headers=headers)).status_code
            return (await http.get("/articles", params={"text": "推送"}, headers=headers)).status_code

        before = load_published(server.store)
        pushed, had = await asyncio.gather(
            asyncio.gather(*(push(n) for n in range(40))), asyncio.gather(*(read(n) for n in range(80)))
        )
    assert set(pushed) == {201_200} and set(had) == {200}
    after = load_published(server.store)
    assert after.revision == before.revision + 40
    assert len(after.articles) == len(before.articles) + 40
    assert {version_of(server.store, f"load-{n}", 1).state for n in range(40)} == {"published"}
