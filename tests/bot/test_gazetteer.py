"""Known places are found in a text, the longest first."""

from __future__ import annotations

import csv
import itertools

import pytest

from bot.gazetteer import CITY_LEVEL, gazetteer, short_name
from bot.settings import ROOT

COUNTIES = ("莲都区", "龙泉市", "青田县", "缙云县", "遂昌县", "松阳县", "云和县", "庆元县", "景宁畲族自治县")


def rows() -> list[dict[str, str]]:
    with (ROOT / "bot" / "data" / "gazetteer.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.place.name, hit.place.region) for hit in gazetteer().find(text)]


def test_the_nine_counties_are_known() -> None:
    assert set(gazetteer().counties) == set(COUNTIES)


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


def test_a_name_that_several_counties_share_says_nothing_about_the_region() -> None:
    regions: dict[str, set[str]] = {}
    for row in rows():
        regions.setdefault(row["name"], set()).add(row["region"])
    shared = [name for name, among in regions.items() if len(among) > 1]
    assert len(shared) > 10
    for name in shared:
        assert all(hit.place.name != name for hit in gazetteer().find(name)), name


def test_every_other_name_is_found_with_its_region() -> None:
    regions: dict[str, set[str]] = {}
    for row in rows():
        regions.setdefault(row["name"], set()).add(row["region"])
    cities = {"丽水市", "丽水"}
    for name, among in regions.items():
        if len(among) == 1 and name not in cities:
            assert found(name) == [(name, next(iter(among)))], name


def test_a_county_town_or_village_lies_in_a_county() -> None:
    kept = rows()
    assert len(kept) > 2000
    assert {row["region"] for row in kept} <= {*COUNTIES, CITY_LEVEL, ""}
    for row in kept:
        # A long road or river belongs to no single county; everything else does.
        assert row["region"] or row["kind"] in ("road", "river", "reservoir", "mountain", "scenic"), row
        assert len(row["name"]) >= 2
