"""What a message changes of what was told before: words for words, sentences by number, nothing pasted in."""

from __future__ import annotations

import pytest

from bot.dialogue.act import Act, Context
from bot.dialogue.acts import read
from bot.dialogue.changes import listed, sentences
from bot.dialogue.hearing import hear
from bot.dialogue.intake import Intake, begin
from bot.dialogue.swaps import Swap, swap
from bot.hotline.classification import Classification
from bot.language.turns import Said, pieces
from bot.language.understanding import Understanding

ACCOUNT = "楼下烧烤店油烟大，我家孩子咳了两个月。老板说谁告都没用，我骂了他两句。上礼拜报过一次，没人来。"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("不是灯塔街，是大洋路", Swap("大洋路", "灯塔街")),
        ("大洋路不是大阳路", Swap("大洋路", "大阳路")),
        ("地方写错了 是横溪不是恒溪", Swap("横溪", "恒溪")),
        ("请把“态度恶劣”改为“未予答复”", Swap("未予答复", "态度恶劣")),
        ("地址写成莲城路了，是莲城东路", Swap("莲城东路", "莲城路")),
        ("早上6点多，你写成下午6点了", Swap("早上6点多", "下午6点")),
        ("砍树的是他二儿子，不是大儿子", Swap("他二儿子", "大儿子")),
        ("地点应该是锦绣华庭丽青路266号", Swap("锦绣华庭丽青路266号")),
        ("3号楼，刚才说错了", Swap("3号楼")),
    ],
)
def test_what_is_put_for_what(words: str, found: Swap) -> None:
    assert swap(words) == found


def heard(text: str, *labels: str, account: str = ACCOUNT, listed: bool = False) -> list[Act]:
    parts = pieces(text)
    said = tuple(Said(part, label, 0.97) for part, label in zip(parts, labels, strict=True))
    return read(text, Context("confirm", "莲都区丽青路", account, said=said, listed=listed))


@pytest.mark.parametrize(
    ("text", "labels", "act"),
    [
        ("是三个月不是两个月", ["fix_story"], Act("replace", value="三个月", old="两个月")),
        ("咳了三个月了", ["fix_story"], Act("replace", value="三个月", old="两个月")),
        ("不是烧烤店，是龙虾馆", ["fix_story", "fix_story"], Act("replace", value="龙虾馆", old="烧烤店")),
        ("是他先动的手，不是我", ["fix_story", "fix_story"], Act("amend", value="是他先动的手，不是我")),
        ("那句我骂了他别写进去", ["remove"], Act("drop", old="我骂了他")),
        ("把“老板说谁告都没用”删掉", ["remove"], Act("drop", old="老板说谁告都没用")),
        ("难听的话帮我去掉", ["remove"], Act("unclear")),
        ("刚才加的那句不要", ["remove"], Act("drop")),
        ("我的名字别写", ["remove"], Act("remove", "name")),
        ("我不是投诉，是求助", ["kind", "kind"], Act("reclassify", value="assistance")),
        ("这是要表扬人家的呀，怎么给我写成投诉了", ["kind", "kind"], Act("reclassify", value="praise")),
        ("怎么变成投诉了", ["kind"], Act("reclassify", value="assistance")),
        ("写投诉！什么建议", ["kind", "kind"], Act("reclassify", value="complaint")),
        ("地点写错了，是锦绣华庭丽青路266号", ["no", "fix_place"], Act("correct", "location", "锦绣华庭丽青路266号")),
        ("联系人写阿福面馆", ["fix_name"], Act("correct", "name", "阿福面馆")),
        ("写叶老师就行", ["fix_name"], Act("correct", "name", "叶老师")),
        ("时间是上个礼拜三晚上", ["fix_time"], Act("correct", "occurred_at", "上个礼拜三晚上")),
        ("这是两件事", ["several"], Act("several")),
        ("第2句不要", ["remove"], Act("drop", old="我家孩子咳了两个月。")),
        ("第五句改成：上礼拜报过两次", ["fix_story"], Act("replace", value="上礼拜报过两次", old="上礼拜报过一次，")),
    ],
)  # fmt: skip
def test_a_change_at_the_summary(text: str, labels: list[str], act: Act) -> None:
    assert heard(text, *labels) == [act]


def test_a_number_that_only_sounds_like_a_place_is_put_where_its_like_stands() -> None:
    assert heard("不对，是11路", "no", "fix_place", account="12路公交车不停站") == [
        Act("replace", value="11路", old="12路")
    ]


def test_a_yes_beside_a_change_is_kept_apart() -> None:
    assert heard("其他都对，就是咳了三个月", "yes", "fix_story") == [
        Act("replace", value="三个月", old="两个月"),
        Act("yes"),
    ]


@pytest.mark.parametrize(
    ("text", "numbers"), [("2", [1]), ("去掉第1句和第3句", [0, 2]), ("第二句", [1]), ("2不要", [1]), ("2、3", [1, 2])]
)
def test_sentences_that_were_shown_are_left_out_by_number(text: str, numbers: list[int]) -> None:
    told = sentences(ACCOUNT)
    assert heard(text, *["remove"] * len(pieces(text)), listed=True) == [Act("drop", old=told[n]) for n in numbers]


def test_a_number_is_no_choice_where_nothing_was_shown() -> None:
    assert not any(act.kind == "drop" for act in heard("2", "chat"))


def test_the_list_tells_every_word_and_is_left_out_where_there_is_nothing_to_choose() -> None:
    assert "".join(sentences(ACCOUNT)) == ACCOUNT
    assert listed(ACCOUNT).split("\n")[0] == "1. 楼下烧烤店油烟大，"
    assert listed("路灯坏了") == ""


def told(text: str) -> Intake:
    return begin(text, Understanding("report_matter", 0.9, "accept", classification=Classification("complaint", [])))


@pytest.mark.parametrize(
    ("text", "label", "left"),
    [
        ("那句我骂了他别写进去", "remove", ACCOUNT.replace("我骂了他两句。", "")),
        ("是三个月不是两个月", "fix_story", ACCOUNT.replace("两个月", "三个月")),
        ("是他先动的手不是我", "fix_story", ACCOUNT + "\n更正：是他先动的手不是我"),
        ("难听的话帮我去掉", "remove", ACCOUNT),
    ],
)
def test_the_account_has_what_was_meant_and_no_word_about_the_change(text: str, label: str, left: str) -> None:
    intake = told(ACCOUNT)
    hear(intake, "confirm", text, Understanding("report_matter", 0.5), (Said(text, label, 0.97),))
    assert "\n".join(intake.account).replace("。", "").replace("，", "") == left.replace("。", "").replace("，", "")


def test_all_that_was_told_is_never_left_out() -> None:
    intake = told("路灯坏了")
    found = hear(
        intake, "confirm", "把路灯坏了去掉", Understanding("deny", 0.5), (Said("把路灯坏了去掉", "remove", 0.9),)
    )
    assert found.unclear and intake.account == ["路灯坏了"]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("去掉第1 2句，第5改成上礼拜报过三次", [
            Act("replace", value="上礼拜报过三次", old="上礼拜报过一次，"),
            Act("drop", old="楼下烧烤店油烟大，"),
            Act("drop", old="我家孩子咳了两个月。"),
        ]),
        ("请去掉第2句、第3句和第4句。", [
            Act("drop", old="我家孩子咳了两个月。"),
            Act("drop", old="老板说谁告都没用，"),
            Act("drop", old="我骂了他两句。"),
        ]),
    ],
)  # fmt: skip
def test_several_sentences_are_changed_by_number_at_once(text: str, acts: list[Act]) -> None:
    assert heard(text, *["remove"] * len(pieces(text)), listed=True) == acts


@pytest.mark.parametrize(
    ("text", "labels", "acts"),
    [
        ("推下楼梯牙断了怎么没写", ["story"], [Act("tell", value="推下楼梯牙断了")]),
        ("告都没用那个不要写了 人家一看就知道是我", ["story", "story"], [Act("drop", old="老板说谁告都没用")]),
        ("我没说不留电话呀", ["remove"], [Act("unclear")]),
        ("太长了能不能弄短点", ["process"], [Act("unclear")]),
        ("能不能分别登记", ["ask"], [Act("several")]),
    ],
)
def test_what_words_say_plainly_counts_more_than_what_was_learned(
    text: str, labels: list[str], acts: list[Act]
) -> None:
    assert heard(text, *labels) == acts


@pytest.mark.parametrize(
    ("text", "label", "account", "time"),
    [
        ("不是星期四，是星期五上午", "fix_time", "上个星期五上午我坐5路车，司机扶我", "星期五上午"),
        ("时间应该是前天", "fix_time", "前天我坐5路车，司机扶我", "前天"),
        ("下午", "fix_time", "上个星期四下午我坐5路车，司机扶我", "上个星期四下午"),
    ],
)
def test_a_corrected_time_is_put_right_in_the_account_too(text: str, label: str, account: str, time: str) -> None:
    intake = told("上个星期四上午我坐5路车，司机扶我")
    intake.take_time("上个星期四上午")
    said = tuple(Said(part, label, 0.97) for part in pieces(text))
    hear(intake, "confirm", text, Understanding("report_matter", 0.5), said)
    assert str(intake.occurred_at).partition("（")[0] == time
    assert "\n".join(intake.account) == account
