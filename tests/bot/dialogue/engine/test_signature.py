"""A model is loaded only as it was signed, and whoever starts the service reads what to do."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.dialogue.engine import rasa, signature
from bot.dialogue.engine.signature import SignatureError
from bot.settings import Settings
from tests.conftest import BOT

Environment = Callable[..., Settings]


@pytest.fixture
def signed(environment: Environment, tmp_path: Path) -> Path:
    """Stands for a trained model: the signature knows nothing of what is in the file."""
    environment(BOT_MODELS_DIR=str(tmp_path), BOT_MODEL_KEY="a key")
    path = tmp_path / "hotline.tar.gz"
    path.write_bytes(b"a model" * 100_000)
    signature.sign(path)
    return path


def test_what_was_signed_passes_wherever_it_is_copied_to(signed: Path, tmp_path: Path) -> None:
    signature.check(signed)
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for path in (signed, signed.with_name("hotline.tar.gz.sig")):
        (copy / path.name).write_bytes(path.read_bytes())
    signature.check(copy / signed.name)


def test_a_single_changed_byte_is_refused_before_the_model_is_opened(signed: Path) -> None:
    content = bytearray(signed.read_bytes())
    content[-1] ^= 1
    signed.write_bytes(content)
    with pytest.raises(SignatureError, match="was changed"):
        signature.check(signed)


def test_the_engine_does_not_load_a_changed_model(signed: Path) -> None:
    signed.write_bytes(b"another")
    with pytest.raises(SignatureError, match="bot train"):
        asyncio.run(rasa.load(actions=False))


@pytest.mark.parametrize("kept", ["", "0" * 64, "签名"])
def test_another_signature_is_refused(signed: Path, kept: str) -> None:
    signed.with_name("hotline.tar.gz.sig").write_text(kept)
    with pytest.raises(SignatureError, match="was changed"):
        signature.check(signed)


def test_a_model_without_a_signature_is_refused(signed: Path) -> None:
    signed.with_name("hotline.tar.gz.sig").unlink()
    with pytest.raises(SignatureError, match=r"hotline\.tar\.gz\.sig is missing"):
        signature.check(signed)


def test_another_key_is_refused(signed: Path, environment: Environment) -> None:
    environment(BOT_MODEL_KEY="another key")
    with pytest.raises(SignatureError, match="another key"):
        signature.check(signed)


def test_without_a_key_one_is_made_at_the_training_and_kept_for_its_owner_only(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.settings.ROOT", tmp_path)
    environment(BOT_MODEL_KEY="", BOT_DATA_DIR=str(tmp_path / "of this service"))
    path = tmp_path / "model"
    path.write_bytes(b"a model")
    with pytest.raises(SignatureError, match="BOT_MODEL_KEY"):
        signature.check(path)
    signature.sign(path)
    key = tmp_path / "data" / "model.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    made = key.read_text()
    signature.sign(path)
    assert key.read_text() == made
    environment(BOT_DATA_DIR=str(tmp_path / "of another service"))
    signature.check(path)


@pytest.mark.parametrize("command", ["serve", "understand"])
def test_the_commands_say_it_in_one_line_and_do_not_start(signed: Path, tmp_path: Path, command: str) -> None:
    signed.write_bytes(b"another")
    environment = {**os.environ, "BOT_DATA_DIR": str(tmp_path)}
    done = subprocess.run([BOT, command], env=environment, input="", capture_output=True, text=True, timeout=600)
    assert done.returncode == 1
    assert "was changed after its training" in done.stderr
    assert "Traceback" not in done.stderr
