"""What the search has learned from the articles alone: ``kb/model.json``, made by ``benchmarks/kb_tune.py``."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

FILE = Path(__file__).parent / "model.json"
FEW = 20
"""The mean of fewer vectors than about this is not trusted."""

Verdict = Literal["answer", "ask", "silent"]


@lru_cache(maxsize=1)
def model() -> dict[str, Any]:
    """The file: the encoder it was made with, the centres of its vectors, and how it is decided."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def centre(encoder: object, kind: str, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The middle of all vectors: learned for the encoder that is shipped, for another one the mean of these."""
    if getattr(encoder, "fingerprint", None) == model()["encoder"]:
        return np.array(model()["centre"][kind], np.float32)
    return np.asarray(vectors.sum(0) / (len(vectors) + FEW), np.float32)


def decision(score: float, lead: float) -> Verdict:
    """What to do when the best document has this score and this lead over the second."""
    rule = model()["decision"]
    if rule["score"] * score + rule["lead"] * lead >= rule["answer"]:
        return "answer"
    return "ask" if score >= rule["ask"] else "silent"
