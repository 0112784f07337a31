"""What a flood leaves free between blocks in use goes back to the system while the service goes on."""

from __future__ import annotations

import subprocess
import sys

KEPT = 100
"""Megabytes at most that still stay of 300."""
PROGRAM = """
import asyncio, pathlib, re, sys
from bot.app import memory

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024

async def flood():
    before = held()
    blocks = [b"x" * 10_000 for _ in range(30_000)]
    blocks[:] = [block for number, block in enumerate(blocks) if number % 100 == 99]
    memory.EVERY = 0.01
    giving = asyncio.create_task(memory.give_back_small_blocks())
    for _ in range(1000):
        if held() - before < int(sys.argv[1]):
            print("given back")
            break
        await asyncio.sleep(0.01)
    giving.cancel()
    assert len(blocks) == 300

asyncio.run(flood())
"""


def test_what_is_free_between_blocks_in_use_goes_back() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(KEPT)], capture_output=True, text=True, check=True)
    assert done.stdout == "given back\n"
