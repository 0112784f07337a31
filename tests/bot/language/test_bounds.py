"""Texts made to stall the reading of a message: each is read within a bound that a freeze breaks by far."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime

import pytest

from bot.language.danger.detector import detect
from bot.language.extract.when import resolve_time
from bot.settings import ROOT

NASTY = [
    "亿几" * 1000,
    "五几亿" * 666,
    "食堂好几个" * 400,
    "吃了席有个" * 400,
    "开始," * 300 + "左右。",
    "昨天开始,到," * 280 + "左右啊",
    "丽水" + "3" * 1998,
    "昨天现在着火了" * 285,
    "着火了，不是" * 330,
    "现在着火了。建议" * 250,
    "上" * 2000,
    "一" * 2000,
    "谢谢" * 999 + "您",
]
_READ = """
import json, signal, sys
from bot.language.danger.helpers import also_ambulance, self_harm
from bot.language.extract.amounts import find_amounts
from bot.language.extract.facts import find_name, find_phone, find_time
from bot.language.extract.matters import clauses
from bot.language.extract.places import find_location
from bot.language.nlu.normaliser import normalise
find_location("丽水")
for text in json.load(sys.stdin):
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    for read in (normalise, also_ambulance, self_harm, find_amounts, find_name, find_phone, find_time, clauses,
                 find_location, normalise):
        read(text)
print("read")
"""


def test_texts_made_to_stall_are_read():
    # Each within two seconds of the processor, which ends the process: it takes a tenth; some took 5 to 36 before.
    run = subprocess.run(
        [sys.executable, "-c", _READ], input=json.dumps(NASTY), cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.stdout.endswith("read\n"), run.stderr


@pytest.mark.parametrize(
    "words", ["99999999小时前", "9" * 30 + "分钟前", "99999999天前", "最近99999999年", "千千千千千千千千年前"]
)
def test_times_beyond_any_calendar_are_no_times(words: str):
    assert resolve_time(words, datetime(2026, 11, 26)) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("食堂吃了饭好几个人都在吐", "120"),
        ("食堂里有个孩子，饭后都好好的，不知怎么好几个同学现在晕倒了", "120"),
        ("现在着火了。建议多装摄像头。" * 60 + "现在救命着火了", "119"),
        ("昨天着火了，已经扑灭了。" * 100, None),
    ],
)
def test_bounded_signs_are_still_seen(text: str, line: str | None):
    assert detect(text) == line


def test_generated_messages_are_read_without_an_error_and_in_time():
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.nasty_texts", "--rules", "--count", "120"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    told = json.loads(run.stdout.splitlines()[-1])
    assert (told["read"], told["failed"], told["over a second"]) == (120, [], [])
