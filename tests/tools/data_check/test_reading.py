"""Every text is read with its labels and its line; what cannot be read is said with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.data_check.conftest import Checkout
from tools.data_check.reading import DataError, read_heldout, read_matters, read_phrasings, read_training


def write(folder: Path, text: str, name: str = "x.yml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_both_forms_of_examples_are_read_with_labels_and_lines(tmp_path: Path) -> None:
    write(
        tmp_path,
        """\
version: "3.1"
nlu:
# 消防
- intent: report_matter
  metadata: {route: emergency, hotline: "119", kind: assistance}
  examples: |
    - 楼道里全是烟

    - 山上着火了
- intent: report_matter
  metadata: {route: emergency, kind: assistance}
  examples:
  - text: |
      我掉到井里了
    metadata: {hotline: "119"}
  - text: 孩子卡在栏杆里
- synonym: 丽水
  examples: |
    - 处州
""",
    )
    examples, faults = read_training(tmp_path)
    assert faults == []
    assert [(example.text, example.line, example.labels.get("hotline")) for example in examples] == [
        ("楼道里全是烟", 7, "119"),
        ("山上着火了", 9, "119"),
        ("我掉到井里了", 14, "119"),
        ("孩子卡在栏杆里", 16, None),
    ]
    assert {example.labels["intent"] for example in examples} == {"report_matter"}


@pytest.mark.parametrize(
    ("text", "shown", "line"),
    [
        ("nlu:\n- intent: greet\n  examples: |\n    - 你好\n    您好\n", "您好", 5),
        ("nlu:\n- intent: greet\n  examples:\n  - 你好\n", "你好", 4),
        ("nlu:\n- intent: greet\n", "None", 2),
        ("nlu:\n- intents: greet\n", "{'intents': 'greet'}", 2),
        ("nlu:\n- 你好\n", "你好", 2),
        ("- 你好\n", "None", 0),
        ("", "None", 0),
    ],
)
def test_what_is_not_in_the_form_is_a_fault_with_its_line(checkout: Checkout, text: str, shown: str, line: int) -> None:
    (fault,) = read_training(write(checkout.training, text))[1]
    assert "form" in fault.what
    assert (fault.example.text, fault.example.line) == (shown, line)
    assert fault.example.file.endswith("x.yml")


def test_a_folder_without_examples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"no training example in {tmp_path}$"):
        read_training(tmp_path)
    with pytest.raises(DataError, match=rf"no training example in {tmp_path}: .*x\.yml:2 is not in the form"):
        read_training(write(tmp_path, "nlu:\n- intents: greet\n"))


def test_broken_yaml_is_refused_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)x\.yml is not YAML.*line 2"):
        read_training(write(tmp_path, "nlu:\n- {intent: greet\n"))


def test_another_encoding_is_refused_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "gbk.yml").write_bytes("nlu: 你好".encode("gbk"))
    with pytest.raises(DataError, match=r"gbk\.yml is not UTF-8"):
        read_training(tmp_path)


def test_heldout_texts_and_questions_are_read_from_all_folders_below(checkout: Checkout) -> None:
    (checkout.heldout / "waiting").mkdir()
    checkout.hold_out("水费怎么交", "", name="waiting/kb_questions", key="query")
    found = [(text.text, text.line) for text in read_heldout(checkout.heldout)]
    assert found == [("公交车等了一个钟头也没有来", 1), ("水费怎么交", 1), ("", 2)]


def test_only_the_sets_of_a_pattern_are_read(checkout: Checkout) -> None:
    checkout.hold_out("路灯不亮", name="messages_plain")
    assert [text.text for text in read_heldout(checkout.heldout, "messages_*.jsonl")] == ["路灯不亮"]


@pytest.mark.parametrize(
    ("line", "told"),
    [("{", "x.jsonl:2 is not JSON"), ("[]", "x.jsonl:2 has neither"), ('{"text": 1}', "x.jsonl:2 has neither")],
)
def test_a_broken_line_of_a_set_is_refused_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read_heldout(write(tmp_path, f'{{"text": "你好"}}\n{line}\n', "x.jsonl"))


def test_a_folder_without_heldout_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no held-out text in"):
        read_heldout(tmp_path)


def test_messages_in_parts_are_read_whole(tmp_path: Path) -> None:
    write(tmp_path, '{"parts": ["路灯坏了，", "垃圾没人收"]}\n{"parts": ["你好"]}\n', "matters.jsonl")
    found = [(message.text, message.line) for message in read_matters(tmp_path / "matters.jsonl")]
    assert found == [("路灯坏了，垃圾没人收", 1), ("你好", 2)]
    assert read_matters(tmp_path / "nothing.jsonl") == []


@pytest.mark.parametrize(
    "line", ['{"text": "你好"}', '{"parts": []}', '{"parts": ["路灯坏了", " "]}', '{"parts": "你好"}']
)
def test_a_message_without_parts_is_refused_with_its_place(tmp_path: Path, line: str) -> None:
    write(tmp_path, f"{line}\n", "matters.jsonl")
    with pytest.raises(DataError, match=r"matters\.jsonl:1 has no"):
        read_matters(tmp_path / "matters.jsonl")


def test_phrasings_are_read_with_their_lines(checkout: Checkout) -> None:
    (phrasing,) = read_phrasings(checkout.articles)
    assert (phrasing.text, phrasing.line) == ("水费在哪里交最方便", 3)


@pytest.mark.parametrize("text", ["- 你好\n", "- id: water\n", "- id: water\n  phrasings: 水费\n"])
def test_an_article_without_phrasings_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"x\.yml is not a list of articles"):
        read_phrasings(write(tmp_path, text))
