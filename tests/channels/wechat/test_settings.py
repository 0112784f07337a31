"""Settings of the channel: each documented, mistakes said at once, and off without a token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from channels.wechat.settings import WeChatSettings
from tests.docs.test_docs import first_cells, page
from tests.tools.wechat_standin.driver import AES_KEY


def settings(**given: Any) -> WeChatSettings:
    return WeChatSettings(_env_file=None, **given)


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    told = {
        cells[1].strip().strip("`"): cells[2].strip().strip("`")
        for cells in (
            line.split("|") for line in page("docs/settings.md").splitlines() if line.startswith("| `WECHAT_")
        )
    }
    fields = WeChatSettings.__fields__
    defaults = {f"WECHAT_{name.upper()}": field.default for name, field in fields.items()}
    assert told == {name: "not set" if value in (None, "") else str(value) for name, value in defaults.items()}
    assert {cell for cell in first_cells(page("docs/settings.md")) if cell.startswith("WECHAT_")} == set(defaults)


@pytest.mark.parametrize("token", [None, "", "  "])
def test_without_a_token_the_channel_is_off(token: str | None) -> None:
    assert not settings(token=token).on
    assert settings(token="t").on


@pytest.mark.parametrize(
    "given",
    [
        {"aes_key": "short"},
        {"aes_key": "ä" * 43},
        {"aes_key_previous": AES_KEY[:-1]},
        {"token": "t", "aes_key": AES_KEY},
        {"token": "t", "app_secret": "s"},
        {"encrypted_only": True},
        {"api_base": "api.weixin.qq.com"},
        {"notice_means": "sms"},
        {"notice_fields": "thing1=name"},
        {"notice_fields": "thing1"},
    ],
)
def test_a_mistake_is_said_at_once_and_without_the_secret(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        settings(**given)
    assert AES_KEY[:-1] not in str(error.value)


def test_they_come_from_the_environment_and_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("WECHAT_TOKEN=from the file\nWECHAT_APP_ID=wx1\nBOT_PORT=1\n")
    monkeypatch.chdir(tmp_path)
    assert WeChatSettings().token.get_secret_value() == "from the file"  # type: ignore[union-attr]
    monkeypatch.setenv("WECHAT_TOKEN", "from the environment")
    chosen = WeChatSettings()
    assert chosen.token is not None and chosen.token.get_secret_value() == "from the environment"
    assert chosen.app_id == "wx1"


def test_the_new_key_comes_before_the_old_one() -> None:
    old = AES_KEY[::-1]
    assert settings(aes_key=AES_KEY, aes_key_previous=old, app_id="wx").aes_keys == [AES_KEY, old]
    assert settings().aes_keys == []


def test_fields_of_the_template_are_read() -> None:
    assert settings(notice_fields="thing1=unit, time2 = time").fields == {"thing1": "unit", "time2": "time"}
