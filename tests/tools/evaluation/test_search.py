"""Measuring the search: what a figure counts, and what the command prints. `test_guard.py` measures the articles."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from bot.app.commands.main import main
from bot.settings import ROOT
from kb.search.base import KnowledgeBase
from kb.search.store import load_articles
from tests.kb.conftest import article
from tools.evaluation import search as evaluation

HELDOUT = ROOT / "tests" / "heldout"


def test_every_article_has_three_questions_and_every_question_its_article() -> None:
    articles = sorted(article.id for article in load_articles())
    assert sorted(row["id"] for row in evaluation.load(HELDOUT).answerable) == sorted(articles * 3)


def test_a_figure_counts_what_it_names() -> None:
    base = KnowledgeBase([article(), article(id="other", title="公积金怎么提取？", phrasings=["取公积金"] * 4)])
    sets = evaluation.Sets(
        [{"query": "路灯坏了找谁修", "id": "lamp-repair"}, {"query": "路灯坏了找谁修", "id": "other"}],
        [{"query": "zzz", "near": False}, {"query": "路灯坏了找谁修", "near": True}],
    )
    found = {figure.name: figure.value for figure in evaluation.own(base, sets)}
    assert found == {
        "kb.first": 0.5,
        "kb.third": 1.0,
        "kb.answered": 1.0,
        "kb.answered_right": 0.5,
        "kb.helped": 0.5,
        "kb.wrong": 0.5,
        "kb.wrong_near": 1.0,
        "kb.silent": 0.5,
    }


def test_other_corpora_are_measured_where_they_are_there(tmp_path: Path) -> None:
    assert evaluation.foreign(tmp_path) == []
    rows = {
        "policies": [
            {"id": "a", "title": "路灯", "text": "路灯坏了报修。"},
            {"id": "b", "title": "公积金", "text": "提取公积金。"},
        ],
        "policy_questions": [{"query": "路灯坏了", "relevant": ["a"]}, {"query": "路灯报修", "relevant": ["b"]}],
    }
    for name, lines in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    [figure] = evaluation.foreign(tmp_path)
    assert (figure.name, figure.value, figure.n) == ("policies.hit@1", 0.5, 2)


def test_the_command_prints_the_figures_and_which_floors_are_kept(model: Path, tmp_path: Path) -> None:
    # It needs the articles encoded, which comes with the model; doing it beside the training took eight minutes.
    question = {"query": "身份证丢了怎么补办", "id": "id-card"}
    (tmp_path / "kb_questions.jsonl").write_text(json.dumps(question), encoding="utf-8")
    (tmp_path / "kb_unanswerable.jsonl").write_text(json.dumps({"query": "zzz", "near": False}), encoding="utf-8")
    done = CliRunner().invoke(main, ["kb", "evaluate", "--heldout", str(tmp_path), "--shared", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "kb.first" in done.output and "3 of 3 floors are kept." in done.output
