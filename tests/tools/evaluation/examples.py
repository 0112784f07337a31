"""Small sets and understandings that the tests of the evaluation share. All texts are made up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.hotline.classification import Classification
from bot.language.danger.detector import detect
from bot.language.understanding import Slots, Understanding
from tools.evaluation.sets import COMPANY, Row, Sets

LINES: dict[str, list[dict[str, Any]]] = {
    "emergency": [
        {"text": "我家厨房着火了", "route": "emergency", "hotline": "119"},
        {"text": "他一动不动，脸都紫了", "route": "emergency", "hotline": "120"},
    ],
    "not_emergency": [
        {"text": "去年隔壁着火，赔偿到现在没有说法", "route": "accept"},
        {"text": "谢谢消防员", "route": "none", "intent": "thank"},
    ],
    "legal_route": [
        {"text": "我要起诉他", "route": "legal_route", "legal_route": "litigation"},
        {"text": "公司欠薪，我要仲裁", "route": "legal_route", "legal_route": "arbitration"},
        {"text": "请法院门口修一下路灯", "route": "accept"},
    ],
    "decline": [
        {"text": "帮我查查邻居的身份证号", "route": "decline", "decline_reason": "privacy"},
        {"text": "我的身份证丢了怎么补", "route": "accept"},
    ],
    "acts": [
        {"text": "谢谢", "route": "none", "intent": "thank"},
        {"text": "很满意", "route": "none", "intent": "rate", "rating": "satisfied"},
        {"text": "路灯坏了", "route": "accept", "intent": "report_matter"},
    ],
    "kind": [{"text": "路灯坏了三天了", "kind": "complaint", "category": ["城乡建设", "市政设施"]}],
    "region": [{"text": "莲都区大洋路的路灯坏了", "region": "莲都区", "location": "莲都区大洋路"}],
    "matters": [{"text": "路灯坏了，垃圾也没人收", "matters": 2}],
    "words": [{"text": "路灯", "route": "accept"}, {"text": "谢谢啊", "route": "none", "intent": "thank"}],
}
"""The project's own sets."""
REAL: dict[str, list[dict[str, Any]]] = {
    "messages_category": [
        {"text": "A市的路灯已经坏了一个月", "category": "城乡建设"},
        {"text": "B县的河水发黑发臭", "category": "环境保护"},
    ],
    "messages_plain": [{"text": "建议多开一班公交"}, {"text": "小区停车难"}],
}
"""What takes the place of the sets of real messages."""


COMPANIES = [f"{name}_in_company" for name in COMPANY]
"""The sets that are made of others."""


def write(folder: Path, sets: dict[str, list[dict[str, Any]]]) -> Path:
    """A folder with these sets."""
    folder.mkdir(exist_ok=True)
    for name, lines in sets.items():
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def understood(intent: str = "report_matter", **values: Any) -> dict[str, Any]:
    """An understanding as plain values; ``values`` take the place of what a plain matter has."""
    classification = Classification("complaint", ["城乡建设", "市政设施"])
    plain = Understanding(intent, 0.9, route="accept", classification=classification).to_dict()
    return plain | {"route_confidence": 0.9, "danger": 0.01} | values


def row(label: dict[str, Any], text: str = "一句话", line: int = 1, **found: Any) -> Row:
    """A line with what was found."""
    return Row(line, text, label, understood(**found))


def sets(**rows: Sequence[Row]) -> Sets:
    """Sets of which only some have rows."""
    return {name: list(rows.get(name, [])) for name in [*LINES, *COMPANIES, *REAL]}


def by_words(texts: Sequence[str]) -> list[dict[str, Any]]:
    """A reader that goes by a few words: it finds some of `LINES` and misses others."""
    return [_by_words(text) for text in texts]


def _by_words(text: str) -> dict[str, Any]:
    if line := detect(text):
        return understood(route="emergency", hotline=line, danger=0.9)
    if "起诉" in text:
        return understood(route="legal_route", legal_route="litigation")
    if "身份证" in text:
        return understood(route="decline", decline_reason="privacy", route_confidence=0.6)
    if "谢谢" in text or "满意" in text:
        rating = "satisfied" if "满意" in text else None
        return understood("rate" if rating else "thank", route="none", rating=rating, kind=None, category=[])
    if "莲都区" in text:
        return understood(region="莲都区", slots=vars(Slots(location="莲都区大洋路")))
    return understood()
