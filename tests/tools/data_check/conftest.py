"""A small invented checkout: training examples, a held-out set and articles, in which nothing is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

TRAINING = """\
version: "3.1"
nlu:
- intent: greet
  metadata: {route: none}
  examples: |
    - 你好呀
- intent: report_matter
  metadata: {route: accept, kind: complaint, category: [城乡建设, 供水], urgency: standard}
  examples: |
    - 我们这栋楼的自来水发黄已经一个礼拜了
"""


@dataclass(frozen=True)
class Checkout:
    """The three folders of a checkout, and ways to write into them."""

    training: Path
    heldout: Path
    articles: Path

    def train(self, *lines: str, intent: str = "greet", metadata: str = "{route: none}", name: str = "more") -> None:
        """One more file of training examples."""
        examples = "".join(f"    - {line}\n" for line in lines)
        block = f"nlu:\n- intent: {intent}\n  metadata: {metadata}\n  examples: |\n{examples}"
        (self.training / f"{name}.yml").write_text(block, encoding="utf-8")

    def hold_out(self, *texts: str, name: str = "more", key: str = "text") -> None:
        """One more held-out set."""
        rows = "".join(json.dumps({key: text}, ensure_ascii=False) + "\n" for text in texts)
        (self.heldout / f"{name}.jsonl").write_text(rows, encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout without a fault."""
    made = Checkout(tmp_path / "nlu", tmp_path / "heldout", tmp_path / "kb")
    for folder in (made.training, made.heldout, made.articles):
        folder.mkdir()
    (made.training / "first.yml").write_text(TRAINING, encoding="utf-8")
    made.hold_out("公交车等了一个钟头也没有来", name="first")
    article = "- id: water\n  phrasings:\n    - 水费在哪里交最方便\n"
    (made.articles / "water.yml").write_text(article, encoding="utf-8")
    return made
