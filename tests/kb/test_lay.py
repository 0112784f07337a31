"""Texts without questions of their own are found by what people ask about the rules that they state."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kb.lay
import kb.search.base
from bot.language.nlu.encoder import encoder
from kb.lay import Rule, asked_by_people, rules
from kb.search.base import foreign_corpus
from kb.search.index import Document

ROOF = Rule("楼上漏水泡了我家天花板", "不动产相邻各方用水排水，造成对方损害的，须予赔偿。")
LESSOR = Document("lessor", "租赁", "出租人应当履行租赁物的维修义务，但是当事人另有约定的除外。")
DRAINS = Document("drains", "相邻", "不动产权利人因用水、排水给相邻的不动产造成损害的，应当给予赔偿。")


def test_a_text_that_states_a_rule_is_asked_for_by_its_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kb.lay, "rules", lambda: [ROOF, Rule("跳槽去对手那里行吗", "竞业限制的期限不得超过二年。")])
    assert [document.lay for document in asked_by_people([LESSOR, DRAINS], encoder())] == [(), (ROOF.ask,)]


def test_a_rule_of_another_matter_goes_to_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kb.lay, "rules", lambda: [ROOF, Rule("跳槽去对手那里行吗", "竞业限制的期限不得超过二年。")])
    lamps = Document("lamps", "路灯", "城市照明设施由养护单位每日巡查。")
    assert asked_by_people([lamps], encoder()) == [lamps]


@pytest.mark.parametrize("documents", [[], [Document("empty", "无", "")]])
def test_where_there_is_no_text_nothing_is_asked(documents: list[Document]) -> None:
    assert asked_by_people(documents, encoder()) == documents


def test_words_that_no_statute_uses_find_its_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        "drains": DRAINS.text,
        "objects": "从建筑物中抛掷物品造成他人损害的，由侵权人依法承担侵权责任。",
        "finder": "遗失物受领人应当向拾得人支付保管遗失物的必要费用。",
        "duress": "行为人因胁迫实施的民事法律行为，受胁迫方有权请求人民法院予以撤销。",
        "debtor": "债务人将债务转移给第三人的，应当经债权人同意。",
        "damage": "故意毁坏公私财物，数额较大的，处三年以下有期徒刑、拘役或者罚金。",
        "animals": "饲养的动物造成他人损害的，动物饲养人或者管理人应当承担侵权责任。",
        "interest": "借款的利息不得预先在本金中扣除。",
    }
    path = tmp_path / "laws.jsonl"
    rows = ({"id": name, "text": text} for name, text in texts.items())
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    query = "他拿刀逼我签的字算数吗"
    assert foreign_corpus(path).search(query).hits[0].document.id == "duress"
    monkeypatch.setattr(kb.search.base, "asked_by_people", lambda documents, *_: documents)
    assert foreign_corpus(path).search(query).hits[0].document.id != "duress"


def test_no_question_stands_there_twice() -> None:
    asks = [rule.ask for rule in rules()]
    assert len(asks) == len(set(asks))


def test_every_rule_has_a_question_and_both_are_in_chinese() -> None:
    for rule in rules():
        for text in (rule.ask, rule.law):
            assert re.search(r"[一-鿿]", text), rule
            assert text == text.strip(), rule
