"""Whose name and number stand in a message."""

from __future__ import annotations

import pytest

from bot.dialogue.hearing import hear, own_contact
from bot.dialogue.intake import Intake, begin
from bot.hotline.classification import Classification
from bot.language.turns import Said
from bot.language.understanding import Slots, Understanding


@pytest.mark.parametrize(
    ("words", "label", "own"),
    [
        ("对方让她打0571-88630417，", "story", False),
        ("吴桂英0571-88630417，", "phone", True),
        ("我的电话0571-88630417，", "story", True),
    ],
)
def test_a_number_is_a_contact_only_if_it_is_the_persons_own(words: str, label: str, own: bool) -> None:
    message = Understanding("report_matter", 0.9, slots=Slots(phone="0571-88630417", location="大洋路"))
    found = own_contact(message, (Said(words, label, 0.8), Said("在大洋路", "place", 0.9))).slots
    assert found.phone == ("0571-88630417" if own else None)
    assert found.location == "大洋路"


def test_who_is_praised_is_not_who_writes() -> None:
    message = Understanding("report_matter", 0.9, slots=Slots(name="吕晓燕"))
    assert own_contact(message, (Said("社区的吕晓燕帮了大忙", "story", 0.9),)).slots.name is None
    assert own_contact(message, (Said("我叫吕晓燕", "story", 0.5),)).slots.name == "吕晓燕"
    assert own_contact(message, ()).slots.name == "吕晓燕", "nothing was read of parts"


def opened(text: str) -> Intake:
    return begin(text, Understanding("report_matter", 0.9, "accept", classification=Classification("complaint", [])))


def test_a_number_told_in_two_messages_is_one() -> None:
    intake = opened("路灯坏了")
    for text in ("姓叶 1385780", "后面4416 刚手滑发出去了"):
        hear(intake, "phone", text, Understanding("deny", 0.5))
    assert intake.requester.phone == "13857804416"


def test_an_exact_place_takes_the_place_of_one_that_is_none() -> None:
    intake = opened("我是实体店买的")
    intake.location = "实体店"
    place = "学院路丽水学院北门左手边"
    hear(intake, "phone", place, Understanding("report_matter", 0.5), (Said(place, "place", 0.95),))
    assert intake.place() == place
    hear(intake, "phone", "商店", Understanding("report_matter", 0.5), (Said("商店", "place", 0.95),))
    assert intake.place() == place


def test_who_refuses_name_and_number_before_they_are_asked_is_not_asked() -> None:
    intake = opened("路灯坏了")
    hear(intake, "location", "但是不留名字的", Understanding("deny", 0.5), (Said("但是不留名字的", "skip", 0.95),))
    assert "phone" in intake.skipped and "location" not in intake.skipped


def test_who_has_more_to_tell_is_listened_to() -> None:
    intake = opened("包工头欠我们工资")
    text = "我话都没讲完，我们14个人"
    hear(intake, "phone", text, Understanding("report_matter", 0.5))
    assert intake.listening and intake.misses == 0 and "14个人" in intake.account[-1]
    hear(intake, "phone", "一共26万", Understanding("report_matter", 0.5))
    assert not intake.listening


def test_a_county_told_behind_its_compound_stands_before_it() -> None:
    intake = opened("狗叫")
    said = (Said("翠湖小区，", "place", 0.95), Said("莲都区的", "place", 0.95))
    hear(intake, "location", "翠湖小区，莲都区的", Understanding("report_matter", 0.5), said)
    assert (intake.place(), intake.region) == ("莲都区翠湖小区", "莲都区")


def test_talk_about_the_order_is_no_part_of_the_first_account() -> None:
    intake = opened("那给我登记，店名叫阿福面馆，单子上写店名，不要写我名字，华楼街今天停电")
    assert intake.account == ["店名叫阿福面馆，华楼街今天停电"]
