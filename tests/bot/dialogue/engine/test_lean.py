"""Rasa runs in the service without TensorFlow; a pipeline that computes with it gets the real one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_the_engine_is_imported_without_tensorflow() -> None:
    program = """
import bot.dialogue.engine.rasa, sys
real = [name for name, module in sys.modules.items()
        if name.split(".")[0] in ("tensorflow", "keras", "tensorflow_addons") and getattr(module, "__file__", None)]
from rasa.core.policies.rule_policy import RulePolicy
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
print(len(real), RulePolicy.__name__, JiebaTokenizer.__name__)
"""
    assert run(program) == "0 RulePolicy JiebaTokenizer"


@pytest.mark.parametrize(
    ("component", "real"), [("DIETClassifier", True), ("TEDPolicy", True), ("LogisticRegressionClassifier", False)]
)
def test_a_component_that_computes_with_tensorflow_gets_the_real_one(
    tmp_path: Path, component: str, real: bool
) -> None:
    (tmp_path / "config.yml").write_text(f"pipeline:\n  - name: {component}\n")
    program = """
import importlib.util, pathlib, sys
import bot.dialogue.engine.lean as lean
lean.ROOT = pathlib.Path(sys.argv[1])
lean.without_tensorflow()
print(importlib.util.find_spec("tensorflow").has_location)
"""
    assert run(program, str(tmp_path)) == str(real)
