"""No regular expression of the product can be made to stall by a text of a message's length."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from bot.settings import ROOT
from tests.patterns import slow


def test_every_pattern_reads_every_text_in_its_time():
    # Its own process: it watches what is compiled while the modules are imported, and a search that hangs ends with it.
    run = subprocess.run(
        [sys.executable, "-m", "tests.patterns"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=True
    )
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["slow"] == {}
    assert found["unseen"] == [], "compiled nowhere that the test looks: use it in tests.patterns._read_tables"
    assert found["patterns"] > 600


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?:的|到|(?:开始|起)[,，]?|,|左右)*$",
        r"(?:[0-9][0-9,.]*[0-9]|[一二三百千万亿几]*[百千万亿][一二三百千万亿几]*)[多几]?[万亿]?块(?!地)",
        r"(?:吃了|食堂).*(?:好几个|有个).*(?:吐|晕).*(?:快来|救命)",
        r"(?:[0-9a-f]+,?)+;",
    ],
)
def test_the_attack_finds_slow_patterns(pattern: str):
    assert slow(re.compile(pattern)) is not None


def test_the_attack_leaves_quick_patterns_alone():
    assert slow(re.compile(r"(?:吃了|食堂).{0,100}(?:好几个|有个)|着火了?|[0-9]{1,4}楼")) is None
