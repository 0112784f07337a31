"""The region that a sentence is about: names as whole words, and where it happens before where somebody is from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.language.extract.places import find_location
from bot.language.extract.regions import Standing, known_places, region_among, standing
from bot.language.extract.words import LONGEST

CASES = [
    json.loads(line) for line in Path(__file__).with_name("region_cases.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Sentences with their region, None where none is told."""


def found(text: str) -> list[str]:
    return [hit.place.name for hit in known_places(text)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_the_region_of_a_sentence(case: dict[str, str | None]) -> None:
    assert find_location(str(case["text"])).region == case["region"]


def test_every_region_has_its_sentences() -> None:
    count = Counter(case["region"] for case in CASES)
    assert len({case["text"] for case in CASES}) == len(CASES)
    for region in (
        "莲都区",
        "青田县",
        "缙云县",
        "遂昌县",
        "松阳县",
        "云和县",
        "庆元县",
        "景宁畲族自治县",
        "龙泉市",
        None,
    ):
        assert count[region] >= 30, region


@pytest.mark.parametrize(
    "text",
    ["要庆元旦了", "晚上海鲜店很吵", "周六安排检修", "轻松阳光", "结合肥料补贴", "白云和蓝天", "丽阳新村", "山村教师"],
)
def test_a_name_inside_other_words_is_none(text: str) -> None:
    assert set(found(text)) <= {"丽阳新村"}


@pytest.mark.parametrize("text", ["青田街在修", "南京路上的店", "上海路坑很多", "温州巷"])
def test_a_road_that_is_called_after_a_town_is_not_the_town(text: str) -> None:
    assert not {"青田", "南京", "上海", "温州"} & set(found(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("遂昌北街的路灯", ["遂昌"]),
        ("浙江丽水莲都区的路", ["丽水", "莲都区"]),
        ("云和湖上有人网鱼", ["云和湖"]),
        ("青田街道上的人", ["青田"]),
        ("江山那边的驾校", ["江山"]),
        ("王云和打了我", []),
    ],
)
def test_names_are_found_as_whole_words(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("青田人", Standing.ORIGIN),
        ("老家青田的", Standing.ORIGIN),
        ("来自青田", Standing.ORIGIN),
        ("青田来的货车", Standing.ORIGIN),
        ("从青田过去", Standing.PRESENCE),
        ("户口在青田", Standing.PRESENCE),
        ("青田上班", Standing.PRESENCE),
        ("往青田的班车", Standing.PRESENCE),
        ("青田人民医院", Standing.SCENE),
        ("青田人行道", Standing.SCENE),
        ("老家青田的房子漏水", Standing.SCENE),
        ("青田有人乱停车", Standing.SCENE),
    ],
)
def test_how_near_a_place_is_to_the_matter(text: str, near: Standing) -> None:
    start = text.index("青田")
    assert standing(text, start, start + 2) == near


def test_where_somebody_is_from_counts_where_nothing_else_is_said() -> None:
    assert region_among("我是青田人", known_places("我是青田人")) == "青田县"
    assert find_location("我是青田人").text is None


def test_beyond_what_is_tagged_only_long_names_count() -> None:
    text = "路" * LONGEST + "在景宁畲族自治县和壶镇"
    assert found(text) == ["景宁畲族自治县"]
