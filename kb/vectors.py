"""Vectors of the knowledge base, kept in the store: a text is encoded once, not at every start."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from sqlalchemy import select

from bot.nlu.encoder import Encoder, Kind, Vectors
from bot.storage import Database
from bot.storage.tables import Vector


class KeptVectors:
    """An encoder for texts that stay: what is kept is read, the rest is encoded and kept."""

    def __init__(self, encoder: Encoder, store: Database) -> None:
        self._encoder, self._store = encoder, store

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        """Vectors, shape (len(texts), dim). ``progress`` names a bar on standard error."""
        digests = [self._digest(text, kind) for text in texts]
        with self._store.transaction() as session:
            rows = session.execute(select(Vector.digest, Vector.values).where(Vector.digest.in_(digests))).all()
        found = {name: np.frombuffer(values, np.float32) for name, values in rows}
        missing = {name: text for name, text in zip(digests, texts, strict=True) if name not in found}
        if missing:
            fresh = self._encoder.encode(list(missing.values()), kind, progress)
            found |= dict(zip(missing, fresh, strict=True))
            with self._store.transaction() as session:
                for name in missing:
                    session.merge(Vector(digest=name, values=found[name].tobytes()))
        return np.stack([found[name] for name in digests]) if texts else np.zeros((0, self._encoder.dim), np.float32)

    def _digest(self, text: str, kind: Kind) -> str:
        return hashlib.sha256(f"{self._encoder.fingerprint}\0{kind}\0{text}".encode()).hexdigest()
