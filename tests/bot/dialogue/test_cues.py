"""Which questions are about us, and when a danger is over: what is a matter must not be taken for either."""

from __future__ import annotations

import pytest

from bot.dialogue.cues import (
    asks_how,
    cleaned,
    help_called,
    is_over,
    mood,
    only_over,
    process_questions,
    topic_of,
    topics_in,
    wants_person,
)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("我问你收不收费", "free"),
        ("这个要钱吗", "free"),
        ("物业乱收停车费合理吗", None),
        ("办护照要交多少钱", None),
        ("How long do I have to wait?", "term"),
        ("你们是AI吗", "robot"),
        ("有人在楼道堆垃圾怎么办", None),
        ("有人吗", "here"),
        ("别让房东知道是我", "privacy"),
        ("我不想让邻居晓得", "privacy"),
        ("请替我保密", "privacy"),
        ("不能给我们一个说法", None),
        ("物业不要跟我们讲道理", None),
        ("老板不让我们知道工资", None),
        ("他会弗会晓得是我讲的", "privacy"),
    ],
)
def test_a_question_about_the_process_is_one_and_others_are_not(text: str, topic: str | None) -> None:
    assert topic_of(text) == topic


@pytest.mark.parametrize("text", ["补办社保卡要多久", "公司泄露我的个人信息怎么办？", "物业乱收费归谁管"])
def test_a_matter_that_is_put_as_a_question_stays_whole(text: str) -> None:
    assert process_questions(text) == (text.strip("？"), {}) or process_questions(text) == (text, {})


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("补办社保卡要多久", []),
        ("公租房申请归谁管", []),
        ("好的 那几天有人来看？", ["term"]),
        ("要等多久啊", ["term"]),
        ("该找谁", ["unit"]),
        ("你是机器人吧？有用吗你们这个", ["robot", "useful"]),
    ],
)
def test_outside_a_form_only_questions_about_us_are(text: str, topics: list[str]) -> None:
    assert topics_in(text) == topics


def test_a_question_about_us_is_taken_out_of_the_first_account() -> None:
    assert process_questions("房东不退押金 要多久能解决呢") == ("房东不退押金", {"term": "要多久能解决呢"})


@pytest.mark.parametrize(
    ("text", "over"), [("火已经灭了", True), ("没事了", True), ("不是着火是煤气泄漏", False), ("火灭了又着了", False)]
)
def test_a_danger_that_is_over(text: str, over: bool) -> None:
    assert is_over(text) == over


@pytest.mark.parametrize(
    ("text", "called"), [("打了119了 消防说马上到", True), ("打了119没人来", False), ("医生马上下班了", False)]
)
def test_help_that_was_called(text: str, called: bool) -> None:
    assert help_called(text) == called


@pytest.mark.parametrize(
    ("text", "felt"),
    [("气死我了", "angry"), ("我一个人在家冷清得很", "lonely"), ("孩子吓死了", "worried"), ("路灯坏了", None)],
)
def test_how_somebody_feels(text: str, felt: str | None) -> None:
    assert mood(text) == felt


@pytest.mark.parametrize(("text", "wants"), [("转人工", True), ("你是真人吗", False), ("I want an agent", True)])
def test_who_wants_a_person(text: str, wants: bool) -> None:
    assert wants_person(text) == wants


def test_an_account_is_kept_without_greeting_thanks_and_pictures() -> None:
    assert cleaned("你好呀🌹🌹我家门口的路灯不亮了🙏谢谢") == "我家门口的路灯不亮了"


@pytest.mark.parametrize(("text", "how"), [("身份证丢了怎么补办", True), ("路灯坏了三天没人修", False)])
def test_a_question_that_an_article_may_answer(text: str, how: bool) -> None:
    assert asks_how(text) == how


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("火灭了 没事了", True),
        ("火已经灭了，谢谢你们", True),
        ("火灭了，可是物业到现在没人来管线路", False),
        ("路灯坏了", False),
    ],
)
def test_news_that_danger_is_over_may_have_a_matter_beside_it(text: str, only: bool) -> None:
    assert only_over(text) is only
