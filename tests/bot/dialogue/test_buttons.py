"""A typed word does what a button does."""

from __future__ import annotations

import pytest

from bot.dialogue.buttons import pressed, said_rating

BUTTONS = [
    {"title": "提交", "payload": "/affirm"},
    {"title": "要改一下", "payload": "/deny"},
    {"title": "不改了，提交", "payload": "/affirm_after_all"},
    {"title": "Yes, please", "payload": "/yes"},
]


@pytest.mark.parametrize("text", ["2", " 2 ", "2。", "二", "第二个", "第2个", "2号", "第二项", "第二条", "第二"])
def test_a_number_presses_the_button_at_that_place(text: str) -> None:
    assert pressed(text, BUTTONS) == "/deny"


def test_the_first_and_the_last_button_have_their_numbers_too() -> None:
    assert [pressed(text, BUTTONS) for text in ("1", "一", "4", "第四个")] == ["/affirm", "/affirm", "/yes", "/yes"]


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("提交", "/affirm"),
        ("提交！", "/affirm"),
        ("“提交”", "/affirm"),
        ("提 交", "/affirm"),
        ("不改了提交", "/affirm_after_all"),
        ("yes please", "/yes"),
        ("YES, PLEASE!", "/yes"),
    ],
)
def test_the_words_on_a_button_press_it(text: str, payload: str) -> None:
    assert pressed(text, BUTTONS) == payload


@pytest.mark.parametrize(
    "text", ["", "。", "0", "5", "9", "10", "12", "第十个", "我要提交一个投诉", "提", "2楼漏水", "两个", "二手车", "22"]
)
def test_other_words_press_nothing(text: str) -> None:
    assert pressed(text, BUTTONS) is None


def test_nothing_is_pressed_where_nothing_was_offered() -> None:
    assert pressed("1", []) is None
    assert pressed("提交", []) is None


def test_a_button_titled_with_a_number_is_pressed_by_its_own_title() -> None:
    buttons = [{"title": "3", "payload": "/three"}, {"title": "1", "payload": "/one"}]
    assert pressed("1", buttons) == "/one"


# Ratings in words -----------------------------------------------------------------------------------------------------

NUMBER = "LS20260309-7K3M9Q"
RATINGS = [
    {"title": title, "payload": f'/rate{{"number": "{NUMBER}", "rating": "{rating}"}}'}
    for title, rating in (("满意", "satisfied"), ("一般", "neutral"), ("不满意", "dissatisfied"))
]


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("很满意", "satisfied"),
        ("修好了，谢谢", "satisfied"),
        ("还行吧", "neutral"),
        ("没解决", "dissatisfied"),
        ("不是很满意", "dissatisfied"),
        (" 不太好 ", "dissatisfied"),
    ],
)
def test_a_few_words_press_the_rating_that_they_mean(text: str, rating: str) -> None:
    payload = said_rating(text, RATINGS)
    assert payload is not None and f'"rating": "{rating}"' in payload and NUMBER in payload


def test_a_rating_in_words_counts_only_where_a_rating_was_asked_for() -> None:
    assert said_rating("很满意", []) is None
    assert said_rating("很满意", BUTTONS) is None
    assert said_rating("很满意", [*BUTTONS, *RATINGS]) == RATINGS[0]["payload"]


@pytest.mark.parametrize(
    "text",
    [
        "我对你们这次的处理很满意",
        "没解决，楼下着火了",
        "着火了",
        "满意吗",
        "怎么才算满意？",
        "有人跳楼，不满意",
        "路灯坏了",
        "查进度",
        "",
    ],
)
def test_a_longer_text_danger_a_question_and_other_words_rate_nothing(text: str) -> None:
    assert said_rating(text, RATINGS) is None


def test_who_names_no_rating_that_was_offered_rates_nothing() -> None:
    assert said_rating("还行吧", [RATINGS[0], RATINGS[2]]) is None
