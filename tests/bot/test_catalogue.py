"""The dispatch catalogue names a unit for every class in every region."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.catalogue import _rows, catalogue
from bot.gazetteer import CITY_LEVEL, gazetteer
from bot.settings import Settings

CENTRE = "丽水市12345政务咨询投诉举报服务中心"


@pytest.mark.parametrize("region", [*gazetteer().counties, CITY_LEVEL, None, "杭州市", "火星"])
def test_every_class_has_a_unit_in_every_region(region: str | None) -> None:
    for path in catalogue().entries:
        unit = catalogue().responsible_unit(list(path), region)
        assert len(unit) >= 4, (path, region)
        assert not set("{}%") & set(unit), (path, region, unit)


def test_every_first_level_has_a_class_for_what_is_left() -> None:
    firsts = {first for first, _ in catalogue().entries}
    assert all((first, "其他") in catalogue().entries for first in firsts)
    assert firsts >= {"城乡建设", "环境保护", "交通运输", "教育文体", "劳动和社会保障", "商贸旅游", "卫生计生"}


def test_the_columns_hold_known_values() -> None:
    for path, entry in catalogue().entries.items():
        assert entry.urgency in ("standard", "expedited"), path
        assert entry.needs_location in ("required", "optional", "no"), path
        assert entry.needs_time in ("required", "optional", "no"), path


def test_exceptions_are_about_known_classes_and_counties() -> None:
    for row in _rows("catalogue_exceptions.csv"):
        assert (row["category1"], row["category2"]) in catalogue().entries, row
        assert row["region"] in gazetteer().counties, row
        path = [row["category1"], row["category2"]]
        assert catalogue().responsible_unit(path, row["region"]) == row["unit"]


@pytest.mark.parametrize(
    ("category", "region", "unit"),
    [
        (["城乡建设", "物业管理"], "龙泉市", "龙泉市住房和城乡建设局"),
        (["城乡建设", "物业管理"], "莲都区", "莲都区建设局"),
        (["城乡建设", "物业管理"], CITY_LEVEL, "丽水市建设局"),
        (["城乡建设", "物业管理"], None, "丽水市建设局"),
        (["环境保护", "噪声污染"], "景宁畲族自治县", "景宁畲族自治县综合行政执法局"),
        (["城乡建设"], "龙泉市", None),
        (["城乡建设", "从来没有的一类"], "龙泉市", None),
    ],
)
def test_the_unit_of_a_county_or_of_the_city(category: list[str], region: str | None, unit: str | None) -> None:
    expected = unit or catalogue().responsible_unit([category[0], "其他"], region)
    assert catalogue().responsible_unit(category, region) == expected


@pytest.mark.parametrize("category", [[], ["火星事务"], ["火星事务", "陨石"]])
def test_an_unknown_class_goes_to_the_hotline_centre(category: list[str]) -> None:
    assert catalogue().entry(category) is None
    assert catalogue().responsible_unit(category, "莲都区") == CENTRE


@pytest.mark.parametrize("region", ["杭州市", "上海市"])
def test_a_matter_of_another_city_goes_to_the_hotline_centre(region: str) -> None:
    assert catalogue().responsible_unit(["城乡建设", "物业管理"], region) == CENTRE


def test_the_hotline_centre_is_that_of_the_city_in_the_settings(environment: Callable[..., Settings]) -> None:
    environment(BOT_CITY="衢州市")
    assert catalogue().responsible_unit([], None) == "衢州市12345政务咨询投诉举报服务中心"


def test_a_class_of_three_levels_is_that_of_its_second() -> None:
    third = ["环境保护", "噪声污染", "餐饮娱乐噪声"]
    assert catalogue().entry(third) == catalogue().entry(third[:2])


def test_units_that_say_a_county_in_short_say_it_right() -> None:
    for path, entry in catalogue().entries.items():
        if "{short}" in entry.unit_county:
            shown = catalogue().responsible_unit(list(path), "云和县")
            assert "云和" in shown and "云和县" not in shown
