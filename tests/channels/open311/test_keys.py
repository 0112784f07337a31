"""The setting of the keys is read strictly, and a mistake in it is seen at the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from channels.open311.keys import SCOPES, parse
from tests.ports import free_port


def test_keys_have_a_name_a_secret_and_scopes() -> None:
    first, second = parse(" a:secret:file , b:with:colon:read+personal,")
    assert (first.name, first.secret, first.scopes) == ("a", "secret", {"file"})
    assert (second.name, second.secret, second.scopes) == ("b", "with:colon", {"read", "personal"})
    assert first.visitor_id == "open311:a"
    assert parse("") == ()


@pytest.mark.parametrize(
    "text",
    ["a", "a:secret", "a:secret:", "a::file", ":secret:file", "a:secret:write", "a:b:file+", f"{'n' * 51}:s:file"],
)
def test_a_key_that_cannot_be_read_is_named_but_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="key 2 of BOT_OPEN311_KEYS") as error:
        parse(f"fine:secret:file,{text}")
    assert "secret" not in str(error.value) and all(scope in str(error.value) for scope in SCOPES)


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        parse("a:one:file,a:two:read")


def test_a_service_with_a_mistake_in_its_keys_does_not_start(tmp_path: Path) -> None:
    env = {"BOT_OPEN311_KEYS": "a:very-secret:write", "BOT_DATA_DIR": str(tmp_path), "BOT_PORT": str(free_port())}
    bot = Path(sys.executable).with_name("bot")
    ended = subprocess.run([bot, "relay"], env={**os.environ, **env}, capture_output=True, text=True, timeout=120)
    assert ended.returncode != 0 and "BOT_OPEN311_KEYS" in ended.stderr and "very-secret" not in ended.stderr
