"""Keys of the systems that may use this server, and what each may do (``BOT_OPEN311_KEYS``)."""

from __future__ import annotations

from dataclasses import dataclass

from sanic import Request

from bot.errors import Refusal
from bot.settings import settings
from channels import keys, wrong_keys
from channels.bodies import form_of
from channels.open311.render import Problem

SCOPES = ("file", "read", "personal")
"""To file and see one's own; to see all, without the person; to see also name, telephone and attachments."""


@dataclass(frozen=True)
class Key(keys.Key):
    """A system that may use this server."""

    @property
    def visitor_id(self) -> str:
        """Whose its orders are."""
        return f"open311:{self.name}"


def parse(text: str) -> tuple[Key, ...]:
    """The keys of the setting; raises `ValueError` that says which is wrong, without showing it."""
    found = keys.parse(text, "BOT_OPEN311_KEYS", SCOPES)
    return tuple(Key(key.name, key.secret, key.scopes) for key in found)


def key_of(request: Request, *scopes: str) -> Key:
    """The key of a request, which has one of these scopes; raises `Problem` 400 without a key, 403 for a wrong one."""
    given = form_of(request).get("api_key") or request.args.get("api_key") or request.headers.get("x-api-key")
    if not given:
        raise Problem(400, "api_key is missing: send it as a parameter or in the header X-API-Key.")
    try:
        wrong_keys.check(request)
    except Refusal as refusal:
        raise Problem(refusal.status, refusal.message, refusal.retry_after) from refusal
    found = keys.known(parse(settings().open311_keys or ""), given)
    if found is None:
        wrong_keys.count(request)
        raise Problem(403, "This api_key is not known.")
    if not found.scopes & set(scopes):
        raise Problem(403, f"This api_key lacks the scope {' or '.join(scopes)}.")
    return found
