"""The signature of the trained model: what is loaded is what `bot train` wrote.

Rasa imports and runs whatever classes a model's metadata names, so that whoever can exchange the file runs code here.
The signature (HMAC-SHA256) stands beside the model, its key elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from bot.settings import settings


class SignatureError(RuntimeError):
    """The model is not the one that was trained here; says what to do."""


def sign(model: Path) -> None:
    """Writes the signature beside a model that was just trained."""
    if key := settings().model_signing_key(make=True):
        _beside(model).write_text(_signature(model, key))


def check(model: Path) -> None:
    """Raises `SignatureError` unless the model is as it was signed."""
    key = settings().model_signing_key()
    kept = _beside(model).read_text().strip() if _beside(model).exists() else None
    if key is None or kept is None:
        missing = "its key is missing (BOT_MODEL_KEY)" if key is None else f"{_beside(model).name} is missing"
        raise SignatureError(f"{model} cannot be checked, since {missing}: run `bot train`")
    # As bytes: what is no ASCII cannot be compared as text.
    if not hmac.compare_digest(kept.encode(), _signature(model, key).encode()):
        raise SignatureError(
            f"{model} was changed after its training, or signed with another key (BOT_MODEL_KEY). It is not loaded. "
            "If you did not change it, find out who did; then run `bot train`"
        )


def _beside(model: Path) -> Path:
    return model.with_name(f"{model.name}.sig")


def _signature(model: Path, key: str) -> str:
    with model.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return hmac.new(key.encode(), digest, hashlib.sha256).hexdigest()
