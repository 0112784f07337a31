"""What the person says of how many matters there are, and which sentences are whose."""

from __future__ import annotations

import pytest

from bot.dialogue.parting import count, goes_beyond, grouped, has_more, names, opens_another

ACCOUNT = "我们小区路灯不亮一个月了，晚上看不见。垃圾也没人收，臭得很，12路公交老是不停站"
LAMP, WASTE, BUS = "我们小区路灯不亮一个月了，晚上看不见", "垃圾也没人收，臭得很", "12路公交老是不停站"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("我说三个事你怎么就两件", 3),
        ("不是两件是三件", 3),
        ("这是两件事，不要放一起", 2),
        ("分4张写", 4),
        ("能不能分开登记", 0),
        ("两个月了没人管", 0),
    ],
)
def test_how_many_the_person_says_that_there_are(words: str, number: int) -> None:
    assert count(words) == number


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("分三件 路灯一件 垃圾一件 公交一件", ["路灯", "垃圾", "公交"]),
        ("分三件路灯一件垃圾一件公交一件", ["路灯", "垃圾", "公交"]),
        ("一件是路灯，一件是垃圾", ["路灯", "垃圾"]),
        ("路灯和垃圾要分开登记", ["路灯", "垃圾"]),
        ("这是两件事，路灯归路灯，垃圾归垃圾", ["路灯", "垃圾"]),
        ("这是两件事", []),
        ("分开讲", []),
    ],
)
def test_what_the_matters_are_called(words: str, called: list[str]) -> None:
    assert names(words) == called


@pytest.mark.parametrize(
    ("called", "texts"),
    [
        (["路灯", "垃圾", "公交"], [LAMP, WASTE, BUS]),
        (["公交", "路灯"], [BUS, f"{LAMP}。{WASTE}"]),
        (["路灯", "噪音"], []),
    ],
)
def test_each_sentence_goes_to_the_matter_that_it_names(called: list[str], texts: list[str]) -> None:
    assert grouped(ACCOUNT, called) == texts


def test_another_matter_is_announced_opened_or_only_begun_with_a_word() -> None:
    assert has_more("还有一件") and has_more("还有两件，慢慢讲") and not has_more("还有一件，垃圾没人收")
    assert opens_another("还有一件事，垃圾没人收") and not opens_another("垃圾没人收")
    assert goes_beyond("大洋路88号，还有垃圾没人收") and not goes_beyond("他还有三个孩子")
