"""Simplified characters (简体) for traditional ones."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """The text in simplified characters, by OpenCC; without halves of surrogate pairs, which it cannot read."""
    return str(_converter().convert(text.encode("utf-8", "ignore").decode()))
