"""Organisations by their names; a kind alone names none."""

from __future__ import annotations

import pytest

from bot.language.extract.organisations import find_organisations


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("丽水市绿谷物业有限公司不退押金", ["丽水市绿谷物业有限公司"]),
        ("我在温溪鞋厂上班", ["温溪鞋厂"]),
        ("莲都区市场监督管理局的人来过", ["莲都区市场监督管理局"]),
        ("国网浙江省电力有限公司丽水供电公司停电", ["国网浙江省电力有限公司丽水供电公司"]),
        ("丽水市人民医院骨科", ["丽水市人民医院"]),
        ("缙云县壶镇中学门口，碧湖派出所来过", ["缙云县壶镇中学", "碧湖派出所"]),
    ],
)
def test_an_organisation_is_found_by_its_name(text: str, names: list[str]) -> None:
    assert find_organisations(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "",
        "物业公司不管",
        "医院不给退费",
        "某某有限公司",
        "青田一家石雕合作社",
        "公办幼儿园太少",
        "老板跑了",
        "小区门口超市",
    ],
)
def test_a_kind_of_organisation_names_none(text: str) -> None:
    assert find_organisations(text) == []
