"""Units keep the knowledge base of the running service, and citizens get what they published."""

from __future__ import annotations

import time
from typing import Any

import httpx

from tests.conftest import KB_KEYS, Service
from tests.e2e.conftest import Citizen

ARTICLE = {
    "title": "紫金广场的充电长椅怎么用？",
    "phrasings": ["充电长椅怎么充电", "广场长椅能充手机吗", "紫金广场长椅充电", "太阳能长椅怎么用"],
    "answer": "把手机放在紫金广场长椅扶手的圆圈里就能充电，不收费，晚上十点停用。",
    "category": ["城乡建设", "市容环卫"],
    "source": {"title": "《紫金广场设施使用说明》"},
    "region": "丽水市",
    "reviewed_on": "2026-11-24",
}
QUESTION = "紫金广场的充电长椅怎么用"


def call(service: Service, key: str, method: str, path: str, **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.request(method, f"{service.url}/api/kb{path}", headers=headers, timeout=60, **options)
    assert answer.status_code < 300, answer.text
    return answer.json()


def until_said(citizen: Citizen, words: str, there: bool = True) -> None:
    """Asks again until the answer has the words, or has them no more."""
    deadline = time.monotonic() + 60
    while (words in citizen.reads()) != there:
        assert time.monotonic() < deadline, citizen.reads()
        citizen.says(QUESTION)


def test_a_published_article_is_answered_and_a_withdrawn_one_is_not(service: Service) -> None:
    writer, reviewer = KB_KEYS
    assert httpx.get(f"{service.url}/desk/kb").status_code == 200
    citizen = Citizen(service)
    citizen.says(QUESTION)
    assert "不收费" not in citizen.reads()
    call(service, writer, "PUT", "/articles/bench", json=ARTICLE)
    call(service, reviewer, "POST", "/articles/bench/publish", json={"version": 1})
    until_said(citizen, "不收费")
    citizen.presses("没解决")
    tried = call(service, writer, "POST", "/try", json={"question": QUESTION})
    assert tried["answerable"] and tried["hits"][0]["parts"]["phrasing"] == ARTICLE["title"]
    call(service, reviewer, "POST", "/articles/bench/withdraw", json={"note": "设施已经拆除"})
    citizen.says(QUESTION)
    until_said(citizen, "不收费", there=False)
    gaps = call(service, writer, "GET", "/gaps")["items"]
    assert any(gap["questions"][0]["text"] == QUESTION for gap in gaps)
