"""`bot data check` on small invented folders: findings, exit codes, JSON, and clear errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.app.commands.main import main
from tests.tools.data_check.conftest import Checkout

LETTER = "我家住在江边老小区六楼，楼顶的水箱漏水三年了，物业换了两家都说没有钱修"


def check(checkout: Checkout, *more: str) -> Result:
    folders = [f"--{name}={getattr(checkout, name)}" for name in ("training", "heldout", "articles")]
    return CliRunner().invoke(main, ["data", "check", *folders, *more])


def as_json(checkout: Checkout, *more: str) -> dict[str, Any]:
    path = checkout.training.parent / "report.json"
    check(checkout, f"--json={path}", *more)
    return json.loads(path.read_text(encoding="utf-8"))


def test_data_without_a_fault_passes(checkout: Checkout) -> None:
    done = check(checkout)
    assert done.exit_code == 0, done.output
    assert "2 examples, 1 held-out texts" in done.stdout
    assert done.stdout.endswith("Errors: 0 wrong labels, 0 contradictions, 0 leaks\n")


def test_progress_goes_to_standard_error(checkout: Checkout) -> None:
    done = check(checkout)
    assert "comparing" in done.stderr and "comparing" not in done.stdout


def test_a_wrong_label_fails_with_its_place(checkout: Checkout) -> None:
    checkout.train("早上好", intent="wave")
    done = check(checkout)
    assert done.exit_code == 1
    assert "unknown intent wave" in done.stdout and "more.yml:5  早上好" in done.stdout


def test_what_is_not_in_the_form_of_training_data_fails(checkout: Checkout) -> None:
    (checkout.training / "more.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    早上好\n", encoding="utf-8")
    assert check(checkout).exit_code == 1


def test_a_repeat_with_the_same_labels_is_told_and_passes(checkout: Checkout) -> None:
    checkout.train("你好呀！")
    done = check(checkout)
    assert done.exit_code == 0
    assert "Exact repeats: 1\n  the same labels\n" in done.stdout


def test_a_repeat_with_other_labels_fails(checkout: Checkout) -> None:
    checkout.train("你好呀！", intent="chitchat")
    done = check(checkout)
    assert done.exit_code == 1
    assert "Contradictions: the same text, different labels: 1\n  intent: greet | chitchat\n" in done.stdout


def test_near_duplicates_are_told_and_pass(checkout: Checkout) -> None:
    metadata = "{route: accept, kind: complaint, category: [城乡建设, 排水内涝], urgency: standard}"
    checkout.train("我们这栋楼的自来水发黄已经一个礼拜了啊", intent="report_matter", metadata=metadata)
    done = check(checkout)
    assert done.exit_code == 0
    assert "Near-duplicates with different labels: 1" in done.stdout
    assert "category: 城乡建设/供水 | 城乡建设/排水内涝" in done.stdout


def test_a_heldout_text_that_was_trained_on_fails_with_both_places(checkout: Checkout) -> None:
    checkout.train("你们几点钟下班呀", intent="chitchat")
    checkout.hold_out("你们几点钟下班呀？")
    done = check(checkout)
    assert done.exit_code == 1
    assert "more.jsonl:1  你们几点钟下班呀？" in done.stdout and "more.yml:5  你们几点钟下班呀" in done.stdout


def test_a_greeting_in_both_is_counted_and_passes(checkout: Checkout) -> None:
    checkout.hold_out("你好呀")
    done = check(checkout)
    assert done.exit_code == 0
    assert "      1  held-out texts that were trained on" in done.stdout


def test_messages_of_the_evaluation_folder_are_compared_and_its_other_sets_are_not(
    checkout: Checkout, tmp_path: Path
) -> None:
    metadata = "{route: accept, kind: complaint, category: [城乡建设, 物业管理], urgency: standard}"
    checkout.train(LETTER, intent="report_matter", metadata=metadata)
    more = tmp_path / "eval"
    more.mkdir()
    (more / "messages_plain.jsonl").write_text(json.dumps({"text": "领导好！" + LETTER[:30]}) + "\n", encoding="utf-8")
    (more / "policies.jsonl").write_text('{"title": "x"}\n', encoding="utf-8")
    assert check(checkout).exit_code == 0
    found = as_json(checkout, f"--eval={more}")
    assert [(leak["how"], Path(leak["examples"][0]["file"]).name) for leak in found["leaks"]] == [
        ("run", "messages_plain.jsonl")
    ]
    assert found["errors"]["leaks"] == 1


def test_a_message_in_parts_may_not_be_held_out(checkout: Checkout) -> None:
    parts = {"parts": ["公交车等了一个钟头", "也没有来"]}
    (checkout.training.parent / "matters.jsonl").write_text(json.dumps(parts) + "\n", encoding="utf-8")
    assert check(checkout).exit_code == 1
    assert [leak["how"] for leak in as_json(checkout)["leaks"]] == ["equal"]


def test_a_phrasing_may_not_be_a_question_that_measures_the_search(checkout: Checkout) -> None:
    # Only these questions measure the search; another set may hold a phrasing.
    checkout.hold_out("水费在哪里交最方便", name="acts")
    assert check(checkout).exit_code == 0
    checkout.hold_out("水费在哪里交最方便？", name="kb_questions", key="query")
    done = check(checkout)
    assert done.exit_code == 1
    assert "water.yml:3  水费在哪里交最方便" in done.stdout


def test_the_json_holds_everything(checkout: Checkout) -> None:
    checkout.train("你好呀！", "👍", intent="chitchat")
    found = as_json(checkout)
    assert found.keys() == {
        "errors", "examples", "heldout", "counts", "classes", "bare_wishes",
        "wrong_labels", "unread", "repeats", "near_duplicates", "leaks",
    }  # fmt: skip
    assert found["errors"] == {"wrong labels": 0, "contradictions": 1, "leaks": 0}
    assert (found["examples"], found["heldout"]) == (4, 1)
    assert found["counts"]["intent"] == {"chitchat": 2, "greet": 1, "report_matter": 1}
    assert found["classes"]["城乡建设/供水"] == 1
    (repeat,) = found["repeats"]
    assert repeat["differing"] == {"intent": ["greet", "chitchat"]}
    assert [(example["line"], example["text"]) for example in repeat["examples"]] == [(6, "你好呀"), (5, "你好呀！")]
    assert found["unread"][0]["examples"][0]["text"] == "👍"


def test_the_number_of_examples_that_a_class_needs_can_be_set(checkout: Checkout) -> None:
    assert "      1  城乡建设/供水" in check(checkout, "--few=2").stdout
    assert "      1  城乡建设/供水" not in check(checkout, "--few=1").stdout


def test_an_empty_folder_is_a_clear_error(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.training / "first.yml").unlink()
    done = check(checkout)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"Error: there is no training example in {checkout.training}\n"


@pytest.mark.parametrize("option", ["--heldout", "--eval"])
def test_a_folder_without_sets_is_a_clear_error(checkout: Checkout, tmp_path: Path, option: str) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = check(checkout, f"{option}={empty}")
    assert done.exit_code == 1
    assert f"there is no held-out text in {empty}" in done.stderr


def test_broken_yaml_is_a_clear_error_that_names_the_file(checkout: Checkout) -> None:
    (checkout.training / "broken.yml").write_text("nlu: [\n", encoding="utf-8")
    done = check(checkout)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"Error: {checkout.training / 'broken.yml'} is not YAML" in done.stderr


def test_a_report_that_cannot_be_written_is_a_clear_error(checkout: Checkout, tmp_path: Path) -> None:
    done = check(checkout, f"--json={tmp_path / 'nowhere' / 'report.json'}")
    assert done.exit_code == 1
    assert "Could not open file" in done.stderr
