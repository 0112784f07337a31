"""Column types: encrypted text, encrypted JSON, and instants in UTC."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.types import TypeDecorator

from bot.settings import settings

if TYPE_CHECKING:
    # Generic in the stubs only.
    _Decorator = TypeDecorator[Any]
else:
    _Decorator = TypeDecorator


@lru_cache(maxsize=1)
def cipher() -> Fernet:
    """The cipher of everything personal."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings().key().encode()).digest()))


def digest(value: str) -> str:
    """Keyed digest (HMAC-SHA256, hex) by which a phone or token can be found without being readable."""
    return hmac.new(settings().key().encode(), value.encode(), hashlib.sha256).hexdigest()


class Encrypted(_Decorator):
    """JSON-able value, encrypted at rest (Article 34)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        return None if value is None else cipher().encrypt(json.dumps(value, ensure_ascii=False).encode())

    def process_result_value(self, value: bytes | None, dialect: Any) -> Any:
        return None if value is None else json.loads(cipher().decrypt(value))


class Instant(_Decorator):
    """Aware datetime, kept in UTC on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=timezone.utc)
