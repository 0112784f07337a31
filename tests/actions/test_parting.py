"""Matters are parted, added and classified as the person says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions.parting import work_out
from bot.dialogue.hearing import Heard, hear
from bot.dialogue.intake import Intake, begin
from bot.dialogue.rereading import READER
from bot.hotline.classification import Classification
from bot.language.extract.matters import numbered
from bot.language.turns import Said
from bot.language.understanding import Part, Understanding

CLASSES = {
    "路灯": Classification("complaint", ["城市管理", "市政设施"], confidence=0.9),
    "垃圾": Classification("complaint", ["城市管理", "环境卫生"], confidence=0.9),
    "公交": Classification("complaint", ["交通运输", "公共交通"], confidence=0.9),
}
LAMP, WASTE, BUS = "小区路灯不亮一个月了", "垃圾也没人收", "12路公交老是不停站"


def meaning(text: str) -> Understanding:
    """Of the class of the first thing that the text names."""
    at = [(text.index(thing), found) for thing, found in CLASSES.items() if thing in text]
    found = min(at, key=lambda pair: pair[0])[1] if at else None
    return Understanding("report_matter", 0.9, "accept", classification=found)


async def reader(text: str, matters: int) -> Understanding:
    """Parts at numbers, or at full commas where it is told how many there are."""
    found = meaning(text)
    parts = numbered(text) or ([*text.split("，")] if matters else [])
    if len(parts) == (matters or len(parts)):
        found.parts = [Part(part, read) for part in parts if (read := meaning(part).classification)]
    return found


@pytest.fixture(autouse=True)
def _reading() -> Iterator[None]:
    token = READER.set(reader)
    yield
    READER.reset(token)


@pytest.fixture
def intake() -> Intake:
    text = f"{LAMP}，{WASTE}，{BUS}"
    return begin(text, meaning(text))


@pytest.mark.parametrize("words", ["分三件 路灯一件 垃圾一件 公交一件", "我说三个事", "这是三件事，分开登记"])
async def test_one_account_becomes_the_matters_that_the_person_says(intake: Intake, words: str) -> None:
    heard = Heard(several=True)
    await work_out(intake, words, heard)
    assert [matter.text for matter in intake.matters] == [LAMP, WASTE, BUS]
    assert [matter.classification for matter in intake.matters] == list(CLASSES.values())
    assert heard.noted == [("parted", "3")] and not heard.several
    assert [intake.story(matter) for matter in intake.matters] == [LAMP, WASTE, BUS]


async def test_what_cannot_be_parted_so_stays_and_is_said(intake: Intake) -> None:
    heard = Heard(several=True)
    await work_out(intake, "这是五件事", heard)
    assert heard.several and len(intake.matters) == 1


def told(intake: Intake, text: str, label: str = "story") -> Heard:
    return hear(intake, "phone", text, meaning(text), (Said(text, label, 0.97),))


@pytest.mark.parametrize(
    ("words", "matters"),
    [
        ("还有一件事，垃圾没人收", 2),
        ("另外公交车也老是不停", 2),
        ("另外垃圾也没人收", 1),
        ("还有一件事，路灯还晃得很", 1),
        ("公交车也老是不停", 1),
    ],
    ids=["said", "of another class", "of a like class", "of the same class", "not said"],
)
async def test_another_matter_in_the_middle_of_the_form(words: str, matters: int) -> None:
    intake = begin(LAMP, meaning(LAMP))
    heard = told(intake, words)
    await work_out(intake, words, heard)
    assert len(intake.matters) == matters
    if matters == 2:
        assert intake.story(intake.matters[0]) == LAMP
        assert words.endswith(intake.story(intake.matters[1])) and not words.startswith(intake.matters[1].text)
        assert "another" in dict(heard.noted)


async def test_who_only_says_that_there_is_more_is_listened_to() -> None:
    intake, heard = begin(LAMP, meaning(LAMP)), Heard(several=True)
    await work_out(intake, "还有一件", heard)
    assert intake.listening and not heard.several and len(intake.matters) == 1


async def test_what_follows_may_be_another_matter_then() -> None:
    intake = begin(LAMP, meaning(LAMP))
    heard = told(intake, BUS)
    await work_out(intake, BUS, heard, listening=True)
    assert [intake.story(matter) for matter in intake.matters] == [LAMP, BUS]


async def test_that_there_are_as_many_as_were_shown_is_no_yes() -> None:
    intake = begin(LAMP, meaning(LAMP))
    intake.begin_another(BUS, meaning(BUS))
    heard = Heard(several=True)
    await work_out(intake, "这是两件事", heard)
    assert heard.noted == [("parted", "2")]


async def test_a_changed_account_is_classified_anew() -> None:
    intake = begin(LAMP, meaning(LAMP))
    intake.account = ["小区垃圾不收一个月了"]
    await work_out(intake, "不是路灯，是垃圾", Heard(noted=[("description", "垃圾")]))
    assert intake.matters[0].classification == CLASSES["垃圾"]


async def test_without_a_reader_nothing_changes(intake: Intake) -> None:
    READER.set(None)
    heard = Heard(several=True)
    await work_out(intake, "这是三件事", heard)
    assert heard.several and len(intake.matters) == 1
