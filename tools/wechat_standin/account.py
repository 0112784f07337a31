"""The official account (公众号) that the stand-in serves: what its owner enters in the platform's console."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

_KEY = re.compile(r"[A-Za-z0-9]{43}")


class Mode(StrEnum):
    """How messages travel to the account (消息加解密方式)."""

    PLAIN = "plain"  # 明文模式
    COMPATIBLE = "compatible"  # 兼容模式: plain and encrypted in one; the answer may be either
    ENCRYPTED = "encrypted"  # 安全模式: only encrypted, both ways


class Kind(StrEnum):
    """What the account may do. Real accounts differ in more than this."""

    SERVICE = "service"  # 已认证的服务号: everything
    SUBSCRIPTION = "subscription"  # 已认证的订阅号: no msgmenu (40200, as developers report), no notices (48001)
    UNVERIFIED = "unverified"  # 未认证: tokens only, every other call answers 48001


@dataclass(frozen=True)
class Account:
    """One account. ``patience`` is the seconds that the platform waits for an answer (really 5).

    ``calls_a_minute`` is the limit of the stable token call (really 10,000).

    Raises:
        ValueError: the AES key is not 43 letters and digits, or missing where the mode needs it.
    """

    url: str
    token: str
    app_id: str
    app_secret: str
    aes_key: str = ""
    mode: Mode = Mode.ENCRYPTED
    kind: Kind = Kind.SERVICE
    name: str = "12345 智能受理助手"
    patience: float = 5.0
    calls_a_minute: int = 10_000

    def __post_init__(self) -> None:
        object.__setattr__(self, "mode", Mode(self.mode))
        object.__setattr__(self, "kind", Kind(self.kind))
        if (self.aes_key or self.mode is not Mode.PLAIN) and not _KEY.fullmatch(self.aes_key):
            raise ValueError("EncodingAESKey has exactly 43 letters and digits")

    @property
    def original_id(self) -> str:
        """The account's own address in messages (原始 ID, ``gh_…``)."""
        return "gh_" + hashlib.sha256(self.app_id.encode()).hexdigest()[:12]
