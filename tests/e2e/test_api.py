"""The web API: bad input gets a clear error, repeats do nothing twice, and the process survives."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import BOT, Service, start_service, stop_service
from tests.e2e.conftest import Citizen
from tests.uploads import UNWANTED, picture


def code(response: httpx.Response) -> str:
    error: dict[str, Any] = response.json()["error"]
    assert error["message"]
    return str(error["code"])


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"text": ""}, 422, "empty"),
        ({"text": "   "}, 422, "empty"),
        ({}, 422, "empty"),
        ({"text": "长" * 10_000}, 422, "too_long"),
        ({"text": ["x"]}, 422, "bad_text"),
        ({"button": "/affirm"}, 422, "unknown_button"),
        ([1], 400, "bad_json"),
    ],
)
def test_bad_messages_get_a_clear_error(citizen: Citizen, body: Any, status: int, expected: str) -> None:
    response = citizen.http.post("/message", json=body)
    assert response.status_code == status and code(response) == expected


def test_broken_json_wrong_token_and_unknown_path(service: Service, citizen: Citizen) -> None:
    broken = citizen.http.post("/message", content=b'{"text": ')
    assert broken.status_code == 400 and code(broken) == "bad_json"
    for headers in ({}, {"Authorization": "Bearer nobody"}):
        stranger = httpx.post(f"{service.url}/api/web/message", json={"text": "你好"}, headers=headers)
        assert stranger.status_code == 401 and code(stranger) == "unauthorized"
    missing = httpx.get(f"{service.url}/api/web/nothing")
    assert missing.status_code == 404 and code(missing) == "not_found"


@pytest.mark.parametrize(
    "text", ["/restart", '/affirm{"x": 1}', "/file_last", "<script>alert(1)</script>", "。。。", "?"]
)
def test_commands_and_markup_are_plain_text(citizen: Citizen, text: str) -> None:
    answer = citizen.says(text)
    assert answer["messages"] and not citizen.orders()
    assert all("<script" not in message["text"] for message in answer["messages"])


def test_the_same_client_id_gets_the_first_answer(citizen: Citizen) -> None:
    first = citizen.says("身份证丢了怎么补办", client_id="a")
    assert citizen.says("完全是另一句话", client_id="a") == first
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: citizen.http.post("/message", json={"text": "谢谢", "client_id": "b"}).json(), range(4))
        )
    assert all(answer == answers[0] for answer in answers)


def test_confirming_twice_at_the_same_moment_files_once(citizen: Citizen) -> None:
    citizen.says("庆元县濛洲街道石龙街的下水道堵了，污水漫到路上")
    citizen.says("王芳 13812345678")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: citizen.http.post("/message", json={"text": "对", "client_id": f"c{n % 2}"}), range(4)))
    assert len(citizen.orders()) == 1


def test_media_is_taken_attached_and_checked(citizen: Citizen) -> None:
    citizen.says("缙云县五云街道黄龙路的井盖没了")
    photo = {"file": ("井盖.png", picture(), "image/png")}
    assert citizen.http.post("/media", files=photo).json()["media_id"]
    for disguised in ("exe", "svg", "html"):
        other = citizen.http.post("/media", files={"file": ("井盖.png", UNWANTED[disguised], "image/png")})
        assert other.status_code == 415 and code(other) == "unwanted_media"
    nothing = citizen.http.post("/media", files={})
    assert nothing.status_code == 422 and code(nothing) == "no_file"
    citizen.says("跳过")
    assert "附件：1个" in citizen.reads()


def test_events_begin_with_the_state(citizen: Citizen) -> None:
    with citizen.http.stream("GET", "/events") as stream:
        line = next(line for line in stream.iter_lines() if line.startswith("data:"))
    assert json.loads(line.removeprefix("data:")) == {"messages": [], "state": "bot"}


def test_a_person_who_writes_too_fast_is_told_when_to_go_on(service: Service, model: Path, tmp_path: Path) -> None:
    limited = start_service(tmp_path / "limited", BOT_RATE_LIMIT="3/minute")
    try:
        citizen = Citizen(limited)
        answers = [citizen.http.post("/message", json={"text": "谢谢"}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert code(answers[-1]) == "too_fast" and 0 < int(answers[-1].headers["Retry-After"]) <= 60
    finally:
        stop_service(limited)


def test_a_killed_service_loses_nothing_that_was_acknowledged(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    first = start_service(folder)
    citizen = Citizen(first)
    order = citizen.files("龙泉市剑池街道公园路的红绿灯坏了一个星期没人管")
    citizen.says("云和县城北路的路灯坏了半个月，晚上黑得吓人")
    first.process.kill()
    first.process.wait(30)
    second = start_service(folder)
    try:
        citizen.http.base_url = httpx.URL(f"{second.url}/api/web/")
        assert citizen.orders()[0]["number"] == order["number"]
        assert citizen.says("王芳 13812345678")["expects"] == "confirm", "the half-filled form is still there"
    finally:
        stop_service(second)
    assert second.process.returncode == 0, "it stops cleanly"


def test_nothing_personal_is_readable_in_store_or_logs(service: Service, citizen: Citizen) -> None:
    citizen.files("景宁畲族自治县红星街道人民路的垃圾没人清，找孙小梅", "欧阳雪 13512344321")
    folder = service.log.parent
    with sqlite3.connect(folder / "hotline.db") as store:
        dump = "\n".join(map(str, store.iterdump()))
    for secret in ("欧阳雪", "13512344321", "孙小梅"):
        assert secret not in dump and secret.encode().hex() not in dump.lower()
        assert secret not in service.log.read_text(encoding="utf-8")


def test_health_and_metrics(service: Service) -> None:
    for path in ("/health", "/health/live", "/health/ready"):
        assert httpx.get(service.url + path).status_code == 200
    assert "hotline_answer_seconds" in httpx.get(f"{service.url}/metrics").text


def test_understand_reads_lines_and_writes_the_contracts_shape(model: Path) -> None:
    rows = [
        {"text": "莲都区紫金街道丽阳街123号半夜施工太吵，电话13812345678", "id": 7},
        {"text": "/restart"},
        {"text": "我家厨房着火了"},
    ]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    done = subprocess.run([BOT, "understand"], input=lines, capture_output=True, text=True, env=os.environ, check=True)
    noise, command, fire = (json.loads(line) for line in done.stdout.splitlines())
    assert noise["id"] == 7 and noise["route"] == "accept" and noise["region"] == "莲都区"
    assert noise["category"][:2] == ["环境保护", "噪声污染"] and noise["slots"]["phone"] == "138****5678"
    assert noise["slots"]["location"] == "莲都区紫金街道丽阳街123号" and noise["unit"] and noise["matters"] == 1
    assert command["text"] == "/restart" and command["hotline"] is None
    assert fire["route"] == "emergency" and fire["hotline"] == "119"


def test_separate_matters_are_counted_and_one_stays_one(model: Path) -> None:
    lamp, rubbish, chest = "小区的路灯坏了三天没人修", "垃圾桶满了一个星期没有人收", "公积金怎么提取要带什么材料"
    texts = {
        f"1、{lamp}。2、{rubbish}。3、{chest}？": 3,
        f"1. {lamp} 2. {rubbish}": 2,
        f"1）{lamp}；2）{rubbish}": 2,
        f"第一件事{lamp}。第二件事{rubbish}": 2,
        f"①{lamp}，②{rubbish}": 2,
        f"{lamp}，另外{chest}": 2,
        f"{lamp}！此外，{rubbish}": 2,
        f"{lamp}；顺便反映{rubbish}": 2,
        f"我要反映两件事：一是{lamp}，二是{chest}": 2,
        f"{lamp}。{chest}？": 2,
        lamp: 1,
        f"{lamp}，物业不管，社区也不管，找谁都没有用": 1,
        "我家在1单元2楼3室，楼上漏水漏了一个月": 1,
        "公积金怎么提取？要带什么材料？外地户口行不行？": 1,
    }
    lines = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts)
    done = subprocess.run([BOT, "understand"], input=lines, capture_output=True, text=True, env=os.environ, check=True)
    assert {(one := json.loads(line))["text"]: one["matters"] for line in done.stdout.splitlines()} == texts


def test_of_two_messages_in_the_same_words_only_the_one_to_refuse_is_refused(model: Path) -> None:
    texts = ["帮我弄张健康证，不用体检的那种", "有人在小区群里卖假的健康证，我要举报"]
    texts += ["隔壁面馆的红烧汤料怎么配的，配方帮我要一份", "隔壁面馆的汤料不晓得加了啥，吃完嘴巴发麻，帮我去查查"]
    lines = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts)
    done = subprocess.run([BOT, "understand"], input=lines, capture_output=True, text=True, env=os.environ, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["decline_reason"] for one in found] == ["unlawful", None, "trade_secret", None]
    assert [one["route"] for one in found] == ["decline", "accept"] * 2


def test_kb_search_answers_and_leaves_foreign_corpora_apart(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    articles = [("a", "猫", "猫喜欢吃鱼，也喜欢睡觉。"), ("b", "狗", "狗喜欢啃骨头，要按时打疫苗。")]
    corpus.write_text(
        "\n".join(json.dumps({"id": i, "title": t, "text": x}, ensure_ascii=False) for i, t, x in articles)
    )
    command = [BOT, "kb", "search", "--articles", str(corpus), "--top", "1"]
    done = subprocess.run(command, input='{"query": "狗吃什么"}\n', capture_output=True, text=True, check=True)
    [hit] = json.loads(done.stdout)["hits"]
    assert hit["id"] == "b" and hit["title"] == "狗"
    own = subprocess.run(
        [BOT, "kb", "search"], input='{"query": "身份证丢了咋办"}\n', capture_output=True, text=True, check=True
    )
    answer = json.loads(own.stdout)
    assert answer["answerable"] is True and "身份证" in answer["hits"][0]["title"]
