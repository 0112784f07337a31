"""Composed texts say the facts, plainly, and the most important thing first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

import pytest

from bot.dialogue import phrases
from bot.dialogue.intake import Intake, Matter
from bot.dialogue.wording import LANGUAGES, say, wording
from bot.hotline.classification import KINDS, Classification
from bot.hotline.requester import Requester
from bot.hotline.tickets.seam import CaseEvent
from bot.hotline.workorders.life import MOVES, RATINGS, STATES
from bot.hotline.workorders.model import Draft, Step, WorkOrder
from bot.hotline.workorders.record import NEWS
from bot.language.understanding import DECLINE_REASONS, HOTLINES, Understanding

DRAFT = Draft(
    key="k",
    visitor_id="v",
    channel="web",
    classification=Classification("complaint", ["环境保护", "噪声污染"]),
    unit="莲都区综合行政执法局",
    region="莲都区",
    description="楼下的烧烤店特别吵",
    location="丽阳街123号",
)
LAMP = replace(DRAFT, description="路灯坏了三天", location=None, unit="莲都区建设局")
INTAKE = Intake("k", [Matter("", Classification("complaint", []))], requester=Requester("王芳", "13812345678"))
ORDER = WorkOrder(
    number="LS20261124-7K3M9Q",
    status="registered",
    kind="complaint",
    category=["环境保护", "噪声污染"],
    unit="莲都区综合行政执法局",
    region="莲都区",
    urgency="standard",
    due_date=date(2026, 12, 3),
    due_provisional=False,
    location="丽阳街123号",
    description="楼下的烧烤店特别吵",
    occurred_at=None,
    created_at=datetime(2026, 11, 24, 2, tzinfo=timezone.utc),
    rating=None,
    supplements=[],
    reply=None,
    co_units=[],
    extension=None,
    rate_by=None,
    special_period=None,
    history=[],
)


@pytest.mark.parametrize("line", HOTLINES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_in_danger_reads_the_number_in_the_first_sentence(line: str, language: str) -> None:
    text = phrases.emergency(line, ambulance=False, self_harm=False, language=language)
    assert line in text[:20]
    assert all(other == line or other not in text.splitlines()[0] for other in HOTLINES)


def test_where_people_are_hurt_the_ambulance_is_named_too() -> None:
    hurt, unhurt = (phrases.emergency("110", ambulance, False) for ambulance in (True, False))
    assert "120" in hurt and "120" not in unhurt
    assert phrases.emergency("120", True, False) == phrases.emergency("120", False, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_may_harm_themselves_gets_a_number_to_talk_to_and_no_order(language: str) -> None:
    text = phrases.emergency("110", False, self_harm=True, language=language)
    assert all(number in text for number in ("110", "120", "12356"))
    assert "！" not in text


@pytest.mark.parametrize(
    ("line", "ambulance", "suicide", "numbers"),
    [
        ("119", False, False, ["119"]),
        ("122", True, False, ["122", "120"]),
        ("120", True, False, ["120"]),
        ("110", False, True, ["110", "120", "12356"]),
    ],
)
def test_the_lines_can_be_tapped_the_needed_one_first(
    line: str, ambulance: bool, suicide: bool, numbers: list[str]
) -> None:
    links = phrases.emergency_links(line, ambulance, suicide)
    assert [link["url"] for link in links] == [f"tel:{number}" for number in numbers]
    assert all(link["url"].removeprefix("tel:") in link["title"] for link in links)


@pytest.mark.parametrize("line", HOTLINES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_caution_names_the_line(line: str, language: str) -> None:
    assert line in phrases.caution(line, language)


def test_every_reason_to_decline_is_explained_in_both_languages_with_a_law() -> None:
    explained = {phrases.decline(reason, language) for reason in DECLINE_REASONS for language in LANGUAGES}
    assert len(explained) == 2 * len(DECLINE_REASONS)
    for reason in DECLINE_REASONS:
        assert "依据：《" in phrases.decline(reason)
        assert any("a" <= char <= "z" for char in phrases.decline(reason, "en"))


def test_a_legal_route_tells_the_body_and_the_law_and_english_comes_first() -> None:
    route = {"text": "请找法院。", "english": "A court decides this.", "law": "《民法典》第一条"}
    assert phrases.legal_route(route) == "请找法院。\n依据：《民法典》第一条。"
    assert phrases.legal_route(route, "en") == "A court decides this.\n请找法院。\n依据：《民法典》第一条。"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_state_and_rating_has_a_name(language: str) -> None:
    assert set(wording().group("kind", language)) == set(KINDS)
    assert set(wording().group("order.state", language)) == set(STATES)
    assert set(wording().group("wechat.state", language)) == set(STATES)
    assert set(wording().group("order.rating", language)) == set(RATINGS)
    assert set(wording().group("order.step", language)) == set(MOVES)


def test_a_reason_is_told_as_the_unit_wrote_it_or_in_our_words() -> None:
    assert phrases.reason("要等检测结果") == "要等检测结果"
    assert phrases.reason("rated_dissatisfied") == "诉求人评价不满意"
    step = Step("reopened", ORDER.created_at, "rated_dissatisfied")
    told = phrases.worded(replace(ORDER, history=[step, replace(step, text=None)]))
    assert [step.text for step in told.history] == ["诉求人评价不满意", None]


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("urged", {}, "催办。"),
        ("rated", {"rating": "satisfied"}, "评价：满意。"),
        ("reopened", {"reason": "rated_dissatisfied"}, "诉求人评价不满意"),
        ("supplemented", {"text": "又吵"}, "又吵"),
    ],
)
def test_clerks_of_the_backend_read_the_text_of_an_event_or_what_it_is(
    kind: str, data: dict[str, Any], text: str
) -> None:
    assert phrases.case_event(CaseEvent(kind, ORDER.created_at, data)) == text


def test_the_summary_shows_what_will_be_filed_and_hides_the_phone() -> None:
    text = phrases.summary(INTAKE, [DRAFT], others=0, media=2)
    for fact in ("投诉", DRAFT.description, "丽阳街123号", DRAFT.unit, "王芳", "138****5678", "附件：2个"):
        assert fact in text
    assert "13812345678" not in text
    assert "第1件" not in text


def test_the_summary_shows_the_time_if_there_is_one() -> None:
    assert "时间：昨天晚上" in phrases.summary(INTAKE, [replace(DRAFT, occurred_at="昨天晚上")], others=0, media=0)
    assert "时间：" not in phrases.summary(INTAKE, [DRAFT], others=0, media=0)


def test_who_writes_english_reads_english_before_the_chinese() -> None:
    texts = [
        phrases.summary(INTAKE, [DRAFT], others=0, media=0, language="en"),
        phrases.filed([ORDER], has_phone=True, language="en"),
        phrases.filed([ORDER], has_phone=False, language="en"),
        phrases.progress(ORDER, language="en"),
        phrases.duplicate(ORDER, language="en"),
    ]
    for text in texts:
        assert text[:10].isascii()
        assert not text.isascii()


def test_a_button_for_an_order_shows_its_number_and_a_short_account() -> None:
    title = phrases.order_title(replace(ORDER, description="楼下的烧烤店每天半夜两点还在营业"))
    assert title.startswith(ORDER.number) and "烧烤店" in title and len(title) < 50


def test_the_summary_of_two_matters_numbers_them() -> None:
    text = phrases.summary(INTAKE, [DRAFT, LAMP], others=0, media=0)
    assert text.index("【第1件】") < text.index(DRAFT.description) < text.index("【第2件】")
    assert text.index("【第2件】") < text.index(LAMP.description) < text.index(LAMP.unit)
    assert "附件" not in text


def test_the_summary_tells_of_others_without_saying_who() -> None:
    assert "已经有人反映" in phrases.summary(INTAKE, [DRAFT], others=2, media=0)
    assert "已经有人反映" not in phrases.summary(INTAKE, [DRAFT], others=0, media=0)


def test_the_summary_of_somebody_without_name_says_so() -> None:
    nobody = replace(INTAKE, requester=Requester())
    assert "没留" in phrases.summary(nobody, [LAMP], others=0, media=0)
    assert "没填" in phrases.summary(nobody, [LAMP], others=0, media=0)


def test_a_long_account_is_shortened_in_the_summary_only() -> None:
    text = phrases.summary(INTAKE, [replace(DRAFT, description="很吵。" * 500)], others=0, media=0)
    assert len(text) < 600
    assert "全文都会登记" in text


def test_who_filed_reads_number_unit_and_date() -> None:
    text = phrases.filed([ORDER], has_phone=True)
    for fact in (ORDER.number, ORDER.unit, "2026年12月3日", "7个工作日"):
        assert fact in text
    assert "微调" not in text


def test_an_expedited_order_is_answered_in_three_working_days() -> None:
    assert "3个工作日" in phrases.filed([replace(ORDER, urgency="expedited")], has_phone=True)


def test_a_term_of_a_law_is_told_as_such() -> None:
    text = phrases.filed([replace(ORDER, special_period="60d", urgency="expedited")], has_phone=True)
    assert "按法律规定的期限" in text and "个工作日" not in text


def test_a_provisional_date_says_that_it_may_change() -> None:
    order = replace(ORDER, due_provisional=True)
    assert "微调" in phrases.filed([order], has_phone=True)
    assert "微调" in phrases.progress(order)


def test_two_filed_orders_show_both_numbers() -> None:
    text = phrases.filed([ORDER, replace(ORDER, number="LS20261124-222222")], has_phone=True)
    assert "2件" in text and ORDER.number in text and "LS20261124-222222" in text


def test_without_a_phone_the_number_is_what_leads_back() -> None:
    assert "凭工单号" in phrases.filed([ORDER], has_phone=False)
    assert "凭工单号" not in phrases.filed([ORDER], has_phone=True)


@pytest.mark.parametrize("status", STATES)
def test_progress_tells_the_state_and_the_date_while_it_still_counts(status: str) -> None:
    text = phrases.progress(replace(ORDER, status=status))
    assert ORDER.number in text and say(f"order.state.{status}") in text and ORDER.unit in text
    assert ("2026年12月3日" in text) == (status not in ("replied", "closed", "withdrawn"))


def test_progress_tells_the_reply() -> None:
    assert "已责令整改" in phrases.progress(replace(ORDER, status="replied", reply="已责令整改"))


def test_progress_tells_who_helps_and_why_it_takes_longer() -> None:
    text = phrases.progress(
        replace(ORDER, status="extended", co_units=["市公安局", "街道办"], extension="要等检测结果")
    )
    assert "市公安局、街道办协办" in text and "延期原因：要等检测结果" in text
    assert "协办" not in phrases.progress(ORDER) and "延期原因" not in phrases.progress(ORDER)


def test_progress_tells_until_when_a_reply_can_be_rated_while_it_is_not() -> None:
    answered = replace(ORDER, status="replied", reply="已责令整改", rate_by=date(2026, 12, 30))
    assert "可以评价，最晚2026年12月30日" in phrases.progress(answered)
    assert "可以评价" not in phrases.progress(replace(answered, rating="satisfied"))
    assert "可以评价" not in phrases.progress(ORDER)


# Notices --------------------------------------------------------------------------------------------------------------


NOTICES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("dispatched", {"unit": ORDER.unit}, ["派给", ORDER.unit, "2026年12月3日"]),
    ("extended", {"reason": "要等检测结果", "due_date": "2026-12-03"}, ["延到2026年12月3日", "要等检测结果"]),
    ("rescheduled", {"before": "2026-12-02", "due_date": "2026-12-03"}, ["放假安排", "2026年12月3日"]),
    ("replied", {"text": "已责令整改"}, [ORDER.unit, "已责令整改"]),
    ("closed", {}, ["办结", "2026年12月30日前"]),
    ("reopened", {"reason": "回访时说没解决"}, ["退回", ORDER.unit, "核实"]),
    ("verified", {"text": "现场已经停业", "sound": True}, ["核实", "现场已经停业"]),
    ("put_right", {"text": "已经停业整顿"}, ["整改好了", ORDER.unit, "已经停业整顿"]),
]
"""What a requester is told, with the facts that must be in it."""


def notice_of(event: str, data: dict[str, Any], order: WorkOrder = ORDER) -> str:
    told = phrases.notice(replace(order, rate_by=date(2026, 12, 30)), event, data)
    assert told is not None
    assert (told["links"], told["source"]) == ([], None)
    return str(told["text"])


@pytest.mark.parametrize(("event", "data", "facts"), NOTICES)
def test_a_notice_says_which_order_and_what_happened(event: str, data: dict[str, Any], facts: list[str]) -> None:
    text = notice_of(event, data)
    for fact in (ORDER.number, ORDER.description, *facts):
        assert fact in text
    # Who has two orders about the same thing tells them apart, and a long account does not hide the news.
    long = notice_of(event, data, replace(ORDER, number="LS20261124-222222", description="很吵。" * 300))
    assert "LS20261124-222222" in long and ORDER.number not in long
    assert len(long) < 160


@pytest.mark.parametrize("event", sorted(set(MOVES) - {event for event, _, _ in NOTICES}))
def test_what_concerns_only_hotline_and_unit_or_was_done_by_the_requester_is_no_news(event: str) -> None:
    everything = {"reason": "r", "text": "t", "unit": "u", "units": ["u"], "ground": "other", "evidence": "e"}
    with pytest.raises(KeyError):
        phrases.notice(ORDER, event, everything)


def test_what_was_found_not_done_well_will_be_put_right() -> None:
    sound, unsound = (notice_of("verified", {"text": "现场核实过", "sound": sound}) for sound in (True, False))
    assert "整改" in unsound and "整改" not in sound


def test_only_the_notice_of_the_closing_has_buttons_one_for_each_rating() -> None:
    told = {event: phrases.notice(ORDER, event, data) for event, data, _ in NOTICES}
    assert [event for event, notice in told.items() if notice and notice["buttons"]] == ["closed"]
    assert told["closed"] is not None
    buttons = told["closed"]["buttons"]
    assert [button["title"] for button in buttons] == ["满意", "一般", "不满意"]
    payloads = [button["payload"].removeprefix("/rate") for button in buttons]
    assert [json.loads(payload) for payload in payloads] == [
        {"number": ORDER.number, "rating": rating} for rating in RATINGS
    ]


def test_a_closing_without_a_last_day_names_none() -> None:
    told = phrases.notice(ORDER, "closed", {})
    assert told is not None and "前点一下" not in told["text"]


def test_a_repeat_gets_the_number_that_is_there_and_the_offer_to_add() -> None:
    text = phrases.duplicate(ORDER)
    assert ORDER.number in text and "补充" in text


def test_a_question_back_offers_what_may_have_been_meant_first() -> None:
    found = Understanding("urge", 0.4, alternatives=["urge", "check_progress"])
    payloads = [payload for _, payload in phrases.question_back(found)]
    assert payloads[:2] == ["/urge", "/check_progress"]
    assert 2 <= len(payloads) <= 3
    assert [payload for _, payload in phrases.question_back(Understanding("greet", 0.3))] == [
        "/ask_question",
        "/file_last",
        "/ask_human",
    ]


def test_everything_that_is_news_has_words() -> None:
    assert {event for event, _, _ in NOTICES} == {*NEWS, "rescheduled"}
