"""Known places are found in a text, the longest first."""

from __future__ import annotations

import csv
import itertools

import pytest

from bot.cities import CITY_LEVEL, city, short_name
from bot.language.gazetteer import gazetteer
from bot.settings import ROOT

COUNTIES = ("莲都区", "龙泉市", "青田县", "缙云县", "遂昌县", "松阳县", "云和县", "庆元县", "景宁畲族自治县")


def rows() -> list[dict[str, str]]:
    with (ROOT / "bot" / "city" / "lishui" / "gazetteer.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.place.name, hit.place.region) for hit in gazetteer().find(text)]


def test_the_nine_counties_are_known() -> None:
    assert set(city().counties) == set(COUNTIES)


@pytest.mark.parametrize(
    ("region", "short"),
    [
        ("莲都区", "莲都"),
        ("龙泉市", "龙泉"),
        ("青田县", "青田"),
        ("云和县", "云和"),
        ("景宁畲族自治县", "景宁"),
        ("上海市", "上海"),
        (CITY_LEVEL, CITY_LEVEL),
        ("市区", "市区"),
    ],
)
def test_the_short_name_of_a_region(region: str, short: str) -> None:
    assert short_name(region) == short


@pytest.mark.parametrize("county", COUNTIES)
def test_a_county_is_found_by_its_full_and_its_short_name(county: str) -> None:
    assert found(f"我在{county}") == [(county, county)]
    short = short_name(county)
    assert found(f"我在{short}的家") == [(short, county)]


def test_jingning_is_also_called_a_plain_county() -> None:
    assert found("景宁县") == [("景宁县", "景宁畲族自治县")]


@pytest.mark.parametrize(("text", "region"), [("杭州", "杭州市"), ("上海市", "上海市"), ("丽水", CITY_LEVEL)])
def test_the_cities_of_the_delta_are_known(text: str, region: str) -> None:
    assert found(f"我从{text}来") == [(text, region)]


def test_places_come_from_left_to_right_the_longest_at_each_point() -> None:
    hits = list(gazetteer().find("从莲都区碧湖镇到景宁畲族自治县鹤溪街道"))
    assert [hit.place.name for hit in hits] == ["莲都区", "碧湖镇", "景宁畲族自治县", "鹤溪街道"]
    for hit in hits:
        assert "从莲都区碧湖镇到景宁畲族自治县鹤溪街道"[hit.start : hit.end] == hit.place.name
    assert all(before.end <= after.start for before, after in itertools.pairwise(hits))


def test_a_town_lies_in_its_county() -> None:
    assert ("壶镇镇", "缙云县") in found("缙云县壶镇镇")
    assert ("碧湖镇", "莲都区") in found("碧湖镇")


@pytest.mark.parametrize("text", ["", "路", "医保怎么报销", "hello", "😀"])
def test_a_text_without_a_place_has_none(text: str) -> None:
    assert found(text) == []


def regions_of_names() -> dict[str, set[str]]:
    regions: dict[str, set[str]] = {}
    for row in rows():
        regions.setdefault(row["name"], set()).add(row["region"])
    return regions


def test_a_name_that_several_counties_share_says_nothing_about_the_region() -> None:
    shared = [name for name, among in regions_of_names().items() if len(among) > 1]
    assert len(shared) > 10
    for name in shared:
        assert all(hit.place.region == "" for hit in gazetteer().find(name) if hit.place.name == name), name


def test_every_other_name_is_found_with_its_region() -> None:
    for name, among in regions_of_names().items():
        if len(among) == 1 and name not in gazetteer().generic:
            assert found(name) == [(name, next(iter(among)))], name


def test_an_ordinary_name_is_a_place_without_a_region() -> None:
    assert found("人民路") == [("人民路", "")]
    assert found("新村") == []


@pytest.mark.parametrize(
    ("text", "region"),
    [("壶镇", "缙云县"), ("碧湖", "莲都区"), ("竹垟", "龙泉市"), ("杨家堂", "松阳县"), ("西屏", "松阳县")],
)
def test_towns_and_villages_are_known_by_their_short_form(text: str, region: str) -> None:
    assert found(text) == [(text, region)]


@pytest.mark.parametrize("text", ["大洋", "海口", "新建", "东方"])
def test_a_short_form_that_is_a_word_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "region"),
    [("义乌", "金华市"), ("余杭区", "杭州市"), ("昆山", "苏州市"), ("浦东", "上海市"), ("鼓楼区", "")],
)
def test_the_districts_and_counties_of_other_cities_are_known(text: str, region: str) -> None:
    assert found(text) == [(text, region)]


def test_two_ordinary_names_in_a_row_tell_what_neither_tells() -> None:
    assert found("东坑白鹤村") == [("东坑白鹤村", "景宁畲族自治县")]
    assert found("白鹤村") == [("白鹤村", "")]


def test_what_does_not_fit_is_passed_over_for_the_next() -> None:
    hits = gazetteer().find("晚上海口镇停电", fits=lambda hit: hit.place.name != "上海")
    assert [hit.place.name for hit in hits] == ["海口镇"]


def test_every_generic_name_is_needed() -> None:
    known = {row["name"] for row in rows()}
    for name in gazetteer().generic:
        assert len(name) >= 2
        assert name not in city().counties
    assert {"人民路", "向阳村"} <= gazetteer().generic & known


def test_a_county_town_or_village_lies_in_a_county() -> None:
    kept = rows()
    assert len(kept) > 2000
    assert {row["region"] for row in kept} <= {*COUNTIES, CITY_LEVEL, ""}
    for row in kept:
        # A long road or river belongs to no single county; everything else does.
        assert row["region"] or row["kind"] in ("road", "river", "reservoir", "mountain", "scenic"), row
        assert len(row["name"]) >= 2
