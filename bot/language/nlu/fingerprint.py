"""What a component's code is, so that Rasa's cache knows when to train again."""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent


def sources(*names: str) -> str:
    """A digest of the modules of these names in this folder."""
    return hashlib.sha256(b"".join((FOLDER / f"{name}.py").read_bytes() for name in names)).hexdigest()
