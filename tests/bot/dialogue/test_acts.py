"""What a message does is read in the light of what was asked: a question is no place, a correction corrects."""

from __future__ import annotations

import pytest

from bot.dialogue.act import Act, Context
from bot.dialogue.acts import read
from bot.language.turns import Said, pieces

PLACE = "莲都区灯塔街3号"


def acts(text: str, question: str, place: str | None = PLACE, account: str = "楼下的烧烤店特别吵") -> list[Act]:
    return read(text, Context(question, place, account))


def facts(text: str, question: str, place: str | None = PLACE) -> dict[str | None, str | None]:
    return {act.field: act.value for act in acts(text, question, place) if act.kind in ("answer", "correct")}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("在云和", "云和"),
        ("老车站对面菜场门口", "老车站对面菜场门口"),
        ("在白云小区，这个要多久能办好？", "白云小区"),
        ("没有路牌，在桥头", "没有路牌，在桥头"),
        ("就在大洋路88号那里，昨天晚上开始的", "大洋路88号那里"),
        ("near the school on Liyang road", "near the school on Liyang road"),
    ],
)
def test_a_place_is_taken_from_what_is_one(text: str, place: str) -> None:
    assert facts(text, "location", None)["location"] == place


@pytest.mark.parametrize(
    "text",
    [
        "你们什么时候能来？",
        "13812345678",
        "你是不是听不懂人话",
        "工资不发！！送外卖的 站点拖着",
        "昨天晚上十点",
        "谢谢",
        "会不会泄露我的名字",
    ],
)
def test_what_is_no_place_is_not_taken_for_one(text: str) -> None:
    assert "location" not in facts(text, "location", None)


@pytest.mark.parametrize(
    ("text", "question", "topic"),
    [
        ("你们什么时候能来？", "location", "term"),
        ("要多久才有人管", "phone", "term"),
        ("该找谁", "phone", "unit"),
        ("你们为什么要我手机号", "phone", "why_contact"),
        ("会不会泄露我的名字", "phone", "privacy"),
        ("那小刘医生会晓得是我表扬的吗", "confirm", "privacy"),
        ("你是机器人吗", "location", "robot"),
        ("在吗", "phone", "here"),
        ("收不收费啊", "confirm", "free"),
        ("你们到底管不管", "confirm", "useful"),
    ],
)
def test_a_question_about_the_process_is_one_in_any_question(text: str, question: str, topic: str) -> None:
    assert [(act.kind, act.field) for act in acts(text, question)] == [("ask", topic)]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("不是灯塔街，是大洋路", "location", "大洋路"),
        ("3号楼，刚才说错了", "location", "3号楼"),
        ("地点写错了，是龙泉市剑池街道5号", "location", "龙泉市剑池街道5号"),
        ("对的，不过时间是周末", "occurred_at", "周末"),
        ("时间不对，是上周三晚上", "occurred_at", "上周三晚上"),
        ("电话改成13900001111", "phone", "13900001111"),
        ("名字写错了，叫王芬", "name", "王芬"),
        ("地址写错了不好意思，不是灯塔街，是壶镇镇苍岭路 溪滨小区3幢", "location", "壶镇镇苍岭路 溪滨小区3幢"),
    ],
)
def test_a_correction_changes_the_thing_corrected(text: str, field: str, value: str) -> None:
    found = acts(text, "confirm")
    assert Act("correct", field, value) in [Act(act.kind, act.field, act.value) for act in found]
    assert not any(act.kind == "tell" for act in found), "the correction itself is no part of the story"


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("不是表扬，是投诉", Act("reclassify", value="complaint")),
        ("这是一件事", Act("merge")),
        ("把电话删掉", Act("remove", "phone")),
        ("前面那句烧烤店不要写进去", Act("drop", old="烧烤店")),
        ("把那句骂人的删了 写 外卖站点拖欠两个月工资", Act("rewrite", value="外卖站点拖欠两个月工资")),
        ("我想匿名反映，不留名字和电话可以吗？", Act("refuse", "phone")),
    ],
)
def test_what_else_can_be_changed(text: str, act: Act) -> None:
    question = "phone" if act.kind == "refuse" else "confirm"
    assert act in acts(text, question)


@pytest.mark.parametrize(
    "text", ["对的", "嗯嗯没问题 ★★ ^^", "好的谢谢", "yes, correct", "嗯对的，提交吧🙏", "路牌那个提交吧"]
)
def test_a_plain_yes(text: str) -> None:
    assert {act.kind for act in acts(text, "confirm")} == {"yes"}


@pytest.mark.parametrize(
    "text",
    ["对了，他们还占着人行道", "好的，那多久能办好", "对的，不过时间是周末", "不对", "先别提交", "嗯，还有油烟也大"],
)
def test_a_yes_with_anything_else_is_more_than_a_yes(text: str) -> None:
    assert {act.kind for act in acts(text, "confirm")} != {"yes"}


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("姓周 13857800215 几时能来通啊？", "周", "13857800215"),
        ("姓李 李建国 13957801234", "李建国", "13957801234"),
        ("俺姓刘", "刘", None),
        ("15857812345 叫阿强", "阿强", "15857812345"),
        ("My name is Daniel Brooks 13857800217", "Daniel Brooks", "13857800217"),
        ("叫我吴阿姨好了🌹 黑了一个礼拜了 晚上出门怕摔跤😥", "吴阿姨", None),
    ],
)
def test_name_and_phone_beside_other_things(text: str, name: str, phone: str | None) -> None:
    found = facts(text, "phone")
    assert (found.get("name"), found.get("phone")) == (name, phone)


def test_what_is_told_at_the_wrong_moment_is_kept() -> None:
    told = [act.value for act in acts("叫我吴阿姨好了 黑了一个礼拜了 晚上出门怕摔跤", "phone") if act.kind == "tell"]
    assert told == ["黑了一个礼拜了，晚上出门怕摔跤"]


@pytest.mark.parametrize(
    "text", ["民警来了也没管", "上次的工单也没解决", "他们没打招呼就停水了", "医生马上就下班了", "你们派来的人又没修好"]
)
def test_what_only_sounds_like_talk_is_part_of_the_story(text: str) -> None:
    assert [act.kind for act in acts(text, "confirm")] == ["tell"]


@pytest.mark.parametrize("text", ["怕你们不保密", "你们是不是不保密", "会不会公开"])
def test_a_fear_for_confidence_does_not_give_it_up(text: str) -> None:
    assert Act("publish") not in acts(text, "phone")


def test_confidence_is_given_up_outright() -> None:
    assert Act("publish") in acts("不用保密的", "confirm")


def test_a_place_of_several_words_is_kept_as_it_was_written() -> None:
    assert facts("遂昌 妙高街道 北街12号", "location", None)["location"] == "遂昌 妙高街道 北街12号"


def test_silence_says_nothing() -> None:
    assert acts("。。。", "phone") == []


@pytest.mark.parametrize("text", ["打过了呀，消防车都到楼下了。刚才那个路牌的事接着说吧", "没危险没危险"])
def test_that_help_has_come_is_no_fact_of_the_matter(text: str) -> None:
    assert acts(text, "occurred_at") == []


# What was learned, where the rules see only a part of the matter ---------------------------------------------------


def learned(text: str, question: str, *labels: tuple[str, float], matters: int = 1) -> list[Act]:
    parts = pieces(text)
    said = tuple(Said(part, *label) for part, label in zip(parts, labels, strict=True))
    return read(text, Context(question, PLACE, "楼下的烧烤店特别吵", matters, said))


@pytest.mark.parametrize(
    ("text", "label", "act"),
    [
        ("那人家晓得是我讲的咋整", "process", Act("ask", "privacy", "那人家晓得是我讲的咋整")),
        ("那修车钱归哪个出", "ask", Act("ask", None, "那修车钱归哪个出")),
        ("那这边是啥子软件", "process", Act("ask", "other", "那这边是啥子软件")),
        ("跟这只机器没得讲头", "grumble", Act("grumble", value="跟这只机器没得讲头")),
        ("屋里没门牌的喏", "skip", Act("refuse", "location")),
    ],
)
def test_what_is_no_part_of_the_matter_does_not_get_into_it(text: str, label: str, act: Act) -> None:
    assert learned(text, "location", (label, 0.9)) == [act]
    assert learned(text, "location", (label, 0.3)) != [act], "unsure"


def test_small_talk_beside_a_story_is_left_out() -> None:
    found = learned("他们昨晚又吵到三点，你这人说话真逗", "phone", ("story", 0.9), ("chat", 0.9))
    assert found == [Act("tell", value="他们昨晚又吵到三点")]


def test_a_yes_that_was_learned_files_only_when_it_is_very_sure() -> None:
    assert learned("就这么弄上去得了", "confirm", ("yes", 0.8)) == [Act("tell", value="就这么弄上去得了")]
    assert learned("就这么弄上去得了", "confirm", ("yes", 0.95)) == [Act("yes")]


@pytest.mark.parametrize(
    ("text", "which"),
    [("第二件不要", "2"), ("删掉第1件", "1"), ("把表扬删掉", "praise"), ("表扬那件不要", "praise")],
)
def test_one_of_several_matters_is_taken_out(text: str, which: str) -> None:
    assert read(text, Context("confirm", PLACE, "", 2))[0] == Act("drop_matter", value=which)
    assert Act("drop_matter", value=which) not in read(text, Context("confirm", PLACE, "", 1))


@pytest.mark.parametrize("text", ["怎么是公安局", "不要派农业局", "派错了", "这事不归卫健委管"])
def test_an_objection_to_the_unit_is_heard(text: str) -> None:
    assert read(text, Context("confirm", PLACE, "楼上滴水")) == [Act("doubt_unit", value=text)]


def _said(*parts: tuple[str, str, float]) -> tuple[Said, ...]:
    return tuple(Said(*part) for part in parts)


def test_a_place_told_in_pieces_is_one_place() -> None:
    said = _said(("云和镇，", "place", 0.99), ("中山街老粮站旁边", "place", 0.97))
    [act] = read("云和镇，中山街老粮站旁边", Context("location", said=said))
    assert (act.kind, act.field) == ("answer", "location") and "云和镇" in str(act.value) and "粮站" in str(act.value)


def test_talk_about_the_order_is_unclear_at_the_summary_and_never_a_part_of_it() -> None:
    said = _said(("那些“我怕得很”的话给我拿开嘛", "remove", 0.6))
    assert read("那些“我怕得很”的话给我拿开嘛", Context("confirm", said=said)) == [Act("unclear")]


def test_what_could_be_changed_is_changed_and_the_rest_is_not_asked_for() -> None:
    said = _said(("又变成他的号码了，", "fix_phone", 0.99), ("13957100286", "fix_phone", 0.99))
    assert read("又变成他的号码了，13957100286", Context("confirm", said=said)) == [
        Act("correct", "phone", "13957100286")
    ]


@pytest.mark.parametrize("text", ["包工头姓罗，叫罗建军，厂房在壶镇", "那个老板叫罗建军"])
def test_the_name_of_another_is_no_contact(text: str) -> None:
    assert "name" not in facts(text, "phone")


def test_what_it_costs_is_about_what_was_asked_just_before() -> None:
    said = _said(("是不是要去法院啊 ", "ask", 0.95), ("要不要钱", "process", 0.95))
    [act] = read("是不是要去法院啊 要不要钱", Context("phone", said=said))
    assert (act.kind, act.field) == ("ask", None) and "法院" in str(act.value) and "要钱" in str(act.value)


def test_an_insult_to_the_assistant_writes_no_account() -> None:
    assert not any(act.kind == "rewrite" for act in acts("你写他当联系人 脑壳有病啊", "confirm"))
