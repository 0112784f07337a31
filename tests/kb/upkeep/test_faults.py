"""Whoever writes an article is told in Chinese what to mend, and where."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kb.search.schema import Article
from kb.upkeep.editing import normal
from kb.upkeep.faults import LABELS, checked
from tests.kb.conftest import entry


def told(**values: Any) -> dict[str, str]:
    content = {**entry(), **values}
    missing = [name for name, value in values.items() if value is ...]
    content = {name: value for name, value in content.items() if name not in missing}
    return {fault.field: str(fault) for fault in checked(content.get("id", "lamp"), normal(content))[1]}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", ..., "标题：还没有填。"),
        ("title", " ", "标题：还没有填。"),
        ("title", "灯", "标题：太短了：至少 4 个字，现在 1 个。"),
        ("title", "灯" * 61, "标题：太长了：最多 60 个字，现在 61 个，请删短。"),
        ("title", ["a"], "标题：格式不对，应当是文字。"),
        ("phrasings", ["一", "", " ", "二"], "问法：至少写 4 条，现在 2 条。"),
        ("phrasings", [str(n) for n in range(9)], "问法：最多写 8 条，现在 9 条，请删去一些。"),
        ("phrasings", "路灯", "问法：应当是一列文字，每条一项。"),
        ("category", ["城乡建设"], "分类：写全两级，例如：环境保护/噪声污染。"),
        ("category", ["a", "b", "c"], "分类：只写两级，例如：环境保护/噪声污染。"),
        ("category", ["环境保护", "噪音污染"], "分类：派单目录里没有“环境保护/噪音污染”，是不是“环境保护/噪声污染”？"),
        ("category", ["x", "y"], "分类：派单目录里没有“x/y”，请从目录里选。"),
        ("source", "《办法》", "来源：应当写成 {title: 名称, url: 网址}。"),
        ("audience", "everybody", "对象：只能是：个人（person）、企业（business）、个人和企业（both）。"),
        ("reviewed_on", 20261124, "复核日期：日期写成 2026-11-24 这样。"),
        ("reviewed_on", "2026-13-01", "复核日期：日期写成 2026-11-24 这样。"),
        ("valid_to", "昨天", "失效日期：日期写成 2026-11-24 这样。"),
        ("colour", "red", "colour：没有这个字段，请删掉，或者改成正确的名称。"),
    ],
)
def test_a_fault_says_what_to_mend(field: str, value: Any, message: str) -> None:
    assert told(**{field: value}) == {field: message}


def test_a_fault_in_a_list_says_which_item() -> None:
    faults = told(phrasings=["a", "b", "c", "长" * 101], legal_basis=["《民法典》", "民法典第一条"])
    assert faults["phrasings.3"] == "问法第 4 条：太长了：最多 100 个字，现在 101 个，请删短。"
    assert faults["legal_basis.1"].startswith("依据第 2 条：写成《法规全称》第几条")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://a b", 'https://a"onclick="', "//x"])
def test_a_source_leads_to_a_page_or_nowhere(url: str) -> None:
    assert "http" in told(source={"title": "《办法》", "url": url})["source.url"]


def test_a_validity_ends_after_it_begins() -> None:
    faults = told(valid_from="2026-06-30", valid_to="2026-06-01")
    assert faults == {"valid_to": "失效日期：早于生效日期 2026-06-30，请核对。"}


def test_every_field_has_a_name_for_people() -> None:
    assert set(Article.__fields__) <= set(LABELS)
    assert all(re.search("[一-鿿]", label) for label in LABELS.values())
