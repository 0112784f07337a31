"""Vectors of texts that stay, kept in one file beside the model: a text is encoded once, not at every start.

The file is shared by every process and store of the machine. It is a cache: it can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np
from cachetools import LRUCache

from bot.language.nlu.encoder import Encoder, Kind, Vectors, encoder
from bot.settings import settings

_T = TypeVar("_T")

FILE = "vectors.db"
TOGETHER = 512
"""Texts that are looked up, or encoded and kept, at once: what is encoded is kept also if the process is stopped."""
REMEMBERED = 65_536
"""Vectors that are remembered: 50 MB of 384 numbers."""
WAIT = 60
"""Seconds to wait while another process writes."""

_TABLE = "CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"


class KeptVectors:
    """An encoder for texts that stay: what is kept is read, the rest is encoded and kept.

    Half precision is kept and given: cosines change in the fourth digit, and the file is half as large. What was read
    last is remembered, since a publication changes few lines of many.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder, self._path = encoder, path
        self._held: LRUCache[tuple[Kind, str], bytes] = LRUCache(REMEMBERED)
        self._lock = Lock()
        self.fingerprint, self.dim = encoder.fingerprint, encoder.dim
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.execute(_TABLE)

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        """Vectors, shape (len(texts), dim). ``progress`` names a bar on standard error."""
        with self._lock:
            held = {text: self._held[kind, text] for text in texts if (kind, text) in self._held}
        read = self._read([text for text in dict.fromkeys(texts) if text not in held], kind, progress)
        with self._lock:
            self._held.update({(kind, text): vector for text, vector in read.items()})
        held |= read
        vectors = np.empty((len(texts), self._encoder.dim), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[:] = np.frombuffer(held[text], np.float16)
        return vectors

    def _read(self, texts: list[str], kind: Kind, progress: str | None) -> dict[str, bytes]:
        """The vectors of different texts from the file; what is not there is encoded."""
        digests = {text: self._digest(text, kind) for text in texts}
        found: dict[bytes, bytes] = {}
        with closing(self._connect()) as connection:
            for part in _parts(list(digests.values())):
                marks = ",".join("?" * len(part))
                found.update(connection.execute(f"SELECT * FROM vectors WHERE digest IN ({marks})", part))  # noqa: S608
            for some in _parts([text for text, digest in digests.items() if digest not in found]):
                fresh = self._encoder.encode(some, kind, progress).astype(np.float16)
                rows = [(digests[text], vector.tobytes()) for text, vector in zip(some, fresh, strict=True)]
                with connection:
                    connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
                found.update(rows)
        return {text: found[digest] for text, digest in digests.items()}

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=WAIT)

    def _digest(self, text: str, kind: Kind) -> bytes:
        return hashlib.sha256(f"{self._encoder.fingerprint}\0{kind}\0{text}".encode()).digest()


def _parts(items: list[_T]) -> list[list[_T]]:
    return [items[start : start + TOGETHER] for start in range(0, len(items), TOGETHER)]


@lru_cache(maxsize=1)
def kept_vectors() -> KeptVectors:
    """The encoder of this process with the vectors that are kept beside the model."""
    return KeptVectors(encoder(), settings().models_dir / FILE)
