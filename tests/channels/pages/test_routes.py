"""The page shows the requester where the case stands and takes the rating once; without its link it shows nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import re
import time

import httpx
import pytest

from bot.dialogue.wording import day, say
from bot.hotline.personal import link_token
from bot.hotline.workorders.model import WorkOrder
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from channels.pages.html import LONGEST_REASON
from channels.pages.links import LIFETIME, make
from tests.bot.hotline.tickets import kinds
from tests.channels.wechat.conftest import file_order, move

CLOSED = ("dispatched", "signed", "replied", "closed")


def order(store: Database, number: str) -> WorkOrder:
    found = asyncio.run(WorkOrders(store).find(number, "me"))
    assert found is not None
    return found


def text(answer: httpx.Response) -> str:
    """What a reader sees."""
    body = answer.text.split("</style>")[1]
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


@pytest.fixture
def number(store: Database) -> str:
    return file_order(store, "me", description="楼下烧烤店<b>半夜</b>很吵 & 冒烟", name="王芳", phone="13812345678")


def test_it_shows_state_unit_due_date_and_the_steps(browser: httpx.Client, store: Database, number: str) -> None:
    move(store, number, "dispatched", "signed")
    answer = browser.get(f"/w/{make(number)}")
    seen = text(answer)
    assert answer.status_code == 200
    for part in (
        number,
        "正在办理",
        "莲都区综合行政执法局",
        "最晚答复",
        "楼下烧烤店<b>半夜</b>很吵 & 冒烟",
        "登记",
        "受理",
        "派单",
        "签收",
    ):
        assert part in seen
    assert "<b>" not in answer.text
    assert "评价" not in seen


def test_it_holds_nothing_of_the_person_beyond_the_matter(browser: httpx.Client, number: str) -> None:
    answer = browser.get(f"/w/{make(number)}")
    assert "王芳" not in answer.text and "5678" not in answer.text


def test_it_is_made_for_the_phone_and_for_readers_and_is_kept_nowhere(browser: httpx.Client, number: str) -> None:
    answer = browser.get(f"/w/{make(number)}")
    assert 'lang="zh-CN"' in answer.text and 'name="viewport"' in answer.text and "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    style = re.search(r"<style>(.*)</style>", answer.text, re.DOTALL)
    assert style is not None and policy.startswith("default-src 'none'")
    assert base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() in policy
    assert len(answer.content) < 20_000


def test_after_the_answer_it_can_be_rated_once(browser: httpx.Client, store: Database, number: str) -> None:
    move(store, number, *CLOSED)
    link = f"/w/{make(number)}"
    seen = text(browser.get(link))
    last_day = order(store, number).rate_by
    assert last_day is not None
    assert "已责令整改" in seen and f"这件事办得怎么样？（最晚{day(last_day)}评价）" in seen
    answer = browser.post(link, data={"rating": "satisfied", "reason": ""})
    assert (answer.status_code, say("page.thanks.satisfied") in text(answer)) == (200, True)
    assert "提交评价" not in text(answer)
    assert order(store, number).rating == "satisfied"
    again = browser.post(link, data={"rating": "neutral"})
    assert (again.status_code, say("page.refused.rated_already") in text(again)) == (409, True)
    assert order(store, number).rating == "satisfied"


def test_dissatisfied_with_a_reason_sends_it_back_and_keeps_the_reason(
    browser: httpx.Client, store: Database, number: str
) -> None:
    move(store, number, *CLOSED)
    answer = browser.post(f"/w/{make(number)}", data={"rating": "dissatisfied", "reason": "昨晚又吵到三点"})
    assert answer.status_code == 200
    assert order(store, number).status == "reopened"
    assert asyncio.run(kinds(store, number))[-3:] == ["rated", "reopened", "rating_explained"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, say("page.choose")),
        ({"rating": "great"}, say("page.choose")),
        ({"rating": "satisfied", "reason": "字" * (LONGEST_REASON + 1)}, say("page.too_long", most=LONGEST_REASON)),
    ],
)
def test_a_form_that_does_not_fit_rates_nothing(
    browser: httpx.Client, store: Database, number: str, form: dict[str, str], said: str
) -> None:
    move(store, number, *CLOSED)
    answer = browser.post(f"/w/{make(number)}", data=form)
    assert (answer.status_code, said in text(answer)) == (400, True)
    assert order(store, number).rating is None


@pytest.mark.parametrize("ways", [(), ("dispatched",), ("dispatched", "signed")])
def test_before_the_answer_there_is_nothing_to_rate(
    browser: httpx.Client, store: Database, number: str, ways: tuple[str, ...]
) -> None:
    move(store, number, *ways)
    answer = browser.post(f"/w/{make(number)}", data={"rating": "satisfied"})
    assert (answer.status_code, say("page.refused.not_finished") in text(answer)) == (409, True)


def test_an_expired_link_says_how_to_get_a_fresh_one(browser: httpx.Client, store: Database, number: str) -> None:
    move(store, number, *CLOSED)
    old = f"/w/{make(number, time.time() - LIFETIME - 60)}"
    for answer in (browser.get(old), browser.post(old, data={"rating": "satisfied"})):
        assert answer.status_code == 410
        assert say("page.expired") in text(answer) and say("page.how_fresh") in text(answer)
        assert number not in answer.text
    assert order(store, number).rating is None


@pytest.mark.parametrize("token", ["x", "LS20261102-7K3M9Q", "LS20261102-7K3M9Q.9999999999." + "0" * 40, "%00", "你好"])
def test_what_is_no_link_of_ours_shows_nothing(browser: httpx.Client, number: str, token: str) -> None:
    answer = browser.get(f"/w/{token}")
    assert (answer.status_code, say("page.unknown") in text(answer)) == (404, True)


def test_a_link_to_an_order_that_is_gone_shows_the_same(browser: httpx.Client, number: str) -> None:
    answer = browser.get(f"/w/{make('LS20261102-7K3M9Q')}")
    assert (answer.status_code, say("page.unknown") in text(answer)) == (404, True)


def test_a_person_reads_what_is_kept_of_them_by_a_link_that_ends(browser: httpx.Client, store: Database) -> None:
    person = "ab" * 16
    file_order(store, person, description="楼下很吵", name="王芳", phone="13812345678")
    answer = browser.get(f"/w/mine/{link_token(person)}")
    assert answer.headers["cache-control"] == "no-store"
    assert [(order["description"], order["name"]) for order in answer.json()["orders"]] == [("楼下很吵", "王芳")]
    assert browser.get(f"/w/mine/{link_token('cd' * 16)}").json()["orders"] == []
    ended = link_token(person, time.time() - 3600)
    for wrong in (ended, link_token(person)[:-1] + "x", link_token(person).replace("ab", "cd", 1), "x"):
        answer = browser.get(f"/w/mine/{wrong}")
        assert answer.status_code == 410 and "王芳" not in answer.text
