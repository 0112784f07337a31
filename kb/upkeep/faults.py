"""What is wrong with an article, said to the person who writes it: which field, and what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from bot.hotline.catalogue import catalogue
from kb.search.schema import Article

LABELS = {
    "id": "编号",
    "title": "标题",
    "phrasings": "问法",
    "asked": "市民问过",
    "beyond": "答不了的问题",
    "answer": "回答",
    "english": "英文回答",
    "steps": "步骤",
    "bring": "要带",
    "where": "去哪办",
    "legal_basis": "依据",
    "unit": "单位",
    "category": "分类",
    "source": "来源",
    "source.title": "来源",
    "source.url": "来源网址",
    "region": "适用范围",
    "audience": "对象",
    "reviewed_on": "复核日期",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
}
"""The name of each field, as pages, tables and messages show it."""
AUDIENCES = {"person": "个人", "business": "企业", "both": "个人和企业"}

_SHAPE = ("value_error.extra", "type_error.str", "type_error.list", "type_error.dict")
"""What not even a draft may have: fields that there are not, or of another shape."""


@dataclass(frozen=True)
class Fault:
    """One thing to mend; ``field`` is its path (``phrasings.2``), ``label`` what people call it.

    One of ``shape`` is not even kept in a draft.
    """

    field: str
    label: str
    message: str
    shape: bool = False

    def __str__(self) -> str:
        return f"{self.label}：{self.message}"


def fault(field: str, message: str, shape: bool = False) -> Fault:
    """A fault of a whole field."""
    return Fault(field, LABELS.get(field, field), message, shape)


def checked(article_id: str, content: Mapping[str, Any]) -> tuple[Article | None, list[Fault]]:
    """The article, or None and every fault at once. ``content`` is `normal`."""
    try:
        return Article(**{**content, "id": article_id}), []
    except ValidationError as error:
        return None, [_said(e, content) for e in error.errors()]


def _said(error: Any, content: Mapping[str, Any]) -> Fault:
    path = [str(part) for part in error["loc"]]
    numbered = len(path) > 1 and path[1].isdigit()
    name = ".".join(path[:1] if numbered else path)
    label = LABELS.get(name, name) + (f"第 {int(path[1]) + 1} 条" if numbered else "")
    value: Any = content
    for part in error["loc"]:
        within = isinstance(value, dict) or (isinstance(value, list) and isinstance(part, int))
        value = (value.get(part) if isinstance(value, dict) else value[part]) if within else None
    message = _message(error["type"], error.get("ctx", {}), value, error["loc"])
    return Fault(".".join(path), label, message, error["type"] in _SHAPE)


def _message(kind: str, ctx: dict[str, Any], value: Any, loc: tuple[Any, ...]) -> str:
    size = len(value) if isinstance(value, str | list) else 0
    match kind:
        case "value_error.missing" | "type_error.none.not_allowed":
            return "还没有填。"
        case "value_error.any_str.min_length":
            return f"太短了：至少 {ctx['limit_value']} 个字，现在 {size} 个。"
        case "value_error.any_str.max_length":
            return f"太长了：最多 {ctx['limit_value']} 个字，现在 {size} 个，请删短。"
        case "value_error.list.min_items" if loc[0] == "category":
            return "写全两级，例如：环境保护/噪声污染。"
        case "value_error.list.max_items" if loc[0] == "category":
            return "只写两级，例如：环境保护/噪声污染。"
        case "value_error.list.min_items":
            return f"至少写 {ctx['limit_value']} 条，现在 {size} 条。"
        case "value_error.list.max_items":
            return f"最多写 {ctx['limit_value']} 条，现在 {size} 条，请删去一些。"
        case "value_error.extra":
            return "没有这个字段，请删掉，或者改成正确的名称。"
        case "value_error.unknown_class":
            return _class_message(ctx["path"])
        case "value_error.bad_citation":
            return "写成《法规全称》第几条，条数用汉字，每条单独一行，例如：《中华人民共和国民法典》第九百四十二条。"
        case "value_error.bad_period":
            return f"早于生效日期 {ctx['begins']}，请核对。"
        case "value_error.date":
            return "日期写成 2026-11-24 这样。"
        case "value_error.const":
            return f"只能是：{'、'.join(f'{words}（{name}）' for name, words in AUDIENCES.items())}。"
        case "value_error.str.regex" if loc[-1] == "url":
            return "网址要以 http:// 或 https:// 开头，中间没有空格。"
        case "value_error.str.regex":
            return "只能用小写字母、数字和短横线，例如：id-card。"
        case "type_error.list":
            return "应当是一列文字，每条一项。"
        case "type_error.dict":
            return "应当写成 {title: 名称, url: 网址}。"
        case _:
            return "格式不对，应当是文字。"


def _class_message(path: str) -> str:
    known = ["/".join(pair) for pair in catalogue().entries]
    near = get_close_matches(path, known, n=1, cutoff=0.5)
    return f"派单目录里没有“{path}”" + (f"，是不是“{near[0]}”？" if near else "，请从目录里选。")
