"""Reads generated messages, made of what the product's own patterns look for: none may fail, none may take over a second.

    python -m benchmarks.nasty_texts --count 100000            # with the trained model
    python -m benchmarks.nasty_texts --count 120 --rules       # danger and facts alone, as CI does

Prints JSON; seconds are those of the processor, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import time
import traceback
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

from tests.patterns import gathered, messages

LIMIT = 1.0
"""Seconds of one message."""


def by_rules() -> Callable[[str], Any]:
    """Reads danger and facts."""
    from datetime import datetime

    from bot.dialogue.engine import reading
    from bot.dialogue.lifelines import lifelines
    from bot.language.extract.facts import find_case_number, find_name, find_time
    from bot.language.extract.matters import clauses
    from bot.language.extract.places import find_location
    from bot.language.extract.when import resolve_time
    from bot.language.nlu.extractor import MENTIONS

    def read(text: str) -> None:
        parsed = reading.by_rules(text)
        lifelines(text)
        plain = parsed["text"]
        for find in (find_case_number, find_name, find_time, clauses, find_location, *MENTIONS.values()):
            find(plain)
        find_name(plain, asked=True)
        resolve_time(plain, datetime(2026, 11, 26, 12))

    return read


def by_model() -> Callable[[str], Any]:
    """Reads as the service does."""
    from bot.dialogue.engine import rasa

    loop = asyncio.new_event_loop()
    agent = loop.run_until_complete(rasa.load(actions=False))
    return lambda text: loop.run_until_complete(rasa.understand(agent, text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rules", action="store_true", help="danger and facts alone")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    given = parser.parse_args()
    watch, _ = gathered()
    read = by_rules() if given.rules else by_model()
    read("丽阳街123号的路灯昨天坏了，我叫王芳")
    count, slowest, slow, failed = 0, (0.0, ""), [], []
    end = time.monotonic() + given.seconds
    for text in tqdm(messages(watch, given.count, given.seed), total=given.count):
        if time.monotonic() > end:
            break
        began = time.process_time()
        try:
            read(text)
        except Exception:
            failed.append([text[:60], traceback.format_exc(limit=-3)])
        took = time.process_time() - began
        slowest = max(slowest, (round(took, 3), text[:60]))
        if took > LIMIT:
            slow.append([round(took, 3), text[:60]])
        count += 1
    with contextlib.suppress(BrokenPipeError):
        told = {"read": count, "slowest": slowest, "over a second": slow, "failed": failed}
        print(json.dumps(told, ensure_ascii=True))


if __name__ == "__main__":
    main()
