"""A rating in a person's own words is taken only where the words say it plainly."""

from __future__ import annotations

import pytest

from bot.language.extract.rating import find_rating


@pytest.mark.parametrize(
    "text",
    [
        "满意",
        "很满意！",
        "非常满意，谢谢",
        "挺好的",
        "办得很好",
        "不错",
        "弄好了谢谢",
        "已经解决了",
        "修好了",
        "给你们点赞",
        "好评",
        "Satisfied",
        "very good",
        "Great!",
    ],
)
def test_good_words_are_satisfied(text: str) -> None:
    assert find_rating(text) == "satisfied"


@pytest.mark.parametrize(
    "text",
    ["一般", "一般般", "还行吧", "还可以", "还好", "凑合", "马马虎虎", "差不多吧", "ok", "挺OK的", "so-so", "not bad"],
)
def test_lukewarm_words_are_neutral(text: str) -> None:
    assert find_rating(text) == "neutral"


@pytest.mark.parametrize(
    "text",
    [
        "不满意",
        "很不满意",
        "不太满意",
        "不是很满意",
        "不算满意",
        "不够满意",
        "没那么满意",
        "谈不上满意",
        "满意个屁",
        "满意才怪",
        "不好",
        "不太好",
        "不是很好",
        "不行",
        "根本没解决",
        "没有解决",
        "没人管",
        "路灯还没修好",
        "没办好",
        "处理得不好",
        "解决不了",
        "太差",
        "差评",
        "敷衍了事",
        "还是老样子",
        "修好了两天又坏了",
        "说是满意，根本没人来",
        "白反映了",
        "很失望",
        "dissatisfied",
        "unsatisfied",
        "not satisfied",
        "not very good",
        "It isn't solved",
        "bad",
    ],
)
def test_bad_words_are_dissatisfied_also_where_a_good_word_stands_among_them(text: str) -> None:
    assert find_rating(text) == "dissatisfied"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "好",
        "谢谢",
        "13812345678",
        "我想再说说路灯的事",
        "不好意思，打扰了",
        "说处理了，其实没动",
        "等了三天才处理了",
        "处理了一半",
        "满意度",
        "没有不满意",
        "look at the book",
        "badminton",
        "the goods have not come",
    ],
)
def test_words_that_do_not_say_it_plainly_are_no_rating(text: str) -> None:
    assert find_rating(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "满意吗",
        "满意？",
        "怎么评价满意",
        "解决了吗",
        "处理了几天了",
        "什么叫满意",
        "满不满意",
        "办得好不好",
        "有没有解决",
        "Good?",
    ],
)
def test_a_question_is_no_rating(text: str) -> None:
    assert find_rating(text) is None


def test_a_long_text_tells_more_than_a_rating() -> None:
    assert find_rating("满意" + "，我们小区的人都这样说" * 3) == "satisfied"
    assert find_rating("满意" + "，我们小区的人都这样说" * 4) is None
