"""A case from its filing to its rating, as citizen and unit see it, over HTTP and with the real understanding."""

from __future__ import annotations

import pytest

from tests.conftest import Service
from tests.e2e.conftest import Citizen, TicketSystem, notices

STALL = "莲都区丽阳街123号楼下烧烤店每天半夜两点还在营业，吵得睡不着"
LAMP = "莲都区大洋路88号门口的路灯坏了一个星期，晚上一片黑"


def status(citizen: Citizen, number: str) -> str:
    return next(order["status"] for order in citizen.orders() if order["number"] == number)


def test_a_case_from_filing_to_a_good_rating(citizen: Citizen, ticket_system: TicketSystem) -> None:
    number = citizen.files(STALL)["number"]
    ticket_system.closes(number, "已责令商户22点后停业")
    told = notices(citizen, 3)
    words = [event["messages"][0]["text"] for event in told]
    assert "已经派给莲都区综合行政执法局" in words[0]
    assert "已责令商户22点后停业" in words[1]
    assert "办得怎么样" in words[2] and told[2]["expects"] == "rating"
    citizen.last = told[2]
    citizen.presses("满意")
    assert "谢谢您的评价" in citizen.reads()
    [order] = citizen.orders()
    assert (order["status"], order["rating"], order["reply"]) == ("closed", "satisfied", "已责令商户22点后停业")
    assert [step["event"] for step in order["history"]][-3:] == ["replied", "closed", "rated"]


@pytest.mark.parametrize(
    ("words", "rating"), [("还行吧", "neutral"), ("弄好了，谢谢你们", "satisfied"), ("挺满意的", "satisfied")]
)
def test_the_outcome_is_rated_in_the_persons_own_words(
    citizen: Citizen, ticket_system: TicketSystem, words: str, rating: str
) -> None:
    number = citizen.files(LAMP)["number"]
    ticket_system.closes(number, "已修好")
    notices(citizen, 3)
    citizen.says(words)
    assert citizen.orders()[0]["rating"] == rating


def test_not_solved_is_verified_put_right_and_rated_again(citizen: Citizen, ticket_system: TicketSystem) -> None:
    number = citizen.files(LAMP)["number"]
    ticket_system.closes(number, "已修好")
    notices(citizen, 3)
    citizen.says("根本没解决")
    assert citizen.last["expects"] == "rating_reason"
    assert status(citizen, number) == "reopened"
    citizen.says("昨天晚上还是黑的，没人来过")
    assert "核实" in citizen.reads()
    assert ticket_system.reports(number, "replied", text="好了").status_code == 202  # before it was verified: it waits
    ticket_system.reports(number, "verified", text="只修了一盏", sound=False)
    ticket_system.reports(number, "put_right", text="两盏都换了")
    ticket_system.reports(number, "closed")
    words = "\n".join(event["messages"][0]["text"] for event in notices(citizen, 3))
    assert "只修了一盏" in words and "两盏都换了" in words
    citizen.says("满意")
    assert citizen.orders()[0]["rating"] == "satisfied"


def test_an_extension_is_told_with_its_reason(citizen: Citizen, ticket_system: TicketSystem) -> None:
    number = citizen.files(STALL)["number"]
    ticket_system.reports(number, "dispatched", "hotline", unit="莲都区综合行政执法局")
    ticket_system.reports(number, "signed")
    ticket_system.reports(number, "extended", reason="要和生态环境局一起测噪声", due_date="2099-01-04")
    told = notices(citizen, 2)[1]["messages"][0]["text"]
    assert "要和生态环境局一起测噪声" in told and "2099年1月4日" in told
    citizen.says("查进度")
    assert "要和生态环境局一起测噪声" in citizen.reads()


def test_a_notice_waits_until_the_page_is_opened_and_comes_once(citizen: Citizen, ticket_system: TicketSystem) -> None:
    number = citizen.files(STALL)["number"]
    ticket_system.reports(number, "dispatched", "hotline", unit="莲都区综合行政执法局")
    assert "已经派给" in notices(citizen, 1)[0]["messages"][0]["text"]
    ticket_system.reports(number, "signed")
    ticket_system.reports(number, "replied", text="已处理")
    [told] = notices(citizen, 1)
    assert "已处理" in told["messages"][0]["text"]


def test_what_somebody_else_reports_stays_theirs(
    citizen: Citizen, another: Citizen, ticket_system: TicketSystem
) -> None:
    number = citizen.files(STALL)["number"]
    ticket_system.closes(number, "已处理")
    another.says(f"评价 {number} 满意")
    another.says("13900000000")
    assert "没有查到" in another.reads()
    assert citizen.orders()[0]["rating"] is None


def test_a_second_rating_is_declined(citizen: Citizen, ticket_system: TicketSystem) -> None:
    number = citizen.files(STALL)["number"]
    ticket_system.closes(number, "已处理")
    citizen.last = notices(citizen, 3)[2]
    citizen.presses("一般")
    citizen.says(f"评价{number} 满意")
    assert "已经评价过" in citizen.reads()
    assert citizen.orders()[0]["rating"] == "neutral"


def test_reports_are_taken_only_with_the_right_signature(
    service: Service, citizen: Citizen, ticket_system: TicketSystem
) -> None:
    number = citizen.files(STALL)["number"]
    report = {"id": "x", "number": number, "event": "dispatched", "by": "hotline", "data": {"unit": "某局"}}
    answer = ticket_system.posts(report, secret="guessed")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_signature")
    assert status(citizen, number) == "registered"
