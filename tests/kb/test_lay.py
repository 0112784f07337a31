"""Texts without questions of their own are found by what people ask about the rules that they state."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kb.lay
from bot.nlu.encoder import encoder
from kb.index import Document
from kb.lay import FOLDER, Rule, asked_by_people, rules
from kb.search import foreign_corpus

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


def test_words_that_no_statute_uses_find_its_article(tmp_path: Path) -> None:
    rows = [
        {"id": "lessor", "title": "", "text": "出租人应当履行租赁物的维修义务，但是当事人另有约定的除外。"},
        {"id": "trial", "title": "", "text": "同一用人单位与同一劳动者只能约定一次试用期。"},
        {"id": "heirs", "title": "", "text": "继承开始后，没有遗嘱的，由第一顺序继承人继承：配偶、子女、父母。"},
        {"id": "minor", "title": "", "text": "未成年人造成他人损害的，由其监护人承担侵权责任。"},
    ]
    path = tmp_path / "laws.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    search = foreign_corpus(path).search
    for query, best in (("熊孩子砸了人家车窗谁掏钱", "minor"), ("老头子走了没留字条，房子归谁", "heirs")):
        assert search(query).hits[0].document.id == best


def test_every_rule_is_one_question_and_one_rule_in_simplified_chinese() -> None:
    assert len(rules()) > 7_000
    asks = [rule.ask for rule in rules()]
    assert len(asks) == len(set(asks))
    for rule in rules():
        for text in (rule.ask, rule.law):
            assert re.search(r"[一-鿿]", text), rule
            assert text == text.strip(), rule
        assert len(rule.law) <= 300, rule


def test_the_files_hold_nothing_else() -> None:
    for file in FOLDER.iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            assert json.loads(line).keys() == {"ask", "law"}, (file.name, line)
