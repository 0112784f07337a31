"""Memory that is free goes back to the system. glibc keeps it otherwise; with another C library nothing is done here."""

from __future__ import annotations

import asyncio
import ctypes
from typing import Final

EVERY = 30.0
"""Seconds from one time of giving back to the next; it takes some milliseconds, in a thread of its own."""
_LARGE_BLOCK: Final = 1024 * 1024
"""Bytes from which a block goes back to the system as soon as it is free. The C library would raise the bound to the largest
upload, keep 200 MB of them, and never give that back."""
_M_MMAP_THRESHOLD: Final = -3
"""Of malloc.h."""

_c_library = ctypes.CDLL(None)


def give_back_large_blocks() -> None:
    """From now on, as soon as they are free."""
    if hasattr(_c_library, "mallopt"):
        _c_library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


async def give_back_small_blocks() -> None:
    """Again and again, until it is cancelled: what lies free between blocks in use, which a flood of messages leaves behind."""
    while hasattr(_c_library, "malloc_trim"):
        await asyncio.sleep(EVERY)
        await asyncio.to_thread(_c_library.malloc_trim, 0)
