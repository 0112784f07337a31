"""Keys of other systems and people, as a setting lists them: ``name:key:scope+scope``, separated by commas."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from bot.settings import settings

LONGEST_NAME = 50
"""Characters of a name: with what is put before it, it stands in columns of 64."""


@dataclass(frozen=True)
class Key:
    """Somebody who may use an interface, and what for."""

    name: str
    secret: str
    scopes: frozenset[str]


_K = TypeVar("_K", bound=Key)


def long_enough(keys: Iterable[Key], setting: str) -> None:
    """Raises `ValueError` for a key that could be guessed, without showing it."""
    fewest = settings().key_length
    for key in keys:
        if len(key.secret) < fewest:
            raise ValueError(f"the key of {key.name} in {setting} has fewer than {fewest} characters")


@lru_cache(maxsize=8)
def parse(text: str, setting: str, scopes: tuple[str, ...]) -> tuple[Key, ...]:
    """The keys of the setting; raises `ValueError` that says which is wrong, without showing it."""
    keys = []
    for place, part in enumerate(filter(None, map(str.strip, text.split(","))), 1):
        name, _, rest = part.partition(":")
        secret, _, given = rest.rpartition(":")
        key = Key(name, secret, frozenset(given.split("+")))
        if not (name and secret and key.scopes <= set(scopes)) or len(name) > LONGEST_NAME:
            raise ValueError(f"key {place} of {setting} is not name:key:scope with scopes {', '.join(scopes)}")
        keys.append(key)
    if len({key.name for key in keys}) < len(keys):
        raise ValueError(f"two keys of {setting} have the same name")
    return tuple(keys)


def known(keys: Iterable[_K], given: str) -> _K | None:
    """The key with this secret. All are compared, each in constant time: how long it takes says nothing of any."""
    found = None
    for key in keys:
        if hmac.compare_digest(key.secret.encode(), given.encode(errors="replace")):
            found = key
    return found
