"""Keys of the systems that may use this server, and what each may do (``BOT_OPEN311_KEYS``)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import lru_cache

from sanic import Request

from bot.settings import settings
from channels.open311.render import Problem

SCOPES = ("file", "read", "personal")
"""To file and see one's own; to see all, without the person; to see also name, telephone and attachments."""
LONGEST_NAME = 50


@dataclass(frozen=True)
class Key:
    """A system that may use this server."""

    name: str
    secret: str
    scopes: frozenset[str]

    @property
    def visitor_id(self) -> str:
        """Whose its orders are."""
        return f"open311:{self.name}"


@lru_cache(maxsize=4)
def parse(text: str) -> tuple[Key, ...]:
    """The keys of the setting; raises `ValueError` that says which is wrong, without showing it."""
    keys = []
    for place, part in enumerate(filter(None, map(str.strip, text.split(","))), 1):
        name, _, rest = part.partition(":")
        secret, _, scopes = rest.rpartition(":")
        key = Key(name, secret, frozenset(scopes.split("+")))
        if not (name and secret and key.scopes <= set(SCOPES)) or len(name) > LONGEST_NAME:
            raise ValueError(f"key {place} of BOT_OPEN311_KEYS is not name:key:scope with scopes {', '.join(SCOPES)}")
        keys.append(key)
    if len({key.name for key in keys}) < len(keys):
        raise ValueError("two keys of BOT_OPEN311_KEYS have the same name")
    return tuple(keys)


def key_of(request: Request, *scopes: str) -> Key:
    """The key of a request, which has one of these scopes; raises `Problem` 400 without a key, 403 for a wrong one."""
    given = request.form.get("api_key") or request.args.get("api_key") or request.headers.get("x-api-key")
    if not given:
        raise Problem(400, "api_key is missing: send it as a parameter or in the header X-API-Key.")
    found = None
    for key in parse(settings().open311_keys or ""):
        # All are compared, each in constant time: how long it takes says nothing about any of them.
        if hmac.compare_digest(key.secret.encode(), given.encode(errors="replace")):
            found = key
    if found is None:
        raise Problem(403, "This api_key is not known.")
    if not found.scopes & set(scopes):
        raise Problem(403, f"This api_key lacks the scope {' or '.join(scopes)}.")
    return found
