"""Whose name and number stand in a message."""

from __future__ import annotations

import pytest

from bot.dialogue.hearing import own_contact
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
