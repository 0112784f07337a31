"""Danger now is told from what is past, only imagined, denied, staged, a figure of speech, or about a service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.danger.detector import LETTER, detect
from bot.language.danger.helpers import also_ambulance, scam, self_harm

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("emergency_cases.jsonl").read_text("utf-8").splitlines()
]

"""Made-up messages, each with the lines that are right; none where there is no danger now."""


def cases(half: str, danger: bool) -> list[dict[str, Any]]:
    return [case for case in CASES if case["half"] == half and bool(case["lines"]) is danger]


# The rules were tuned on one half; of the other only the figures were ever looked at. --------------------------------


@pytest.mark.parametrize(("half", "floor"), [("tune", 0.99), ("check", 0.95)])
def test_danger_is_heard_and_the_right_line_named(half: str, floor: float) -> None:
    wrong = [case["text"] for case in cases(half, danger=True) if detect(case["text"]) not in case["lines"]]
    assert len(wrong) <= (1 - floor) * len(cases(half, danger=True)), wrong


@pytest.mark.parametrize(("half", "ceiling"), [("tune", 0.005), ("check", 0.02)])
def test_what_only_sounds_like_danger_raises_no_alarm(half: str, ceiling: float) -> None:
    wrong = [case["text"] for case in cases(half, danger=False) if detect(case["text"])]
    assert len(wrong) <= ceiling * len(cases(half, danger=False)), wrong


# Lines ---------------------------------------------------------------------------------------------------------------

CRIES = {
    "我家着火了": "119",
    "闻到好大的煤气味": "119",
    "我被困在电梯里了": "119",
    "有个小孩掉河里了": "119",
    "房子塌了，有人被压在下面": "119",
    "老人晕倒了叫不醒": "120",
    "我爸胸口好痛喘不上气": "120",
    "孩子吃了老鼠药": "120",
    "有人拿着刀在门口": "110",
    "我老公又在打我": "110",
    "小偷进屋了，我躲在卧室": "110",
    "我的孩子不见了": "110",
    "我不想活了": "110",
    "前面发生车祸，有人受伤": "122",
    "货车翻车了": "122",
}


@pytest.mark.parametrize(("text", "line"), CRIES.items())
def test_each_kind_of_danger_has_its_line(text: str, line: str) -> None:
    assert detect(text) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("My house is on fire!", "119"),
        ("I smell gas in my flat", "119"),
        ("My father is unconscious", "120"),
        ("A man has a knife", "110"),
        ("I was hit by a car", "122"),
        ("He can’t breathe", "120"),
    ],
)
def test_danger_is_heard_in_english_too(text: str, line: str) -> None:
    assert detect(text) == detect(text.upper()) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("家里着伙了", "119"), ("就命啊", "110"), ("阿公晕到了", "120"), ("渠要打死我了", "110"), ("俺被车装了", "122")],
)
def test_slips_of_typing_and_dialect_are_heard(text: str, line: str) -> None:
    assert detect(text) == line


@pytest.mark.parametrize("where", ["阁楼", "牛棚", "车库", "柴房"])
def test_every_part_of_a_house_can_burn(where: str) -> None:
    assert detect(f"{where}在烧") == "119"


def test_a_yes_that_is_said_twice_is_no_head_on_crash() -> None:
    assert detect("对头对头") is None
    assert detect("两个大货车头对头顶一起了") == "122"


def test_an_accident_with_injured_people_is_122_and_names_the_ambulance_too() -> None:
    text = "前面发生车祸，有人昏迷了"
    assert detect(text) == "122"
    assert also_ambulance(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("车子撞树上了，里面的人喊救命", "122"),
        ("罐车翻了在漏油，冒白烟，有一股氨气味，好几个人晕倒", "119"),
        ("来人啊，他晕倒了，口吐白沫", "120"),
    ],
)
def test_where_there_are_signs_of_several_kinds_the_line_with_most_is_named(text: str, line: str) -> None:
    assert detect(text) == line


# Doubts count where they belong --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("去年我家着火了", id="past"),
        pytest.param("昨天楼下着火了，消防车进不来", id="past, before"),
        pytest.param("仓库起火了已经扑灭，谁来清理", id="settled"),
        pytest.param("被狗咬晕倒了，要求赔偿", id="about money"),
        pytest.param("被车撞了误工费怎么算", id="a question"),
        pytest.param("万一有人掉河里了呢", id="a condition"),
        pytest.param("这里没有护栏，小孩容易掉河里", id="feared"),
        pytest.param("虚惊一场，没有着火了", id="denied"),
        pytest.param("梦见我家着火了", id="dreamt"),
        pytest.param("学校搞着火了怎么逃生的演练", id="a drill"),
        pytest.param("感谢120及时赶到，我爸晕倒了", id="praise"),
        pytest.param("民警不作为，有人打架也不管", id="about a service"),
        pytest.param("门口常有人打架", id="a habit"),
        pytest.param("热死了，空调坏了", id="a figure of speech"),
        pytest.param("手机被困在快递柜里了", id="a thing, nobody"),
        pytest.param("My car was hit by a car last week", id="past, English"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_doubt_takes_a_sign_away(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("救命，我好怕，他拿着刀在门外", "110"),
        ("去年这里也着火过。现在隔壁又着火了！", "119"),
        ("上次着火了你们来得慢，现在又着火了", "119"),
        ("我以前打过110，态度很差。有人拿着刀在门口！", "110"),
        ("热死了。老人晕倒了叫不醒", "120"),
        ("如果再不来人就要死了，他在流血", "120"),
        ("物业天天说修，现在我被关在电梯里了", "119"),
        ("刚才被车撞了，不知道保险赔不赔", "122"),
        ("Last year it was fine. Now my house is on fire", "119"),
    ],
)
def test_a_doubt_about_something_else_does_not(text: str, line: str) -> None:
    assert detect(text) == line


@pytest.mark.parametrize(
    ("text", "line"), [("门口有浓烟", None), ("门口有浓烟，快来", "119"), ("楼下有浓烟，还有焦味", "119")]
)
def test_a_sign_that_is_only_likely_needs_a_word_of_now_or_another_sign(text: str, line: str | None) -> None:
    assert detect(text) == line


# Letters --------------------------------------------------------------------------------------------------------------

LETTER_ABOUT_STAIRS = "我们小区楼道里堆满杂物，多次向物业反映，物业说没有经费，社区来过两回，拍了照片就走了。" * 3


@pytest.mark.parametrize(
    ("last", "line"),
    [
        ("对面那栋着过火。", None),
        ("这样下去会着火的，请你们来看一看。", None),
        ("去年三楼着火了，烧坏两户人家。", None),
        ("现在一楼着火了，我们下不去！", "119"),
        ("刚才我爸突然倒在地上，叫不醒了", "120"),
        ("现在有人拿着刀在砸我家的门", "110"),
        ("救救我们吧！", None),
    ],
)
def test_in_a_letter_only_danger_that_says_now_is_heard(last: str, line: str | None) -> None:
    assert len(LETTER_ABOUT_STAIRS) > LETTER
    assert detect(LETTER_ABOUT_STAIRS + last) == line


def test_what_a_letter_asks_for_after_telling_of_danger_makes_it_a_report() -> None:
    letter = LETTER_ABOUT_STAIRS + "刚才一楼着火了。"
    assert detect(letter) == "119"
    assert detect(letter + "我们自己扑灭了，要求物业赔偿。") is None


def test_a_long_calm_account_of_danger_is_heard_where_it_only_tells() -> None:
    text = "您好，我住在紫金路那边的老房子，二楼，门口有一棵很大的樟树，对面是一家卖早点的小店。" * 2
    assert len(text) < LETTER < len(text + "我家厨房着火了，油锅里的油溅到窗帘上，我和两个孩子在阳台上。")
    assert detect(text + "我家厨房着火了，油锅里的油溅到窗帘上，我和两个孩子在阳台上。") == "119"


# What holds for any cry ----------------------------------------------------------------------------------------------

cry = st.sampled_from(sorted(CRIES))


@given(
    cry,
    st.sampled_from(["", "您好，", "你好。", "麻烦你们，", "不好意思打扰了，", "请问有人吗，", "我好怕，", "喂 "]),
    st.sampled_from(["", "，谢谢", "。麻烦了", "，求求你们", "！", "，我很害怕", "，拜托"]),
)
def test_politeness_and_fear_around_a_cry_do_not_silence_it(text: str, before: str, after: str) -> None:
    assert detect(before + text + after) == CRIES[text]


@given(cry, st.sampled_from(["如果", "万一", "假如", "要是", "倘若", "一旦"]))
def test_a_condition_before_a_cry_silences_it(text: str, condition: str) -> None:
    assert detect(condition + text) is None


@given(cry.filter(lambda text: "又" not in text), st.sampled_from(["去年", "上个月", "前年", "小时候", "三年前，"]))
def test_a_word_of_the_past_before_a_cry_silences_it(text: str, past: str) -> None:
    assert detect(past + text) is None


@given(cry, st.sampled_from("！。，；\n"))
def test_a_cry_that_is_repeated_means_the_same(text: str, between: str) -> None:
    assert detect(text + between + text) == CRIES[text]


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert detect(text) in (None, "110", "119", "120", "122")


# Who else helps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["有人拿刀砍人", "他流血了", "腿骨折了", "He is injured", "他掉下来叫不醒"])
def test_where_somebody_is_hurt_an_ambulance_is_named_too(text: str) -> None:
    assert also_ambulance(text)


@pytest.mark.parametrize("text", ["我家着火了", "孩子不见了", "有人在撬锁", "路灯坏了"])
def test_where_nobody_is_hurt_no_ambulance_is_named(text: str) -> None:
    assert not also_ambulance(text)


@pytest.mark.parametrize("text", ["我不想活了", "有人要跳楼", "活着没意思", "I want to die", "活够了，绳子都挂好了"])
def test_words_of_somebody_who_may_harm_themselves_are_known(text: str) -> None:
    assert self_harm(text)


@pytest.mark.parametrize(
    "text", ["我家着火了", "救命，有人拿刀", "热死了", "快来人", "着火了，火势很大，浓烟往上冒，我坐在窗台上腿在外面"]
)
def test_other_danger_is_not_taken_for_suicide(text: str) -> None:
    assert not self_harm(text)


@pytest.mark.parametrize(
    "text",
    [
        "我被骗了 他让我转到安全账户 我刚转了两万",
        "有人打电话说我医保卡异常让我转账到安全账户",
        "客服让我下载个软件共享屏幕操作退款",
        "刷单做任务垫了三千块提不出来了",
        "我们这边路灯坏了三个月没人修。有人打电话要我转账到安全账户",
        "自称公安局的让我妈转账，我妈正在银行",
    ],
)
def test_a_swindle_under_way_needs_the_police_and_its_own_words(text: str) -> None:
    assert scam(text)


@pytest.mark.parametrize(
    "text",
    [
        "银行客服态度很差",
        "反诈宣传讲安全账户都是骗人的",
        "我家被偷了",
        "社保局打电话让我补缴社保",
        "银行让我转账交首付",
        "陌生人拿刀逼我转账，救命",
    ],
)
def test_money_and_thieves_alone_are_no_swindle(text: str) -> None:
    assert not scam(text)


def test_figures_of_speech_and_bad_lines_are_no_danger() -> None:
    assert [detect(text) for text in ("说了好几个月都没用，气死人了", "我耳朵不好，电话听不清，发短信")] == [None, None]
    assert detect("出车祸了，死人了") and detect("我爸突然说话说不清了")
