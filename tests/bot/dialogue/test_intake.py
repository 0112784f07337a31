"""The form asks for what is missing, keeps every fact, and makes drafts of work orders."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import local_now
from bot.dialogue.hearing import hear
from bot.dialogue.intake import Intake, begin, is_bare_wish, is_step_back
from bot.hotline.classification import Classification
from bot.hotline.requester import Requester
from bot.language.extract.answers import is_skip
from bot.language.extract.facts import find_name, find_time
from bot.language.extract.places import find_location
from bot.language.understanding import Part, Slots, Understanding
from bot.privacy import find_phone

NOISE, LAMPS = ["环境保护", "噪声污染"], ["城乡建设", "市政设施"]
PLACE, TIME = "莲都区丽阳街123号", "昨天晚上十点"


def understood(text: str, kind: str = "complaint", category: list[str] = NOISE, **values: Any) -> Understanding:
    """The understanding of a matter with the facts that the text really says."""
    place = find_location(text)
    slots = Slots(place.text, find_time(text), find_name(text), find_phone(text))
    classification = Classification(kind, category)
    return Understanding(
        "report_matter", 0.9, "accept", classification=classification, region=place.region, slots=slots, **values
    )


def opened(text: str = "楼下的烧烤店特别吵", **values: Any) -> Intake:
    return begin(text, understood(text, **values))


def answered(intake: Intake, **answers: str) -> Intake:
    for question, text in answers.items():
        hear(intake, question, text, understood(text))
    return intake


def complete() -> Intake:
    return answered(opened(), location=PLACE, phone="王芳，13812345678")


def two_matters(text: str = "路灯坏了三天没人修，另外楼下的烧烤店特别吵") -> Intake:
    parts = [
        Part("路灯坏了三天没人修", Classification("complaint", LAMPS)),
        Part("另外楼下的烧烤店特别吵", Classification("complaint", NOISE, "expedited")),
    ]
    return opened(text, parts=parts, matters=2)


# What is asked --------------------------------------------------------------------------------------------------------


def test_only_what_is_missing_is_asked_one_thing_at_a_time() -> None:
    intake = opened()
    assert intake.next_question() == "location"
    answered(intake, location=PLACE)
    assert intake.next_question() == "phone"
    answered(intake, phone="王芳，13812345678")
    assert intake.next_question() == "confirm"


def test_a_message_that_says_everything_needs_only_a_yes() -> None:
    intake = opened(f"我叫王芳，电话13812345678，{TIME}{PLACE}的烧烤店特别吵")
    assert intake.next_question() == "confirm"
    [draft] = intake.drafts("v", "web")
    day = local_now().date() - timedelta(days=1)
    assert (draft.location, draft.occurred_at, draft.region) == (PLACE, f"{TIME}（{day} 22:00）", "莲都区")
    assert (draft.requester.name, draft.requester.phone) == ("王芳", "13812345678")


@pytest.mark.parametrize(
    "wish", ["我要投诉", "我想反映一个问题", "你好，我要举报", "投诉", "I want to make a complaint"]
)
def test_a_bare_wish_to_file_is_asked_what_it_is_about(wish: str) -> None:
    assert is_bare_wish(wish)
    intake = opened(wish)
    assert intake.next_question() == "description"
    answered(intake, description="楼下的烧烤店特别吵")
    assert intake.next_question() == "location"
    assert intake.drafts("v", "web")[0].description == "楼下的烧烤店特别吵"


@pytest.mark.parametrize(
    "text", ["我要投诉楼下烧烤店很吵", "反映一下路灯坏了", "公司拖欠工资", "The street lamp is broken"]
)
def test_a_wish_that_says_what_it_is_about_is_not_asked_again(text: str) -> None:
    assert not is_bare_wish(text)
    assert opened(text).next_question() != "description"


def test_the_county_is_asked_where_the_place_does_not_tell_it() -> None:
    intake = answered(opened(), location="解放街88号")
    assert intake.next_question() == "region"
    answered(intake, region="龙泉的")
    assert intake.next_question() == "phone"
    [draft] = intake.drafts("v", "web")
    assert (draft.region, draft.unit) == ("龙泉市", "龙泉市综合行政执法局")


def test_a_county_that_nobody_can_make_out_is_left_open_after_the_second_try() -> None:
    intake = answered(opened(), location="解放街88号", region="就是老地方那边")
    assert intake.next_question() == "region"
    answered(intake, region="跟你讲了也弗晓得")
    assert intake.next_question() == "phone"
    [draft] = intake.drafts("v", "web")
    assert draft.region == "市本级"
    assert "就是老地方那边" in draft.description


@pytest.mark.parametrize("kind", ["consultation", "suggestion", "praise"])
def test_a_question_a_suggestion_or_a_praise_needs_no_place(kind: str) -> None:
    assert opened(kind=kind).next_question() == "phone"


def test_a_class_that_needs_no_place_is_not_asked_for_one() -> None:
    assert opened("公积金取不出来是怎么回事", category=["城乡建设", "住房公积金"]).next_question() == "phone"


# Answers --------------------------------------------------------------------------------------------------------------


def test_a_short_answer_is_the_place_itself_also_where_no_map_knows_it() -> None:
    intake = answered(opened(), location="老樟树下的小卖部")
    assert intake.place() == "老樟树下的小卖部"


def test_a_long_answer_gives_its_place_and_is_kept_as_a_whole() -> None:
    text = f"就在{PLACE}，从大门进来左手边第二家，晚上九点以后开始摆桌子，一直摆到路中间"
    intake = answered(opened(), location=text)
    assert intake.place() == PLACE
    [draft] = intake.drafts("v", "web")
    assert text in draft.description


def test_a_time_is_kept_as_it_was_said() -> None:
    [draft] = answered(opened(), occurred_at="一直都这样").drafts("v", "web")
    assert draft.occurred_at == "一直都这样"
    assert "一直都这样" in draft.description


def test_a_long_answer_gives_its_time_and_is_kept_as_a_whole() -> None:
    text = "应该是上周三晚上八点左右开始的吧，当时我正好下楼倒垃圾，看到他们在门口摆桌子，后来就一直没有停过"
    [draft] = answered(opened(), occurred_at=text).drafts("v", "web")
    assert draft.occurred_at and re.fullmatch(r"上周三晚上八点左右开始（20\d\d-\d\d-\d\d起 20:00）", draft.occurred_at)
    assert text in draft.description


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("王芳，13812345678", "王芳", "13812345678"),
        ("13812345678", None, "13812345678"),
        ("王女士 138 1234 5678", "王女士", "13812345678"),
        ("座机0578-2123456", None, "0578-2123456"),
    ],
)
def test_name_and_phone_are_taken_together(text: str, name: str | None, phone: str) -> None:
    intake = answered(opened(), phone=text)
    assert (intake.requester.name, intake.requester.phone) == (name, phone)


def test_a_phone_that_is_incomplete_is_asked_for_once_more_and_then_left_out() -> None:
    intake = answered(opened(), location=PLACE, phone="王芳 1381234567")
    assert intake.next_question() == "phone"
    answered(intake, phone="1381234567")
    assert intake.next_question() == "confirm"
    [draft] = intake.drafts("v", "web")
    assert (draft.requester.name, draft.requester.phone) == ("王芳", None)


def test_the_name_given_first_stays_when_the_phone_follows() -> None:
    intake = answered(opened(), phone="王芳")
    answered(intake, phone="13812345678")
    assert (intake.requester.name, intake.requester.phone) == ("王芳", "13812345678")


@pytest.mark.parametrize(
    "text",
    [
        "跳过",
        "不知道",
        "不清楚。",
        "没有",
        "无",
        "不想说",
        "匿名",
        "不方便透露",
        "不用了",
        "不记得",
        "Skip",
        "no.",
        "不填了吧",
    ],
)
def test_what_somebody_does_not_want_to_tell_is_left_out(text: str) -> None:
    assert is_skip(text)
    intake = answered(opened(), location=text, phone=text)
    assert intake.next_question() == "confirm"
    [draft] = intake.drafts("v", "web")
    assert (draft.location, draft.requester) == (None, Requester())
    assert draft.description == "楼下的烧烤店特别吵"


@pytest.mark.parametrize(
    "text", ["没有路牌，在桥头", "不清楚门牌，丽阳街上", "无名路", "丽阳街", "no. 5 Liyang Street"]
)
def test_an_answer_that_begins_like_a_refusal_is_an_answer(text: str) -> None:
    assert not is_skip(text)
    assert answered(opened(), location=text).place() == text


# One step back, corrections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["上一步", "返回", "回到上一步", "退回。", "back"])
def test_words_for_one_step_back(text: str) -> None:
    assert is_step_back(text)


@pytest.mark.parametrize("text", ["返回工资", "", "上一步楼梯坏了", "把钱退回来"])
def test_other_words_are_no_step_back(text: str) -> None:
    assert not is_step_back(text)


def test_one_step_back_asks_the_last_question_again() -> None:
    intake = complete()
    assert intake.step_back()
    assert (intake.next_question(), intake.requester) == ("phone", Requester())
    assert intake.step_back()
    assert (intake.next_question(), intake.place(), intake.region) == ("location", None, None)
    assert not intake.step_back()


def test_one_step_back_takes_back_a_refusal_too() -> None:
    intake = answered(opened(), location="不知道")
    assert intake.next_question() == "phone"
    assert intake.step_back()
    assert intake.next_question() == "location"


@pytest.mark.parametrize("question", ["description", "location", "phone"])
def test_a_fact_that_is_reopened_is_asked_again_and_nothing_else(question: str) -> None:
    intake = complete()
    intake.reopen(question)
    assert intake.next_question() == question
    new = {"description": "楼上装修特别吵", "location": "莲都区大洋路5号", "phone": "李明 13900001111"}[question]
    answered(intake, **{question: new})
    assert intake.next_question() == "confirm"
    [draft] = intake.drafts("v", "web")
    assert draft.location == ("莲都区大洋路5号" if question == "location" else PLACE)
    assert draft.requester.phone == ("13900001111" if question == "phone" else "13812345678")
    assert ("楼上装修特别吵" in draft.description) == (question == "description")
    assert ("烧烤店" in draft.description) == (question != "description")


def test_a_time_that_is_reopened_is_forgotten() -> None:
    intake = answered(opened(), occurred_at=TIME)
    intake.reopen("occurred_at")
    assert intake.drafts("v", "web")[0].occurred_at is None


def test_a_place_corrected_at_the_summary_changes_region_and_unit() -> None:
    intake = complete()
    text = "地点写错了，是龙泉市剑池街道5号"
    hear(intake, "confirm", text, understood(text))
    [draft] = intake.drafts("v", "web")
    assert (draft.location, draft.region) == ("龙泉市剑池街道5号", "龙泉市")
    assert draft.unit == "龙泉市综合行政执法局"
    assert intake.next_question() == "confirm"


def test_a_phone_corrected_at_the_summary_leaves_the_account_alone() -> None:
    intake = complete()
    before = intake.drafts("v", "web")[0].description
    text = "电话改成13900001111"
    hear(intake, "confirm", text, understood(text))
    [draft] = intake.drafts("v", "web")
    assert (draft.requester.phone, draft.requester.name, draft.description) == ("13900001111", "王芳", before)


def test_what_is_added_at_the_summary_stands_in_the_account() -> None:
    intake = complete()
    text = "还有油烟也很大，孩子都咳嗽了"
    hear(intake, "confirm", text, understood(text))
    [draft] = intake.drafts("v", "web")
    assert draft.description.startswith("楼下的烧烤店特别吵")
    assert text in draft.description
    assert draft.location == PLACE


# Drafts ---------------------------------------------------------------------------------------------------------------


def test_the_composed_account_holds_every_fact_once() -> None:
    intake = answered(opened(), location=PLACE, occurred_at="一直都这样")
    [draft] = intake.drafts("v", "web")
    for fact in ("楼下的烧烤店特别吵", PLACE, "一直都这样"):
        assert draft.description.count(fact) == 1


def test_a_fact_of_the_first_message_is_not_told_twice() -> None:
    text = f"{TIME}{PLACE}的烧烤店特别吵"
    assert opened(text).drafts("v", "web")[0].description == text


def test_a_draft_carries_who_where_and_how_urgent() -> None:
    intake = complete()
    intake.matters[0].classification = Classification("complaint", NOISE, "expedited", True)
    [draft] = intake.drafts("visitor", "wechat")
    assert (draft.visitor_id, draft.channel) == ("visitor", "wechat")
    assert draft.classification == Classification("complaint", NOISE, "expedited", True)
    assert (draft.requester, draft.unit) == (Requester("王芳", "13812345678"), "莲都区综合行政执法局")


def test_a_matter_without_a_known_county_is_the_citys() -> None:
    [draft] = answered(opened(), location="跳过").drafts("v", "web")
    assert (draft.region, draft.unit) == ("市本级", "丽水市综合行政执法局")


def test_two_matters_become_two_drafts_with_keys_and_classes_of_their_own() -> None:
    intake = answered(two_matters(), location=PLACE, phone="王芳 13812345678")
    assert intake.next_question() == "confirm"
    lamp, noise = intake.drafts("v", "web")
    assert lamp.key != noise.key
    assert (lamp.classification.category, noise.classification.category) == (LAMPS, NOISE)
    assert (lamp.classification.urgency, noise.classification.urgency) == ("standard", "expedited")
    assert "路灯" in lamp.description and "烧烤" not in lamp.description
    assert "烧烤" in noise.description and "路灯" not in noise.description
    for draft in (lamp, noise):
        assert (draft.location, draft.region, draft.requester.phone) == (PLACE, "莲都区", "13812345678")
        assert PLACE in draft.description


def test_what_is_told_later_stands_in_both_of_two_matters() -> None:
    intake = answered(two_matters(), location=PLACE, occurred_at="一直都这样")
    hear(intake, "confirm", "孩子今年要高考", understood("孩子今年要高考"))
    for draft in intake.drafts("v", "web"):
        assert "孩子今年要高考" in draft.description
        assert draft.occurred_at == "一直都这样"


def test_two_matters_at_two_places_keep_them_apart() -> None:
    parts = [
        Part("莲都区大洋路的路灯坏了三天", Classification("complaint", LAMPS)),
        Part("另外龙泉市剑池街道的烧烤店特别吵", Classification("complaint", NOISE)),
    ]
    text = "莲都区大洋路的路灯坏了三天，另外龙泉市剑池街道的烧烤店特别吵"
    lamp, noise = opened(text, parts=parts, matters=2).drafts("v", "web")
    assert (lamp.location, lamp.region) == ("莲都区大洋路", "莲都区")
    assert (noise.location, noise.region) == ("龙泉市剑池街道", "龙泉市")


@pytest.mark.parametrize("words", ["第二个那个再加一下，油烟也很大", "烧烤店的油烟也很大"])
def test_what_is_added_to_one_of_two_matters_stands_in_that_one(words: str) -> None:
    intake = answered(two_matters(), location=PLACE, phone="王芳 13812345678", confirm=words)
    lamp, noise = intake.drafts("v", "web")
    assert "油烟也很大" in noise.description and "油烟" not in lamp.description


def test_a_time_that_one_of_two_matters_tells_is_not_that_of_the_other() -> None:
    intake = answered(two_matters("路灯坏了三天没人修，另外楼下的烧烤店昨天晚上特别吵"), location=PLACE)
    intake.matters[1].text = "另外楼下的烧烤店昨天晚上特别吵"
    intake.occurred_at = "昨天晚上"
    lamp, noise = intake.drafts("v", "web")
    assert (lamp.occurred_at, noise.occurred_at) == (None, "昨天晚上")


def test_the_keys_of_two_forms_differ_and_those_of_one_stay() -> None:
    intake = complete()
    assert [d.key for d in intake.drafts("v", "web")] == [d.key for d in intake.drafts("v", "web")]
    assert intake.drafts("v", "web")[0].key != complete().drafts("v", "web")[0].key


def test_a_form_can_be_kept_and_taken_up_again() -> None:
    intake = answered(two_matters(), location=PLACE, phone="不知道")
    again = Intake.from_dict(json.loads(json.dumps(intake.to_dict())))
    assert again == intake
    assert again.next_question() == "confirm"


def test_a_form_that_the_release_before_kept_is_taken_up_and_the_other_way_round() -> None:
    kept = {
        "key": "k",
        "matters": [
            {"text": "路灯坏了", "kind": "complaint", "category": LAMPS, "urgency": "expedited", "immediate": True,
             "location": PLACE, "region": "莲都区", "confidence": 0.8, "runner_up": NOISE}
        ],
        "account": ["路灯坏了"], "location": None, "region": "莲都区", "occurred_at": None,
        "name": "王芳", "phone": "13812345678", "confidential": False,
        "skipped": [], "asked": ["location"], "another": False,
    }  # fmt: skip
    intake = Intake.from_dict(kept)
    [draft] = intake.drafts("v", "web")
    assert draft.classification == Classification("complaint", LAMPS, "expedited", True, 0.8, NOISE)
    assert draft.requester == Requester("王芳", "13812345678", False)
    assert intake.to_dict() == {
        **kept,
        "misses": 0,
        "vague": None,
        "wanted": None,
        "comforted": False,
        "unit_doubts": [],
        "told": [],
        "listening": False,
        "digits": "",
        "before": None,
        "listed": False,
    }


def test_what_a_later_release_keeps_of_a_form_is_left_out() -> None:
    intake = complete()
    assert Intake.from_dict({**intake.to_dict(), "mood": "angry"}) == intake
