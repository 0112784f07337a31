"""Settings of the WeChat channel: environment variables with the prefix ``WECHAT_``, and the file ``.env``.

``docs/settings.md`` lists them; a test asserts that it names every one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseSettings, Field, SecretStr, root_validator, validator

_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
NOTICE_FACTS = ("number", "state", "unit", "due", "time")
"""What a field of a notice's template can hold: 工单号、状态、承办单位、办结期限、通知时间."""


class WeChatSettings(BaseSettings):
    """All settings of one official account. Without a token the channel is off."""

    token: SecretStr | None = Field(
        default=None, description="Token (令牌) of the server configuration; off unless set"
    )
    app_id: str = Field(default="", description="AppID of the account")
    app_secret: SecretStr | None = Field(
        default=None, description="AppSecret; without it only passive replies are possible"
    )
    aes_key: SecretStr | None = Field(
        default=None, description="EncodingAESKey, 43 signs, for the compatible and the encrypted mode"
    )
    aes_key_previous: SecretStr | None = Field(
        default=None, description="The EncodingAESKey before, while a change of keys is under way"
    )
    encrypted_only: bool = Field(
        default=False, description="Refuse messages that are not encrypted; set it once the account is in the safe mode"
    )
    api_base: str = Field(default="https://api.weixin.qq.com", description="Address of the platform's calls")
    msgmenu: bool = Field(
        default=True,
        description="Send buttons as menu messages (菜单消息); numbers take their place where the account may not",
    )
    transfer: bool = Field(
        default=False, description="Hand who asks for a person to WeChat's own agents instead of the desk"
    )
    notice_means: Literal["subscribe", "template"] = Field(
        default="subscribe", description="Notices outside the 48 hours: `subscribe` (订阅通知) or `template` (模板消息)"
    )
    notice_template: str | None = Field(default=None, description="Id of their template; none are sent unless set")
    notice_fields: str = Field(
        default="character_string1=number,phrase2=state,thing3=unit,time4=time",
        description="Fields of the template and what each holds: `number`, `state`, `unit`, `due` or `time`",
    )

    class Config:
        env_prefix = "WECHAT_"
        env_file = ".env"

    @validator("token", "app_secret", "aes_key", "aes_key_previous", "notice_template", pre=True)
    def _empty_is_not_set(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @validator("aes_key", "aes_key_previous")
    def _whole_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _AES_KEY.fullmatch(value.get_secret_value()):
            raise ValueError("an EncodingAESKey has exactly 43 letters and digits")
        return value

    @validator("api_base")
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("WECHAT_API_BASE begins with https://")
        return value.rstrip("/")

    @validator("notice_fields")
    def _known_facts(cls, value: str) -> str:
        unknown = set(parse_fields(value).values()) - set(NOTICE_FACTS)
        if unknown:
            raise ValueError(f"WECHAT_NOTICE_FIELDS knows {', '.join(NOTICE_FACTS)}, not {', '.join(sorted(unknown))}")
        return value

    @root_validator(skip_on_failure=True)
    def _fit_together(cls, values: dict[str, Any]) -> dict[str, Any]:
        needing = [name for name in ("aes_key", "app_secret") if values[name]]
        if values["token"] and needing and not values["app_id"]:
            raise ValueError(f"WECHAT_{needing[0].upper()} needs WECHAT_APP_ID")
        if values["encrypted_only"] and not values["aes_key"]:
            raise ValueError("WECHAT_ENCRYPTED_ONLY needs WECHAT_AES_KEY")
        return values

    @property
    def on(self) -> bool:
        """Whether the channel is switched on."""
        return self.token is not None

    @property
    def aes_keys(self) -> list[str]:
        """The EncodingAESKeys in use, the newest first."""
        return [key.get_secret_value() for key in (self.aes_key, self.aes_key_previous) if key]

    @property
    def fields(self) -> dict[str, str]:
        """What each field of the notice's template holds."""
        return parse_fields(self.notice_fields)


def parse_fields(text: str) -> dict[str, str]:
    """``thing1=unit,time2=time`` as a dictionary."""
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {name.strip(): fact.strip() for name, _, fact in pairs}


@lru_cache(maxsize=1)
def wechat_settings() -> WeChatSettings:
    """The settings of this process, read once."""
    return WeChatSettings()
