"""Which questions are about us, and when a danger is over: what is a matter must not be taken for either."""

from __future__ import annotations

import pytest

from bot.dialogue.cues import (
    asks_for_order,
    asks_how,
    beside_denial,
    cleaned,
    denies_danger,
    doubts_unit,
    ends_in_question,
    help_called,
    is_over,
    mood,
    only_asking,
    only_over,
    process_questions,
    topic_of,
    topics_in,
    wants_order,
    wants_person,
    without_denial,
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


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("什么120啊没有人生病我说的是滴水", True),
        ("不是急救，我是说路灯", True),
        ("你搞错了没人受伤", True),
        ("谁说打119了", True),
        ("no emergency, it is about the bin", True),
        ("120打不通，人快不行了", False),
        ("没人受伤，可是火越来越大", False),
        ("厨房着火了", False),
    ],
)
def test_that_there_is_no_danger_is_heard_and_that_it_grows_as_well(text: str, denied: bool) -> None:
    assert denies_danger(text) is denied


def test_a_danger_beside_a_denial_is_still_told() -> None:
    assert "房子在烧" in beside_denial("没人受伤但房子在烧")


def test_what_is_told_beside_a_denial_is_kept() -> None:
    assert without_denial("什么120啊，没有人生病，在白云小区5幢") == "在白云小区5幢"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("我就问问真的假的", True),
        ("不留。我不是要投诉 我就想知道这短信是不是骗人的", True),
        ("只是咨询一下", True),
        ("我没让你登记", True),
        ("我不是第一次投诉了，你们都不管", False),
        ("我没投诉过别人", False),
        ("这不是举报他是什么", False),
    ],
)
def test_who_only_asks_is_told_from_who_complains(text: str, asks: bool) -> None:
    assert only_asking(text) is asks


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("关农业农村局什么事？？", True),
        ("说了三遍了不归他们", True),
        ("还是农业农村局！", True),
        ("单位也不要写农业局和市场监管局", True),
        ("应该叫社区来管", True),
        ("农业农村局昨天来过了", False),
        ("我在城管局门口等着", False),
    ],
)
def test_an_objection_to_the_unit_is_told_from_news_of_it(text: str, doubted: bool) -> None:
    assert doubts_unit(text) is doubted


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("收到短信说医保要停 让我点链接 这个是真的吗", True),
        ("你好，收养小孩要什么条件", True),
        ("路灯坏了能不能快点修", False),
        ("怎么办这件事我问过了，楼上还是滴水", False),
    ],
)
def test_a_message_that_asks_at_its_end(text: str, asks: bool) -> None:
    assert ends_in_question(text) is asks


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("那你们会不会打我电话", "contact_back"),
        ("到时候会通知我吗", "contact_back"),
        ("医保局会发短信让人点链接吗", None),
        ("发票要不要留着", "evidence"),
        ("今晚有人来管吗", "now"),
    ],
)
def test_what_people_ask_of_the_process(text: str, topic: str | None) -> None:
    assert topic_of(text) == topic


@pytest.mark.parametrize(
    ("text", "bare", "wants"),
    [
        ("登记工单", True, False),
        ("帮我登记吧", True, True),
        ("算了那给我登记个工单吧", True, True),
        ("我是要登记，不是查。遂昌县幼儿园乱涨价", False, True),
        ("查一下我登记的那件", False, False),
        ("我不登记了", False, False),
    ],
)
def test_a_wish_for_an_order_is_told_from_a_question_about_one(text: str, bare: bool, wants: bool) -> None:
    assert (asks_for_order(text), wants_order(text)) == (bare, wants)
