"""The dispatch catalogue names a unit for every class in every region."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator

import pytest

from bot.cities import CITY_LEVEL, city
from bot.hotline.catalogue import COLUMNS, Catalogue, Change, catalogue, parse_values, use
from bot.hotline.classification import KINDS
from bot.settings import ROOT, Settings

CENTRE = "丽水市12345政务咨询投诉举报服务中心"


COUNTIES = ["莲都区", "龙泉市", "青田县", "缙云县", "遂昌县", "松阳县", "云和县", "庆元县", "景宁畲族自治县"]


def test_the_counties_are_those_of_the_gazetteer() -> None:
    assert set(COUNTIES) == set(city().counties)


@pytest.mark.parametrize("region", [*COUNTIES, CITY_LEVEL, None, "杭州市", "火星"])
def test_every_class_has_a_unit_in_every_region(region: str | None) -> None:
    for path in catalogue().entries:
        unit = catalogue().responsible_unit(list(path), region)
        assert len(unit) >= 4, (path, region)
        assert not set("{}%") & set(unit), (path, region, unit)


def test_every_class_has_a_code_of_its_own_of_four_digits_by_which_it_is_found() -> None:
    codes = [entry.code for entry in catalogue().entries.values()]
    assert len(set(codes)) == len(codes) > 100
    for path, entry in catalogue().entries.items():
        assert re.fullmatch(r"\d{4}", entry.code), path
        assert catalogue().by_code(entry.code) == entry
    assert catalogue().by_code("0000") is None
    assert catalogue().by_code("") is None


def test_the_first_two_digits_of_a_code_are_those_of_its_first_level() -> None:
    firsts: dict[str, set[str]] = {}
    for (first, _), entry in catalogue().entries.items():
        firsts.setdefault(first, set()).add(entry.code[:2])
    assert all(len(digits) == 1 for digits in firsts.values())
    assert len(set.union(*firsts.values())) == len(firsts)


def test_every_first_level_has_a_class_for_what_is_left() -> None:
    firsts = {first for first, _ in catalogue().entries}
    assert all((first, "其他") in catalogue().entries for first in firsts)
    assert firsts >= {"城乡建设", "环境保护", "交通运输", "教育文体", "劳动和社会保障", "商贸旅游", "卫生计生"}


def test_the_columns_hold_known_values() -> None:
    for path, entry in catalogue().entries.items():
        assert entry.urgency in ("standard", "expedited"), path
        assert entry.needs_location in ("required", "optional", "no"), path
        assert entry.needs_time in ("required", "optional", "no"), path
        assert set(entry.special_kinds) <= set(KINDS), path
        assert bool(entry.special_period) == bool(entry.special_kinds), path


def test_exceptions_are_about_known_classes_and_counties() -> None:
    for row in csv.DictReader((ROOT / "bot/city/lishui/catalogue_exceptions.csv").open(encoding="utf-8")):
        assert (row["category1"], row["category2"]) in catalogue().entries, row
        assert row["region"] in city().counties, row
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
    environment(BOT_CITY="tests/city/toy")
    assert catalogue().responsible_unit([], None) == "安和市便民热线中心"


def test_a_class_of_three_levels_is_that_of_its_second() -> None:
    third = ["环境保护", "噪声污染", "餐饮娱乐噪声"]
    assert catalogue().entry(third) == catalogue().entry(third[:2])


def test_units_that_say_a_county_in_short_say_it_right() -> None:
    for path, entry in catalogue().entries.items():
        if "{short}" in entry.unit_county:
            shown = catalogue().responsible_unit(list(path), "云和县")
            assert "云和" in shown and "云和县" not in shown


# Suggestions (智能派单) -----------------------------------------------------------------------------------------------


def test_a_suggestion_names_the_unit_those_who_help_and_the_law() -> None:
    found = catalogue().suggest(["城乡建设", "违法建设"], "莲都区")
    assert found.unit == catalogue().responsible_unit(["城乡建设", "违法建设"], "莲都区")
    assert found.co_units == ("丽水市自然资源和规划局", "丽水市建设局")
    assert (found.runner_up, found.legal_basis) == (None, "中华人民共和国城乡规划法 第六十四条")


def test_a_unit_does_not_help_itself() -> None:
    use(Catalogue([Change(1, ("城乡建设", "物业管理"), None, {"co_units": ["丽水市建设局", "丽水市公安局"]})]))
    assert catalogue().suggest(["城乡建设", "物业管理"], CITY_LEVEL).co_units == ("丽水市公安局",)
    assert catalogue().suggest(["城乡建设", "物业管理"], "莲都区").co_units == ("丽水市建设局", "丽水市公安局")


def test_the_unit_of_the_class_that_came_second_is_named_where_it_is_another() -> None:
    noise = ["环境保护", "噪声污染"]
    second = catalogue().suggest(noise, "莲都区", ["城乡建设", "物业管理"])
    assert (second.unit, second.runner_up) == ("莲都区综合行政执法局", "莲都区建设局")
    assert catalogue().suggest(noise, "莲都区", ["城乡建设", "市容环卫"]).runner_up is None
    assert catalogue().suggest(noise, "莲都区", []).runner_up is None
    assert catalogue().suggest(noise, "杭州市", ["城乡建设", "物业管理"]).runner_up is None


def test_an_unknown_class_is_suggested_to_the_hotline_centre() -> None:
    found = catalogue().suggest(["火星事务"], "莲都区", ["城乡建设", "物业管理"])
    assert (found.unit, found.co_units, found.runner_up, found.legal_basis) == (CENTRE, (), "莲都区建设局", "")


# Terms of their own (Article 17) --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_law_s_own_term_counts_only_for_its_kinds(kind: str) -> None:
    entry = catalogue().entry(["商贸旅游", "消费维权"])
    assert entry is not None
    assert entry.period_for(kind) == ("7wd" if kind in ("complaint", "assistance") else None)


def test_most_classes_have_the_usual_terms() -> None:
    entry = catalogue().entry(["环境保护", "噪声污染"])
    assert entry is not None
    assert [entry.period_for(kind) for kind in KINDS] == [None] * len(KINDS)


# Values of a decision -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"colour": "red"}, "unknown column colour; known are unit_city"),
        ({"code": "0101"}, "unknown column code"),
        ({"category1": "城乡建设"}, "unknown column category1"),
        ({"urgency": "sofort"}, "urgency is standard or expedited, not 'sofort'"),
        ({"urgency": ""}, "urgency is standard or expedited"),
        ({"needs_location": "yes"}, "needs_location is required, optional or no, not 'yes'"),
        ({"needs_time": ""}, "needs_time is required, optional or no"),
        ({"special_period": "7"}, "write 7wd"),
        ({"special_period": "0d"}, "write 7wd"),
        ({"special_period": "a week"}, "write 7wd"),
        ({"special_kinds": "complaint;rant"}, "not rant"),
        ({"unit_city": " "}, "every class needs a unit of the city"),
        ({"unit_city": "局" * 65}, "at most 64 characters, not 65"),
        ({"unit_city": "{county}建设局"}, "braces stand only in unit_county"),
        ({"unit_county": "{stadt}建设局"}, "only {county} and {short}"),
        ({"unit_county": "{county建设局"}, "only {county} and {short}"),
        ({"unit_county": "{county}" + "局" * 60}, "at most 64 characters, not 67"),
        ({"co_units": "丽水市建设局;" + "局" * 65}, "at most 64 characters"),
        ({"co_units": "{}"}, "braces"),
        ({"urgency": "expedited", "needs_time": "perhaps"}, "needs_time"),
    ],
)
def test_a_bad_value_is_refused_with_what_to_mend(values: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        parse_values(values)


def test_good_values_are_read_from_texts() -> None:
    assert parse_values(
        {
            "unit_city": " 丽水市水利局 ",
            "unit_county": "{short}供水公司",
            "co_units": "丽水市建设局; 丽水市公安局;",
            "urgency": "expedited",
            "needs_location": "no",
            "special_period": "60d",
            "special_kinds": "report",
            "legal_basis": "",
        }
    ) == {
        "unit_city": "丽水市水利局",
        "unit_county": "{short}供水公司",
        "co_units": ("丽水市建设局", "丽水市公安局"),
        "urgency": "expedited",
        "needs_location": "no",
        "special_period": "60d",
        "special_kinds": ("report",),
        "legal_basis": "",
    }


def test_the_usual_values_of_every_class_can_be_decided_again() -> None:
    for row in catalogue().rows():
        assert parse_values({name: row[name] for name in COLUMNS})


# Editions -------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _the_first_edition_again() -> Iterator[None]:
    yield
    use(Catalogue())


def test_the_export_of_the_first_edition_is_its_file() -> None:
    with (ROOT / "bot/city/lishui/catalogue.csv").open(encoding="utf-8", newline="") as file:
        assert Catalogue().rows() == list(csv.DictReader(file))


def test_changes_lie_over_the_files_in_their_order() -> None:
    water, district = ("城乡建设", "供水"), "莲都区"
    edition = Catalogue(
        [
            Change(3, water, None, {"urgency": "expedited", "unit_county": "{short}水务公司"}),
            Change(5, water, None, {"urgency": "standard"}),
            Change(8, water, district, {"unit": "某某局"}),
            Change(9, ("城乡建设", "物业管理"), district, {"unit": ""}),
        ]
    )
    assert edition.version == 9
    entry = edition.entry(list(water))
    assert entry is not None and entry.urgency == "standard"
    assert edition.responsible_unit(list(water), "龙泉市") == "龙泉水务公司"
    assert edition.responsible_unit(list(water), district) == "某某局"
    # Without its exception the class has the usual unit of a county.
    assert edition.responsible_unit(["城乡建设", "物业管理"], district) == "莲都区住房和城乡建设局"
    assert Catalogue().version == 0


def test_a_decision_about_what_the_files_have_no_more_is_passed_over() -> None:
    edition = Catalogue(
        [
            Change(1, ("火星事务", "陨石"), None, {"urgency": "expedited"}),
            Change(2, ("城乡建设", "供水"), None, {"a column of another release": "x", "urgency": "expedited"}),
        ]
    )
    entry = edition.entry(["城乡建设", "供水"])
    assert edition.version == 2
    assert entry is not None and entry.urgency == "expedited"


def test_another_edition_is_in_use_from_the_next_question_on() -> None:
    use(Catalogue([Change(4, ("城乡建设", "供水"), "龙泉市", {"unit": "某某局"})]))
    assert catalogue().version == 4
    assert catalogue().responsible_unit(["城乡建设", "供水"], "龙泉市") == "某某局"
