"""Column types: encrypted text, encrypted JSON, and instants in UTC."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.types import TypeDecorator

from bot.settings import settings

if TYPE_CHECKING:
    # Generic in the stubs only.
    _Decorator = TypeDecorator[Any]
else:
    _Decorator = TypeDecorator


@lru_cache(maxsize=1)
def cipher() -> MultiFernet:
    """The cipher of everything personal: it writes with the secret key, and reads with the former ones, too."""
    return MultiFernet([_fernet(key) for key in settings().all_keys()])


@lru_cache(maxsize=1)
def newest_cipher() -> Fernet:
    """The cipher of the secret key alone, to tell what a former one wrote."""
    return _fernet(settings().key())


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def digest(value: str) -> str:
    """Keyed digest (HMAC-SHA256, hex) by which a phone or token can be found without being readable."""
    return _digest(settings().key(), value)


def digests(value: str) -> list[str]:
    """The digest, then those by the former keys: what is kept may not be rewritten yet (`bot rotate-keys`)."""
    return [_digest(key, value) for key in settings().all_keys()]


def identity(value: str) -> str:
    """Keyed digest that stays when the secret key changes: an id that other rows refer to."""
    fixed = settings().identity_key
    return _digest(fixed.get_secret_value(), value) if fixed else digest(value)


def _digest(key: str, value: str) -> str:
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()


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
